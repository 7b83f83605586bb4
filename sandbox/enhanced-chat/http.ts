import type { z } from 'zod';
import { type JsonValue, parseJson } from '../../common/json';
import { type Call, expectJson, Refusal } from '../http';

/** The body by a strict schema: a property nobody knows is a 400 at this desk. */
export function bodyOf<T>(call: Call, schema: z.ZodType<T>): T {
  expectJson(call, 400);
  return checked(parseJson(call.body.toString('utf8')), schema);
}

export function checked<T>(json: JsonValue | undefined, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new Refusal(400, `${issue?.path.join('.') || 'The body'}: ${issue?.message ?? 'is wrong'}`);
}
