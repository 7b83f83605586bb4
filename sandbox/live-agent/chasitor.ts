import { isJsonObject, type JsonObject } from '../../common/json';
import { type Call, jsonBody, Refusal, respond } from '../http';
import type { Chat } from './chat';
import { readChatRequest } from './chatRequest';
import type { Org } from './org';

/** Texts closer together than this vanish although they are answered 200. */
const shortestGapInMs = 15;

/** `Chasitor/*`: what the visitor sends. */
export class ChasitorResources {
  constructor(private readonly org: Org) {}

  post(call: Call, chat: Chat, resource: string): void {
    const arrivedAt = performance.now();
    const body = jsonBody(call);
    if (resource === 'ChasitorResyncState') {
      this.resync(chat, body);
      respond(call.response, 200, 'OK');
      return;
    }
    const act = this.acts[resource];
    if (!act) throw new Refusal(404, `There is no resource Chasitor/${resource}`);
    const sequence = this.readSequence(call);
    if (sequence <= chat.lastPost) {
      // Seen before: the very purpose of the number is that this has no effect.
      respond(call.response, 200, 'OK');
      return;
    }
    if (sequence > chat.lastPost + 1) {
      respond(call.response, 409, `Out of sync. Expected ${chat.lastPost + 1}. Actual ${chat.lastPost}`);
      return;
    }
    this.checkState(chat, resource);
    act(chat, body, arrivedAt);
    chat.lastPost = sequence;
    respond(call.response, 200, 'OK');
  }

  private readonly acts: Record<string, (chat: Chat, body: JsonObject, arrivedAt: number) => void> = {
    ChasitorInit: (chat, body) => this.init(chat, body),

    ChatMessage: (chat, body, arrivedAt) => {
      const text = body['text'];
      if (typeof text !== 'string' || text === '') throw new Refusal(400, 'text has to be a text that is not empty');
      const gapInMs = arrivedAt - chat.lastTextAt;
      chat.lastTextAt = arrivedAt;
      if (gapInMs < shortestGapInMs) {
        this.org.violation(`two texts within ${gapInMs.toFixed(1)} ms: the second one vanished`);
        return;
      }
      chat.customerIsTyping = false;
      chat.say('Chasitor', chat.visitorName, text);
      this.org.addEntry(chat, { from: 'customer', name: chat.visitorName, text });
    },

    ChasitorTyping: (chat) => this.showTyping(chat, true),
    ChasitorNotTyping: (chat) => this.showTyping(chat, false),

    ChatEnd: (chat, body) => {
      if (body['reason'] !== 'client') throw new Refusal(400, 'reason has to be client');
      this.org.end(chat, 'customer');
      this.org.push(chat, 'ChatEnded', { reason: 'client' });
    },
  };

  private init(chat: Chat, body: JsonObject): void {
    const request = readChatRequest(body, chat.id, this.org.options);
    chat.visitorName = request.visitorName;
    chat.buttonId = request.buttonId;
    chat.details = request.details;
    chat.wantsQueueUpdates = request.wantsQueueUpdates;
    this.org.list(chat);
    for (const text of request.transcript) this.org.addEntry(chat, { from: 'system', text });
    this.org.awaitPoll(chat);
    if (!request.isPost || !this.org.isStaffed) {
      this.org.push(chat, 'ChatRequestFail', { reason: request.isPost ? 'Unavailable' : 'NoPost' });
      this.org.end(chat, 'system');
      return;
    }
    chat.phase = 'waiting';
    const { ahead, estimatedWaitTime } = this.org.queueFacts(chat);
    chat.toldPosition = ahead;
    this.org.push(chat, 'ChatRequestSuccess', {
      queuePosition: ahead,
      estimatedWaitTime,
      connectionTimeout: this.org.options.connectionTimeoutInMs,
      visitorId: chat.id,
      geoLocation: { countryCode: 'US', countryName: 'United States', latitude: 37.78, longitude: -122.39 },
      customDetails: Array.isArray(body['prechatDetails']) ? body['prechatDetails'].filter(isJsonObject) : [],
      sensitiveDataRules: [],
      url: '',
      oref: '',
      postChatUrl: '',
    });
    if (chat.wantsQueueUpdates) this.org.push(chat, 'QueueUpdate', { position: ahead, estimatedWaitTime });
    this.org.changed();
  }

  private showTyping(chat: Chat, isTyping: boolean): void {
    chat.customerIsTyping = isTyping;
    this.org.changed();
  }

  private resync(chat: Chat, body: JsonObject): void {
    if (body['organizationId'] !== this.org.options.organizationId) throw new Refusal(400, 'organizationId is missing or wrong');
    if (chat.recovery !== 'told') this.org.violation('ChasitorResyncState before ChasitorSessionData was fetched');
    chat.recovery = 'none';
  }

  private readSequence(call: Call): number {
    const text = call.header('x-liveagent-sequence') ?? '';
    if (!/^[1-9]\d*$/.test(text)) throw new Refusal(400, 'X-LIVEAGENT-SEQUENCE has to be a positive number');
    return Number(text);
  }

  /** A POST in the wrong state is a 500, and its number stays free. */
  private checkState(chat: Chat, resource: string): void {
    const early = (text: string): never => {
      this.org.violation(text);
      throw new Refusal(500, text);
    };
    if (resource === 'ChasitorInit') {
      if (chat.phase !== 'session') early('a second ChasitorInit');
      return;
    }
    if (chat.phase === 'session') early(`${resource} before ChasitorInit`);
    if (chat.phase === 'ended') throw new Refusal(403, 'The chat is over');
    if (!chat.isRequestConfirmed) early(`${resource} before ChatRequestSuccess`);
    if (chat.recovery !== 'none') early(`${resource} before ChasitorResyncState`);
    if (chat.phase === 'waiting' && resource !== 'ChatEnd') early(`${resource} before an agent has accepted`);
  }
}
