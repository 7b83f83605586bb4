import type { JsonObject } from '../../common/json';
import type { Link, LinkState } from '../links';

/** The columns of a link as the databases return them. */
export interface LinkRow {
  id: string;
  conversation_key: string;
  state: string;
  is_open: number;
  is_finished: number;
  provider: string;
  session_key: string | null;
  epoch: number;
  due_at: number | null;
  created_at: number;
  updated_at: number;
  data: string;
  request: string;
}

export const linkColumns =
  'id, conversation_key, state, is_open, is_finished, provider, session_key, epoch, due_at, created_at, updated_at, data, request';

export function toLink(row: LinkRow): Link {
  let request: JsonObject | undefined;
  return {
    id: row.id,
    conversationKey: row.conversation_key,
    state: row.state as LinkState,
    isOpen: row.is_open === 1,
    isFinished: row.is_finished === 1,
    provider: row.provider,
    ...(row.session_key !== null && { sessionKey: row.session_key }),
    epoch: row.epoch,
    ...(row.due_at !== null && { dueAt: row.due_at }),
    // The request is large (it holds what was said before) and seldom looked at after an update.
    get request() {
      request ??= JSON.parse(row.request) as JsonObject;
      return request;
    },
    data: JSON.parse(row.data) as JsonObject,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

export function toLinkIfAny(row: LinkRow | undefined): Link | undefined {
  return row && toLink(row);
}
