import type { Request } from 'restify';
import { isJsonObject, type JsonObject } from '../../common/json';
import { HttpProblem } from './answer';
import { readJsonBody } from './readBody';

const mostBytes = 8 * 1024;

/** The body of an act; an empty one stands for no wishes. Rejects with `HttpProblem`. */
export async function bodyOf(request: Request): Promise<JsonObject> {
  const isEmpty =
    request.headers['content-length'] === '0' || (!request.headers['content-length'] && !request.headers['transfer-encoding']);
  if (isEmpty) return {};
  const body = await readJsonBody(request, mostBytes);
  if (!isJsonObject(body)) throw new HttpProblem(400, 'the body is not a JSON object');
  return body;
}

/** A part of the path. */
export function param(request: Request, name: string): string {
  return String((request.params as Record<string, unknown>)[name] ?? '');
}

/** A whole number of the query within bounds; absent ones are undefined. */
export function numberOf(request: Request, name: string, most: number): number | undefined {
  const text = new URL(request.url ?? '', 'http://local').searchParams.get(name);
  if (text === null) return undefined;
  const value = Number(text);
  if (!/^\d{1,15}$/.test(text) || value > most) throw new HttpProblem(400, `${name} is not a whole number up to ${most}`);
  return value;
}

/** A text of the body within a length. */
export function textOf(body: JsonObject, name: string, most: number): string {
  const value = body[name];
  if (typeof value !== 'string' || value.trim() === '' || value.length > most)
    throw new HttpProblem(400, `give ${name}: a text of up to ${most} characters`);
  return value.trim();
}
