import { randomUUID } from 'node:crypto';
import type { JsonObject } from '../../common/json';
import type { DeskEntry } from '../desk';
import { Refusal } from '../http';
import { Conversation, type DeskFile } from './conversation';
import type { Settled } from './options';
import { Streams } from './streams';
import { Tokens } from './tokens';

export interface Sender {
  role: 'EndUser' | 'Agent' | 'System';
  name: string;
  subject: string;
}

export const system: Sender = { role: 'System', name: 'Automated Process', subject: 'system' };

const waitPerChatInSeconds = 60;

/** Events that are shown once and listed nowhere. */
const passing = new Set(['TypingStartedIndicator', 'TypingStoppedIndicator', 'DeliveryAcknowledgement']);

/** The whole stand-in behind its HTTP surface: conversations, agents, and what it saw go against the contract. */
export class Org {
  readonly violations: string[] = [];
  readonly files = new Map<string, DeskFile>();
  readonly tokens: Tokens;
  readonly streams: Streams;
  isStaffed = true;
  url = '';
  private readonly conversations = new Map<string, Conversation>();
  private readonly listeners = new Set<() => void>();
  private lastTimestamp = 0;
  private shown = 0;

  constructor(readonly options: Settled) {
    this.tokens = new Tokens(options, (text) => this.violation(text));
    this.streams = new Streams(options);
  }

  violation(text: string): void {
    this.violations.push(text);
    this.options.log?.warn('The Enhanced Chat stand-in saw a breach of the contract', { violation: text });
  }

  create(id: string, subject: string, attributes: Record<string, string>): Conversation {
    if (this.conversations.has(id)) throw new Refusal(409, 'The conversation exists');
    const conversation = new Conversation(id, subject, {}, '');
    this.takeAttributes(conversation, attributes);
    this.conversations.set(id, conversation);
    if (this.options.routesAt === 'create') this.route(conversation);
    this.changed();
    return conversation;
  }

  all(): readonly Conversation[] {
    return [...this.conversations.values()];
  }

  find(id: string): Conversation {
    const conversation = this.conversations.get(id);
    if (!conversation) throw new Error(`There is no conversation ${id}.`);
    return conversation;
  }

  /** The conversation of a request: 404 when there is none any more, 403 when it is somebody else's. */
  owned(id: string, subject: string): Conversation {
    const conversation = this.conversations.get(id);
    if (!conversation || conversation.isClosed) throw new Refusal(404, 'There is no such conversation', !conversation);
    if (conversation.subject !== subject) {
      this.violation('a token of somebody else than the owner of the conversation');
      throw new Refusal(403, 'The conversation belongs to another user');
    }
    return conversation;
  }

  takeAttributes(conversation: Conversation, attributes: Record<string, string>): void {
    const { parameters, queueParameter, queues } = this.options;
    for (const [name, value] of Object.entries(attributes)) {
      const most = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
      if (most === undefined) throw new Refusal(400, `${name} is no parameter of the channel`);
      if (value.length > most) throw new Refusal(400, `The value of ${name} is longer than ${most}`);
    }
    conversation.attributes = { ...conversation.attributes, ...attributes };
    const wanted = attributes[queueParameter];
    const queue = queues.find(({ id }) => id === wanted) ?? queues[0];
    conversation.queue = queue?.id ?? '';
  }

  /** Opens a messaging session and looks for an agent. */
  route(conversation: Conversation): void {
    conversation.isTransferred = false;
    conversation.endedBy = undefined;
    this.setSession(conversation, 'waiting');
    const { welcome } = this.options;
    if (welcome !== '') {
      const message = { messageType: 'StaticContentMessage', staticContent: { formatType: 'Text', text: welcome } };
      this.say(conversation, system, message, { messageReason: 'AutomatedResponse' });
      this.show(conversation, { from: 'system', text: welcome });
    }
    if (this.isStaffed) this.tellRouted(conversation, 'Initial');
    else this.refuse(conversation, 'No agents are available');
  }

