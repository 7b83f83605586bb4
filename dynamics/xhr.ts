import type { HttpRequest } from '../common/http';
import { toJson } from '../common/json';
import { DataverseError, type DataverseErrorInit } from './dataverseError';

/** Header by which a call's options travel through xrm-webapi-client; it never leaves the process. */
export const callHeader = 'x-switchboard-call';

export interface XhrAnswer {
  status: number;
  headers: Record<string, string>;
  text: string;
}

/**
 * Makes one exchange for the XMLHttpRequest below. Resolves only with an answer the library can digest (204, or 2xx with a JSON
 * or multipart body); everything else is a `DataverseError`.
 */
export type XhrTransport = (
  request: Pick<HttpRequest, 'method' | 'url' | 'headers'> & { body?: string },
  callId: string | undefined,
) => Promise<XhrAnswer>;

interface Xhr {
  open(method: string, url: string): void;
  setRequestHeader(name: string, value: string): void;
  getResponseHeader(name: string): string | null;
  send(body?: string): void;
}
export type XhrClass = new () => Xhr;

/**
 * An `XMLHttpRequest` with just what xrm-webapi-client touches. The library parses error bodies as JSON inside its callback,
 * where an exception would end the process: so it is only ever handed JSON, and failures come by `onerror`.
 */
export function createXhrClass(transport: XhrTransport): XhrClass {
  return class implements Xhr {
    onload: () => void = () => undefined;
    onerror: () => void = () => undefined;
    readyState = 0;
    status = 0;
    statusText = '';
    response = '';
    responseText = '';
    private method = 'GET';
    private url = '';
    private callId: string | undefined;
    private readonly headers: Record<string, string> = {};
    private answerHeaders: Record<string, string> = {};

    open(method: string, url: string): void {
      this.method = method;
      this.url = url;
    }

    setRequestHeader(name: string, value: string): void {
      if (name === callHeader) this.callId = value;
      else this.headers[name.toLowerCase()] = value;
    }

    getResponseHeader(name: string): string | null {
      return this.answerHeaders[name.toLowerCase()] ?? null;
    }

    send(body?: string): void {
      const method = this.method.toUpperCase() as HttpRequest['method'];
      const request = { method, url: this.url, headers: this.headers, ...(body !== undefined && { body }) };
      void transport(request, this.callId).then(
        (answer) => this.succeed(answer),
        (error: unknown) => this.fail(error),
      );
    }

    private succeed(answer: XhrAnswer): void {
      this.status = answer.status;
      this.statusText = String(answer.status);
      this.answerHeaders = answer.headers;
      this.response = answer.text;
      this.responseText = answer.text;
      this.readyState = 4;
      this.onload();
    }

    private fail(error: unknown): void {
      this.response = JSON.stringify({ error: failureFields(error) });
      this.responseText = this.response;
      this.readyState = 4;
      this.onerror();
    }
  };
}

function failureFields(error: unknown) {
  if (!(error instanceof DataverseError)) return { status: 0, code: 'network', retriable: true, delivered: 'unknown' };
  const { status, code, retriable, delivered, retryAfterInMs, privilege } = error;
  return toJson({ status, code, retriable, delivered, retryAfterInMs, privilege } satisfies DataverseErrorInit);
}
