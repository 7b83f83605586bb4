import type { Server as HttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

/** Connections that wait to be accepted, for each acceptor. The system's own limit (`somaxconn`) may be lower. */
const backlog = 4096;
/** Only Linux shares the connections of a port out among those who listen on it. */
const usualCount = process.platform === 'linux' ? 8 : 1;

export interface Acceptors {
  /** Begins to accept; resolves with the port. Rejects when the port is taken. */
  listen(port: number, host: string): Promise<number>;
  /** Accepts nothing more; resolves when the last connection is closed. */
  close(): Promise<void>;
}

/**
 * Several listening sockets on one port for one HTTP server. Node accepts a single connection from each in a round of its event
 * loop; under load a round takes milliseconds, the kernel's queue of a lone socket runs over, and callers are reset who should
 * have been told to come again.
 */
export function createAcceptors(http: HttpServer, count = usualCount): Acceptors {
  const hand = (socket: Socket) => void http.emit('connection', socket);
  // As Node's HTTP server makes its own.
  const others = Array.from({ length: count - 1 }, () => createServer({ allowHalfOpen: true, noDelay: true }, hand));
  return {
    async listen(port, host) {
      // Sockets that share a port do not notice that it is taken; one that shares it with nobody does.
      const trial = createServer();
      const free = await begin(trial, { port, host });
      await end(trial);
      const shared = { port: free, host, backlog, ...(others.length > 0 && { reusePort: true }) };
      for (const server of [http, ...others]) await begin(server, shared);
      return free;
    },
    async close() {
      await Promise.all([http, ...others].map(end));
    },
  };
}

interface ListenOptions {
  port: number;
  host: string;
  backlog?: number;
  reusePort?: boolean;
}

function begin(server: Server | HttpServer, options: ListenOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(options, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

/** Also of one that never listened. */
function end(server: Server | HttpServer): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}
