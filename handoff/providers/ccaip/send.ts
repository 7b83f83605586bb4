import { errorCode, type Log } from '../../../common/log';
import { HandoffError } from '../../errors';
import type { Sent } from '../../provider';
import type { CustomerMessage } from '../../request';
import type { ChatActivity } from './activity';
import type { AppsApi } from './client';
import { failure, PROVIDER, unseen } from './errors';
import type { Openings } from './openings';
import { type MessageParts, PartlySent } from './parts';
import { type CcaipSession, type ChatStanding, standingOf } from './session';
import type { OutgoingMessage } from './wire';

export interface SendDependencies {
  api: AppsApi;
  openings: Openings;
  activity: ChatActivity;
  parts: MessageParts;
  log: Log;
}

/** Sends customers' messages: text first, then pictures and videos, each as a message of its own. */
export class Sending {
  private readonly partly = new PartlySent();

  constructor(private readonly deps: SendDependencies) {}

  /** Resolves when the desk has taken every part. A chat the agent dismissed is taken up again first. */
  async send(session: CcaipSession, message: CustomerMessage, signal: AbortSignal): Promise<Sent<CcaipSession>> {
    const { activity, parts } = this.deps;
    const { chatId } = session;
    const endUserId = session.endUserId ?? (await this.findEndUser(session, signal));
    const work = await this.partly.begin(`${chatId} ${message.id}`, () => parts.prepare(chatId, message, signal));
    let waits = !activity.isFresh(chatId) && (await this.wake(chatId, signal));
    for (let part = work.next(); part; part = work.next()) {
      if (await this.post(chatId, endUserId, part, signal)) waits = true;
      work.done();
    }
    activity.seen(chatId);
    return { ...(session.endUserId === undefined && { session: { endUserId } }), ...(waits && { waits: true }) };
  }

  /** Known at once for every chat but those found by their events. */
  async findEndUser({ identifier }: CcaipSession, signal: AbortSignal): Promise<number> {
    return this.deps.api.findEndUser(identifier, signal).catch((error: unknown) => {
      throw unseen(error);
    });
  }

  /**
   * Nothing was heard of the chat for a while: it may have been dismissed, also while this process was not there to hear it. True
   * when it was, and has been resumed.
   */
  private async wake(chatId: number, signal: AbortSignal): Promise<boolean> {
    const standing = await this.standing(chatId, signal);
    if (standing === 'ended') throw failure('sessionEnded', 'the chat is over');
    if (standing === 'dismissed') await this.resume(chatId, signal);
    return standing === 'dismissed';
  }

  /** True when the chat had to be resumed for it. */
  private async post(chatId: number, endUserId: number, part: OutgoingMessage, signal: AbortSignal): Promise<boolean> {
    const { api, openings } = this.deps;
    try {
      await api.postMessage(chatId, endUserId, part, signal);
      return false;
    } catch (error) {
      if (!(error instanceof HandoffError) || !REFUSALS.has(error.code)) throw error;
      // What the platform answers for a dismissed chat is not documented: its state tells it from one that is over.
      const standing = await this.standing(chatId, signal);
      if (standing === 'dismissed') {
        await this.resume(chatId, signal);
        await api.postMessage(chatId, endUserId, part, signal);
        return true;
      }
      if (standing === 'ended') throw failure('sessionEnded', error.detail ?? 'the chat is over');
      if (error.code === 'sessionEnded' && openings.isYoung(chatId)) throw notYet();
      throw error;
    }
  }

  /** Undefined when the chat cannot be read: then the message itself finds out. */
  private async standing(chatId: number, signal: AbortSignal): Promise<ChatStanding | undefined> {
    try {
      return standingOf(await this.deps.api.readChat(chatId, signal, 3_000));
    } catch (error) {
      if (error instanceof HandoffError && error.code !== 'aborted' && error.code !== 'rateLimited') {
        this.deps.log.warn('The state of a chat is not known', { code: error.code, detail: error.detail ?? null });
        return undefined;
      }
      throw unseen(error);
    }
  }

  private async resume(chatId: number, signal: AbortSignal): Promise<void> {
    await this.deps.api.resumeChat(chatId, signal).catch((error: unknown) => {
      this.deps.log.warn('A dismissed chat was not resumed', { code: errorCode(error) });
      throw unseen(error);
    });
  }
}

const REFUSALS = new Set(['invalid', 'rejected', 'sessionEnded']);

/** Chats are made asynchronously: the answer to the request may come before the chat. */
function notYet(): HandoffError {
  const detail = 'the chat is not ready yet';
  return new HandoffError({
    provider: PROVIDER,
    code: 'outage',
    retriable: true,
    delivered: 'no',
    retryAfterInMs: 500,
    detail,
  });
}
