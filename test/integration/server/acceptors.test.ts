import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, createServer as createNetServer, type Socket } from 'node:net';
import { setImmediate as nextRound } from 'node:timers/promises';
import { type Acceptors, createAcceptors } from '../../../bot/server/acceptors';

const callers = 64;

describe('the sockets that accept connections', () => {
  let http: Server;
  let acceptors: Acceptors;
  let port: number;
  const sockets: Socket[] = [];

  beforeEach(async () => {
    http = createServer((_request, response) => response.end('here'));
    acceptors = createAcceptors(http);
    port = await acceptors.listen(0, '127.0.0.1');
  });
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    http.closeAllConnections();
    await acceptors.close();
  });

  it('take several connections in a round of the event loop', async () => {
    let accepted = 0;
    http.on('connection', () => {
      accepted += 1;
    });
    for (let n = 0; n < callers; n++) sockets.push(connect(port, '127.0.0.1'));
    let rounds = 0;
    while (accepted < callers) {
      rounds += 1;
      await nextRound();
    }
    // A lone socket needs a round for each; the kernel shares them out by chance. Other systems than Linux have one only.
    if (process.platform === 'linux') expect(rounds).toBeLessThan(callers * 0.75);
    else expect(accepted).toBe(callers);
  });

  it('answer whichever of them took the connection', async () => {
    const answers = await Promise.all(
      Array.from({ length: callers }, async () =>
        (await fetch(`http://127.0.0.1:${port}/`, { headers: { connection: 'close' } })).text(),
      ),
    );
    expect(answers).toEqual(Array(callers).fill('here'));
  });

  it('do not share the port with another server', async () => {
    const second = createAcceptors(createServer());
    await expect(second.listen(port, '127.0.0.1')).rejects.toMatchObject({ code: 'EADDRINUSE' });
    const other = createNetServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    await expect(second.listen((other.address() as AddressInfo).port, '127.0.0.1')).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await new Promise((resolve) => other.close(resolve));
    await second.close();
  });

  it('are closed when the last connection is, and take none from then on', async () => {
    const open = connect(port, '127.0.0.1');
    sockets.push(open);
    const taken = new Promise((resolve) => http.once('connection', resolve));
    await taken;
    let isClosed = false;
    const closed = acceptors.close().then(() => {
      isClosed = true;
    });
    await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow();
    expect(isClosed).toBe(false);
    open.destroy();
    await closed;
  });
});
