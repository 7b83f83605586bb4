import { type Call, Refusal, respond } from '../http';
import type { Chat } from './chat';
import type { Org } from './org';

/** How long the connection of an abandoned poll may take to be noticed before a second poll counts as a parallel one. */
const abandonedPollGraceInMs = 50;

/** `System/*`: sessions, polls and moves. */
export class SystemResources {
  constructor(private readonly org: Org) {}

  openSession(call: Call): void {
    if (call.header('x-liveagent-affinity') !== 'null') throw new Refusal(400, 'SessionId takes the affinity null');
    const chat = this.org.openSession();
    respond(call.response, 200, {
      id: chat.id,
      key: chat.key,
      affinityToken: chat.affinity ?? '',
      clientPollTimeout: this.org.options.clientPollTimeoutInSeconds,
    });
  }

  deleteSession(call: Call, key: string): void {
    const chat = this.org.session(key);
    if (!chat) throw new Refusal(403, 'Session is no longer valid');
    this.checkAffinity(call, chat);
    this.org.drop(chat, 'customer');
    respond(call.response, 200, 'OK');
  }

  async poll(call: Call): Promise<void> {
    const chat = this.authorize(call);
    if (chat.phase === 'session') {
      this.org.violation('System/Messages before ChasitorInit');
      throw new Refusal(500, 'No chat was requested');
    }
    await this.refuseSecondPoll(chat);
    const ack = call.query.get('ack') ?? '';
    if (!/^-?\d+$/.test(ack)) throw new Refusal(400, 'ack has to be a number');
    const verdict = chat.acknowledge(Number(ack));
    if (!verdict.isFine) {
      this.org.violation(`ack ${ack} where ${verdict.expected} was expected`);
      throw new Refusal(409, `Out of sync Ack. Expected ${verdict.expected}. Actual ${ack}`);
    }
    if (chat.isOver) {
      this.org.drop(chat, chat.endedBy ?? 'system');
      throw new Refusal(403, 'Session is no longer valid');
    }
    this.hold(call, chat);
  }

  reconnect(call: Call): void {
    const chat = this.find(call);
    if (call.header('x-liveagent-affinity') !== 'null') throw new Refusal(400, 'ReconnectSession takes the affinity null');
    const offset = call.query.get('ReconnectSession.offset') ?? '';
    if (!/^\d+$/.test(offset)) throw new Refusal(400, 'ReconnectSession.offset has to be a number');
    if (!chat.mayReconnect) {
      respond(call.response, 405, 'The session is not lost');
      return;
    }
    const affinityToken = chat.takeOver(Number(offset));
    this.org.awaitPoll(chat);
    respond(call.response, 200, { messages: [{ type: 'ReconnectSession', message: { resetSequence: true, affinityToken } }] });
  }

  /** The chat of a request inside a session; its server has to be the right one. */
  authorize(call: Call): Chat {
    const chat = this.find(call);
    this.checkAffinity(call, chat);
    return chat;
  }

  private find(call: Call): Chat {
    const key = call.header('x-liveagent-session-key');
    if (!key) throw new Refusal(400, 'X-LIVEAGENT-SESSION-KEY is missing');
    const chat = this.org.session(key);
    if (!chat) throw new Refusal(403, 'Session is no longer valid');
    return chat;
  }

  private checkAffinity(call: Call, chat: Chat): void {
    const affinity = call.header('x-liveagent-affinity');
    if (!affinity || affinity === 'null') throw new Refusal(400, 'X-LIVEAGENT-AFFINITY is missing');
    if (affinity === chat.affinity) return;
    chat.mayReconnect = true;
    throw new Refusal(503, 'Affinity token is no longer valid');
  }

  private async refuseSecondPoll(chat: Chat): Promise<void> {
    const { held } = chat;
    if (!held) return;
    if (held.isOpen()) await new Promise((resolve) => setTimeout(resolve, abandonedPollGraceInMs));
    if (chat.held === held && held.isOpen()) {
      this.org.violation('two polls of one chat at a time');
      held.answer(409, 'Duplicate poll');
      chat.held = undefined;
      this.org.drop(chat, 'duplicate poll');
      throw new Refusal(409, 'Duplicate poll: the chat was terminated');
    }
    if (chat.held === held) chat.held = undefined;
  }

  private hold(call: Call, chat: Chat): void {
    const { response } = call;
    const timer = setTimeout(() => {
      if (chat.held === held) chat.held = undefined;
      held.answer(204);
      this.org.awaitPoll(chat);
    }, this.org.options.pollHoldInMs);
    timer.unref();
    const held = {
      isOpen: () => !response.destroyed && !response.writableEnded,
      answer: (status: number, body?: Parameters<typeof respond>[2]) => {
        clearTimeout(timer);
        respond(response, status, body);
      },
    };
    response.once('close', () => {
      clearTimeout(timer);
      if (chat.held !== held) return;
      chat.held = undefined;
      this.org.awaitPoll(chat);
    });
    chat.cancelTimers();
    chat.held = held;
    this.org.flush(chat);
  }
}
