import { isJsonObject, type JsonObject } from '../../common/json';
import { jsonBody as anyBody, type Call, Refusal } from '../http';

/** The JSON object a POST must have, told to be JSON. */
export function jsonBody(call: Call): JsonObject {
  return anyBody(call, 415);
}

/** The one object member of a body; other members are against the contract. */
export function onlyMember(body: JsonObject, name: string): JsonObject {
  const value = body[name];
  if (!isJsonObject(value) || Object.keys(body).length !== 1) throw new Refusal(400, `The body has to be {"${name}": {…}}`);
  return value;
}
