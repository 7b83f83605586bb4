import type { Clock } from '../../../common/clock';
import { isJsonObject, type JsonObject } from '../../../common/json';
import { numberOf, textOf } from '../../../common/jsonMembers';
import { errorCode, type Log } from '../../../common/log';
import { HandoffError } from '../../errors';
import type { Kept } from '../../kept';
import { PROVIDER } from './errors';
import { isOver } from './session';
import { type ChatResource, idOf } from './wire';

/** A chat this young may not be ready for messages yet. */
const YOUNG_IN_MS = 15_000;
/** How much the platform's clock may be behind ours. */
const CLOCK_TOLERANCE_IN_MS = 60_000;
const MAX_REMEMBERED = 10_000;

/** A chat that is asked for. */
export interface Opening {
  handoffId: string;
  endUserId: number;
  menuId: number;
}

/** What is noted of it, one for each end user. */
type Note = {
  handoffId: string;
  menuId: number;
  /** The chat cannot be older; milliseconds since 1970. */
  since: number;
  /** How often it was asked for without an answer before: so many chats may exist that nobody knows of. */
  lost: number;
  /** Once the answer came. */
  chatId?: number;
};

/**
 * Joins the two ways by which a new chat becomes known: the answer to our request, and the webhook that may come before it,
 * after it or instead of it. No word of ours is documented to come back with the webhook, but the chat has its end user: for whom a
 * chat is being asked is noted durably before the request, so that its announcement finds the handoff also after a crash, and
 * at another instance.
 */
export class Openings {
  /** Chats whose answer came to this process, and when. */
  private readonly answeredAt = new Map<number, number>();

  constructor(
    private readonly kept: Kept,
    private readonly read: (chatId: number) => Promise<ChatResource>,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** To be called before the request. Throws `HandoffError` when it cannot be noted; nothing was asked for then. */
  async begin({ handoffId, endUserId, menuId }: Opening): Promise<void> {
    await this.storing(async () => {
      const before = noteOf(await this.kept.read(keyOf(endUserId)));
      const isAgain = before?.handoffId === handoffId && before.menuId === menuId && before.chatId === undefined;
      const note: Note = isAgain ? { ...before, lost: before.lost + 1 } : { handoffId, menuId, since: this.clock.now(), lost: 0 };
      await this.kept.write(keyOf(endUserId), note);
    });
  }

  /** The answer came. Never fails: a note without it is only a little less exact. */
  async answered({ handoffId, endUserId }: Opening, chatId: number): Promise<void> {
    this.answeredAt.set(chatId, this.clock.monotonic());
    const [oldest] = this.answeredAt.keys();
    if (this.answeredAt.size > MAX_REMEMBERED && oldest !== undefined) this.answeredAt.delete(oldest);
    await this.attempt(async () => {
      const note = noteOf(await this.kept.read(keyOf(endUserId)));
      if (note?.handoffId === handoffId) await this.kept.write(keyOf(endUserId), { ...note, chatId });
    });
  }

  /** The chat is over. Never fails: the next chat of the end user replaces the note. */
  async forget(endUserId: number, chatId: number): Promise<void> {
    this.answeredAt.delete(chatId);
    await this.attempt(async () => {
      const note = noteOf(await this.kept.read(keyOf(endUserId)));
      if (note && (note.chatId === undefined || note.chatId === chatId)) await this.kept.remove(keyOf(endUserId));
    });
  }

  /** Whether the chat was asked for just now, so that the platform may still be making it. */
  isYoung(chatId: number): boolean {
    const at = this.answeredAt.get(chatId);
    return at !== undefined && this.clock.monotonic() - at < YOUNG_IN_MS;
  }

  /**
   * Whose an announced chat is; undefined when its answer came, or when it is nobody's of ours. `told` is what the announcement
   * says of the chat, which may be nothing: then the chat is read. Throws `HandoffError` when the store is out of reach.
   */
  async ownerOf(chatId: number, happenedAt: number | undefined, told: ChatResource | undefined): Promise<string | undefined> {
    if (told?.handoffId !== undefined) return told.handoffId;
    if (this.answeredAt.has(chatId)) return undefined;
    const chat = told?.endUserId === undefined ? await this.look(chatId) : told;
    const endUserId = chat?.endUserId;
    if (chat === undefined || endUserId === undefined || isOver(chat.status)) return undefined;
    if (chat.handoffId !== undefined) return chat.handoffId;
    const note = await this.storing(async () => noteOf(await this.kept.read(keyOf(endUserId))));
    if (!note || note.chatId === chatId || (note.chatId !== undefined && note.lost === 0)) return undefined;
    if (chat.menuIds.length > 0 && !chat.menuIds.includes(note.menuId)) return undefined;
    return (happenedAt ?? note.since) + CLOCK_TOLERANCE_IN_MS < note.since ? undefined : note.handoffId;
  }

  private async look(chatId: number): Promise<ChatResource | undefined> {
    try {
      return await this.read(chatId);
    } catch (error) {
      this.log.warn('A new chat could not be read', { code: errorCode(error) });
      return undefined;
    }
  }

  private async storing<T>(action: () => Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (cause) {
      const detail = 'the store did not answer';
      throw new HandoffError({ provider: PROVIDER, code: 'rejected', retriable: true, delivered: 'no', detail, cause });
    }
  }

  private async attempt(action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (error) {
      this.log.warn('The note of an opened chat was not changed', { code: errorCode(error) });
    }
  }
}

function keyOf(endUserId: number): string {
  return `opening/${endUserId}`;
}

function noteOf(document: JsonObject | undefined): Note | undefined {
  if (!isJsonObject(document)) return undefined;
  const [handoffId, menuId, since] = [textOf(document['handoffId']), idOf(document['menuId']), numberOf(document['since'])];
  if (handoffId === undefined || menuId === undefined || since === undefined) return undefined;
  const chatId = idOf(document['chatId']);
  return { handoffId, menuId, since, lost: numberOf(document['lost']) ?? 0, ...(chatId !== undefined && { chatId }) };
}
