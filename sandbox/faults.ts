import type { IncomingMessage, ServerResponse } from 'node:http';

/** One planned misbehavior of a stand-in for the next matching requests. */
export interface Fault {
  /** Only requests whose `METHOD path` contains this text; all when absent. */
  match?: string;
  /** How many requests it hits; 1 by default. */
  times?: number;
  /** Answer this instead of the real thing. */
  status?: number;
  headers?: Record<string, string>;
  body?: string;
  /** Wait before going on, in milliseconds. */
  delayInMs?: number;
  /** Cut the connection: `before` the request takes effect, or `after` it did but before the answer. */
  cut?: 'before' | 'after';
}

/** The list of faults a stand-in has still to commit; a test or the sandbox page fills it. */
export class Faults {
  private readonly planned: Fault[] = [];

  add(fault: Fault): void {
    this.planned.push({ times: 1, ...fault });
  }

  clear(): void {
    this.planned.length = 0;
  }

  /** Takes the next fault for this request, or undefined. */
  take(request: IncomingMessage): Fault | undefined {
    const line = `${request.method ?? ''} ${request.url ?? ''}`;
    const index = this.planned.findIndex((fault) => fault.match === undefined || line.includes(fault.match));
    const fault = this.planned[index];
    if (!fault) return undefined;
    fault.times = (fault.times ?? 1) - 1;
    if (fault.times <= 0) this.planned.splice(index, 1);
    return fault;
  }
}

/**
 * Runs a request handler under the planned faults: delays, answers in its place, or cuts the connection
 * before or after its effect.
 */
export async function withFaults(
  faults: Faults,
  request: IncomingMessage,
  response: ServerResponse,
  handle: () => Promise<void>,
): Promise<void> {
  const fault = faults.take(request);
  if (fault?.delayInMs) await new Promise((resolve) => setTimeout(resolve, fault.delayInMs));
  if (fault?.cut === 'before') {
    request.socket.destroy();
    return;
  }
  if (fault?.status !== undefined) {
    response.writeHead(fault.status, fault.headers);
    response.end(fault.body ?? '');
    return;
  }
  if (fault?.cut === 'after') {
    // The effect takes place; whatever the handler writes is lost with the connection.
    response.write = () => true;
    response.end = () => {
      request.socket.destroy();
      return response;
    };
  }
  await handle();
}
