import type { JsonObject } from '../../../common/json';
import type { Log } from '../../../common/log';
import { isTrusted } from '../../../common/trustedUrl';
import type { AnswerView } from './answerView';
import { decodeEntities } from './htmlText';
import { hashOf } from './outgoing';
import { richMessageText } from './richMessage';
import type { FileRequest } from './session';
import { numberOf, readMaskingRules, textOf } from './wire';

export type Handler = (view: AnswerView, message: JsonObject, log: Log) => void;

/** A bot's own pause is kept, but never so long that the poll comes too late. */
const longestDelayInMs = 10_000;

/** A restarted process is back within 15 s. */
const shortestTimeoutInMs = 20_000;

/** Queue, agents, texts, typing and files: everything while the chat goes on. */
export const chatHandlers: Record<string, Handler> = {
  ChatRequestSuccess: (view, message, log) => {
    const connectionTimeoutInMs = numberOf(message, 'connectionTimeout') ?? 0;
    if (connectionTimeoutInMs > 0 && connectionTimeoutInMs < shortestTimeoutInMs) {
      log.warn('The deployment ends chats sooner than a restart of ours may take', { connectionTimeoutInMs });
    }
    const maskingRules = readMaskingRules(message['sensitiveDataRules']);
    if (view.session.state === 'requested') view.change({ state: 'queued' });
    if (maskingRules.length > 0) view.change({ maskingRules });
    emitQueued(view, message, 'queuePosition');
  },

  QueueUpdate: (view, message) => {
    if (view.session.state === 'requested') view.change({ state: 'queued' });
    emitQueued(view, message, 'position');
  },

  ChatEstablished: (view, message) => join(view, textOf(message, 'name')),
  ChatTransferred: (view, message) => join(view, textOf(message, 'name')),
  ChatResumedAfterTransfer: (view) => join(view, view.session.agentName),
  AgentJoinedConference: (view, message) => {
    const agentName = textOf(message, 'name');
    view.change({ agentGone: false });
    view.emit({ kind: 'agentJoined', ...(agentName && { agentName }) });
  },
  // Somebody else is still there, and whoever speaks next is named with the message.
  AgentLeftConference: () => undefined,

  TransferToButtonInitiated: (view) => {
    view.change({ state: 'transferring', agentGone: false });
    view.emit({ kind: 'transferred' });
  },

  AgentDisconnect: (view) => {
    view.change({ agentGone: true });
    view.emit({ kind: 'agentLeft' });
  },

  ChatMessage: (view, message) => {
    const schedule = message['schedule'];
    const delayInMs =
      typeof schedule === 'object' && schedule !== null && !Array.isArray(schedule)
        ? numberOf(schedule, 'responseDelayMilliseconds')
        : 0;
    const raw = textOf(message, 'text') ?? '';
    const name = textOf(message, 'name');
    showPresence(view, name);
    view.change({ agentMessages: view.session.agentMessages + 1, lastAgentHash: hashOf(decodeEntities(raw)) });
    view.delay(Math.min(delayInMs ?? 0, longestDelayInMs));
    emitText(view, decodeEntities(raw), name);
  },

  RichMessage: (view, message) => {
    showPresence(view, textOf(message, 'name'));
    emitText(view, decodeEntities(richMessageText(message)), textOf(message, 'name'));
  },

  AgentTyping: (view) => view.emit({ kind: 'agentTyping', isTyping: true }),
  AgentNotTyping: (view) => view.emit({ kind: 'agentTyping', isTyping: false }),

  FileTransfer: (view, message, log) => {
    const type = textOf(message, 'type')?.toLowerCase();
    if (type === 'requested') {
      const fileRequest = readFileRequest(message);
      if (!fileRequest) {
        log.warn('The desk asked for a file without a usable address');
        return;
      }
      view.change({ fileRequest });
      view.emit({ kind: 'fileRequested' });
      return;
    }
    const outcome =
      type === 'success' ? 'received' : type === 'failure' ? 'failed' : type === 'canceled' ? 'canceled' : undefined;
    if (!outcome) {
      log.debug('The desk sent a file event of a type that is not known');
      return;
    }
    const asked = view.session.fileRequest;
    if (asked) view.change({ fileRequest: { ...asked, outcome } });
    view.emit({ kind: 'fileTransferred', outcome });
  },

  SensitiveDataRules: (view, message) => {
    view.change({ maskingRules: readMaskingRules(message['rules'] ?? message['sensitiveDataRules']) });
  },
};

/** An agent has the chat. */
export function join(view: AnswerView, agentName: string | undefined): void {
  view.change({ state: 'connected', agentGone: false, ...(agentName && { agentName }) });
  view.emit({ kind: 'agentJoined', ...(agentName && { agentName }) });
}

/** Whoever writes is there, even if the event that should have said so got lost. */
function showPresence(view: AnswerView, name: string | undefined): void {
  const { state, agentGone } = view.session;
  if (state === 'requested' || state === 'queued' || agentGone) join(view, name ?? view.session.agentName);
}

function emitText(view: AnswerView, text: string, agentName: string | undefined): void {
  if (text === '') return;
  view.emit({ kind: 'agentMessage', text, attachments: [], cards: [], ...(agentName && { agentName }) });
}

/** The wire counts the people in front, so 0 is next; a position in a chat that an agent has means nothing. */
function emitQueued(view: AnswerView, message: JsonObject, member: string): void {
  if (view.session.state === 'connected') return;
  const ahead = numberOf(message, member);
  const wait = numberOf(message, 'estimatedWaitTime');
  view.emit({
    kind: 'queued',
    ...(ahead !== undefined && ahead >= 0 && { position: Math.floor(ahead) + 1 }),
    ...(wait !== undefined && wait >= 0 && { estimatedWaitSeconds: wait }),
  });
}

function readFileRequest(message: JsonObject): FileRequest | undefined {
  const url = textOf(message, 'uploadServletUrl');
  const token = textOf(message, 'fileToken');
  if (!url || !token || !URL.canParse(url) || !isTrusted(new URL(url))) return undefined;
  return { url, token };
}
