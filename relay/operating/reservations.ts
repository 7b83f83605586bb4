import { isJsonObject, type JsonObject } from '../../common/json';
import type { LiveLink } from '../linkData';

/** A reservation as it is kept: it means something to the session it was made in, and to no other desk. */
export function taggedWith({ sessionKey }: LiveLink, reservation: JsonObject): JsonObject {
  return { sessionKey: sessionKey ?? null, reservation };
}

/** What an earlier attempt reserved in the present session. */
export function reservedIn({ sessionKey }: LiveLink, kept: JsonObject | undefined): JsonObject | undefined {
  const reservation = kept?.['reservation'];
  return kept?.['sessionKey'] === (sessionKey ?? null) && isJsonObject(reservation) ? reservation : undefined;
}