  tellRouted(conversation: Conversation, routingType: 'Initial' | 'Transfer'): void {
    const ahead = this.all()
      .filter((other) => other.session === 'waiting' && other.queue === conversation.queue)
      .indexOf(conversation);
    this.record(conversation, 'RoutingResult', 'CONVERSATION_ROUTING_RESULT', system, {
      failureType: 'None',
      failureReason: 'None',
      routingType,
      recordId: '0Mw000000000001',
      estimatedWaitTime: { isEWTRequested: true, estimatedWaitTimeInSeconds: Math.max(0, ahead) * waitPerChatInSeconds },
    });
  }

  refuse(conversation: Conversation, failureReason: string): void {
    this.record(conversation, 'RoutingResult', 'CONVERSATION_ROUTING_RESULT', system, {
      failureType: 'RoutingError',
      failureReason,
      routingType: 'Initial',
      recordId: '0Mw000000000001',
      estimatedWaitTime: { isEWTRequested: false },
    });
    this.endSession(conversation, 'system');
  }

  endSession(conversation: Conversation, endedBy: string): void {
    if (conversation.session === 'ended' || conversation.session === 'none') return;
    conversation.endedBy = endedBy;
    conversation.customerIsTyping = false;
    this.setSession(conversation, 'ended');
  }

  setSession(conversation: Conversation, session: 'waiting' | 'active' | 'inactive' | 'ended'): void {
    const word = (state: string) => state.charAt(0).toUpperCase() + state.slice(1);
    const before = conversation.session;
    conversation.session = session;
    this.record(conversation, 'SessionStatusChanged', 'CONVERSATION_SESSION_STATUS_CHANGED', system, {
      sessionStatus: word(session),
      ...(before !== 'none' && { sessionStatusPrev: word(before) }),
      sessionEndedByRole: 'System',
    });
    this.changed();
  }

  /** A message of anybody's, on stream and listing. */
  say(conversation: Conversation, sender: Sender, abstractMessage: JsonObject, more: JsonObject = {}): string {
    const id = typeof abstractMessage['id'] === 'string' ? abstractMessage['id'] : randomUUID();
    conversation.messageIds.add(id);
    this.record(conversation, 'Message', 'CONVERSATION_MESSAGE', sender, {
      id,
      abstractMessage: { ...abstractMessage, id },
      ...more,
    });
    return id;
  }

  /** Makes an entry and tells the owner's streams of it. The stream has the payload as text, the listing as an object. */
  record(conversation: Conversation, entryType: string, event: string, sender: Sender, payload: JsonObject): string {
    const identifier = randomUUID();
    this.lastTimestamp = Math.max(Date.now(), this.lastTimestamp + 1);
    const entry = {
      identifier,
      entryType,
      entryPayload: { entryType, ...payload },
      sender: { role: sender.role, appType: sender.role === 'Agent' ? 'agent' : 'conversation', subject: sender.subject },
      senderDisplayName: sender.name,
      transcriptedTimestamp: this.lastTimestamp,
      clientTimestamp: this.lastTimestamp,
    };
    if (!passing.has(entryType)) conversation.entries.push(entry);
    this.streams.send(conversation.subject, event, {
      channelPlatformKey: '0Vz000000000001',
      channelType: 'embedded_messaging',
      channelAddressIdentifier: 'channel',
      conversationId: conversation.id,
      conversationEntry: { ...entry, entryPayload: JSON.stringify(entry.entryPayload), clientDuration: 0, relatedRecords: [] },
    });
    return identifier;
  }

  /** What agents see of the entry made last, under its time: what was read up to is told by that. */
  show(conversation: Conversation, entry: Omit<DeskEntry, 'id' | 'at'>): void {
    this.shown += 1;
    conversation.shown.push({ id: String(this.shown), at: new Date(this.lastTimestamp).toISOString(), ...entry });
    this.changed();
  }

  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  changed(): void {
    for (const listener of [...this.listeners]) listener();
  }
}
