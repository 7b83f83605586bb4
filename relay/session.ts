import { type JsonObject, toJson } from '../common/json';

/** The session with the members that changed. */
export function merged(session: JsonObject, changes: Partial<JsonObject> | undefined): JsonObject {
  return toJson({ ...session, ...changes }) as JsonObject;
}
