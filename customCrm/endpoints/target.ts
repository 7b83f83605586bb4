import type { NoteTarget } from '../../dynamics/notes';
import type { CallOptions } from '../../dynamics/transport';
import type { CrmDependencies } from '../dependencies';
import { CrmProblem } from '../problem';

/** A record as the contact center knows it: a case, or the chat activity of the bot's conversation. */
export interface CrmRecord extends NoteTarget {
  subject: string;
  isOpen: boolean;
  contactId?: string;
}

/** The record with this id, whichever table it is in. */
export async function findTarget(
  id: string,
  { cases, chats }: Pick<CrmDependencies, 'cases' | 'chats'>,
  options: CallOptions,
): Promise<CrmRecord | undefined> {
  const [one, chat] = await Promise.all([cases.get(id, options), chats.get(id, options)]);
  if (one) return { ...one, kind: 'case' };
  return chat && { ...chat, kind: 'chat' };
}

/** As `findTarget`. Throws `CrmProblem` `notFound`. */
export async function requireTarget(
  id: string,
  deps: Pick<CrmDependencies, 'cases' | 'chats'>,
  options: CallOptions,
): Promise<CrmRecord> {
  const target = await findTarget(id, deps, options);
  if (!target) throw new CrmProblem('notFound', 'there is no such record');
  return target;
}
