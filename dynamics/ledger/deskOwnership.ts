import type { JsonObject } from '../../common/json';
import type { DataverseGateway, RowReference } from '../gateway';

/** Written by Live Assist alone, as soon as an agent takes a chat whose activity it was told of. */
const deskSessionColumn = 'cxlvhlp_chatsessionid';

/** Who may write subject, end and state of a chat activity. */
export interface ChatOwner {
  /** The desk filled it: it is the desk's to name and to complete. */
  isTakenOver: boolean;
  /** Nobody can write it any more. */
  isCompleted: boolean;
}

/**
 * Asks Dynamics whose the chat activity is. What the desk promised is not enough: it may never have got the id, or not have found
 * the record when an agent took the chat, and nobody would ever complete it then.
 */
export async function ownerOf(chat: RowReference, gateway: DataverseGateway, signal: AbortSignal): Promise<ChatOwner> {
  const row: JsonObject = await gateway.get(chat, ['statecode', deskSessionColumn], { signal });
  const session = row[deskSessionColumn];
  return { isTakenOver: typeof session === 'string' && session !== '', isCompleted: row['statecode'] !== 0 };
}
