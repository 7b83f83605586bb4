import type { IncomingMessage, ServerResponse } from 'node:http';
import type { JsonObject } from '../../common/json';
import { DataverseRefusal } from './failure';

/** What is answered: a JSON body, a text with its own content type, or nothing. */
export interface WireAnswer {
  status: number;
  headers?: Record<string, string>;
  body?: JsonObject;
  text?: string;
}

/** A request of the Web API, on its own or as a part of a batch. */
export interface ApiRequest {
  method: string;
  /** Below the API root, with the query: `contacts?$top=1`. */
  target: string;
  /** Names in lower case. */
  headers: Record<string, string | undefined>;
  body: string;
}

/** Room for the largest file of a note, as base64. */
const largestBody = 16 * 1024 * 1024;

export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > largestBody) throw new DataverseRefusal(413, '0x80060888', 'The request is too large.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

export function send(response: ServerResponse, answer: WireAnswer): void {
  const text = answer.text ?? (answer.body === undefined ? '' : JSON.stringify(answer.body));
  const type = answer.body === undefined ? {} : { 'Content-Type': 'application/json; odata.metadata=minimal; charset=utf-8' };
  response.writeHead(answer.status, { ...type, ...answer.headers });
  response.end(text);
}

export function refusalAnswer(error: unknown): WireAnswer {
  if (error instanceof DataverseRefusal) {
    return { status: error.status, body: { error: { code: error.code, message: error.message } } };
  }
  return { status: 500, body: { error: { code: '0x80040216', message: 'An unexpected error occurred.' } } };
}
