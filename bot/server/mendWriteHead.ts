import { ServerResponse } from 'node:http';

/**
 * restify replaces `writeHead` of every response in the process by one that returns nothing, so that
 * `response.writeHead(…).end(…)`, which Node documents, fails in any other server of the process. Gives the return
 * value back. Must run after restify was loaded; twice is fine.
 */
export function mendWriteHead(): void {
  const replaced = ServerResponse.prototype.writeHead as (...args: unknown[]) => unknown;
  if (mended.has(replaced)) return;
  const mend = function (this: ServerResponse, ...args: unknown[]): ServerResponse {
    replaced.apply(this, args);
    return this;
  };
  mended.add(mend);
  ServerResponse.prototype.writeHead = mend as typeof ServerResponse.prototype.writeHead;
}

const mended = new WeakSet<object>();
