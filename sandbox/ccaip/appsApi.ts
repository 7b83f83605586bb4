import type { z } from 'zod';
import { isoTime } from '../../common/clock';
import type { JsonObject } from '../../common/json';
import type { ReadRequest } from '../request';
import { type Answer, failures } from './answers';
import { chatBody, endUserBody, escalationBody, messageBody, updateBody } from './bodies';
import type { ChatLife } from './chatLife';
import { contentOf, type MediaStore } from './media';
import { type Behavior, LANGUAGES, MENUS } from './options';
import type { Chat, EndUser, Message, State } from './state';

/** The chat part of the Apps API. Every request that breaks the contract is noted. */
export class AppsApi {
  constructor(
    private readonly state: State,
    private readonly life: ChatLife,
    private readonly media: MediaStore,
    private readonly behavior: Behavior,
    private readonly violate: (violation: string) => void,
  ) {}

  /** `segments` follow `/apps/api/v1`. */
  async handle(request: ReadRequest, segments: string[]): Promise<Answer> {
    const [area, id, part, partId] = segments;
    const route = `${request.method} ${[area, id && '{id}', part, partId && (partId === 'upload' ? partId : '{id}')].filter(Boolean).join('/')}`;
    if (route === 'POST end_users') return this.upsertEndUser(request);
    if (route === 'GET end_users') return this.findEndUser(request);
    if (route === 'GET wait_times') return this.waitTimes(request);
    if (route === 'POST chats') return this.createChat(request);
    const chat = this.state.chats.get(Number(id));
    if (area !== 'chats' || !chat || chat.status === 'creating') return this.unknown(request, area);
    switch (route) {
      case 'GET chats/{id}':
        return this.behavior.readsChats ? { status: 200, body: this.life.happenings.chatObject(chat) } : failures.notFound();
      case 'POST chats/{id}/message':
        return this.addMessage(chat, request);
      case 'PATCH chats/{id}':
        return this.finish(chat, request);
      case 'PATCH chats/{id}/escalations/{id}':
        return this.keepWaiting(chat, Number(partId), request);
      case 'POST chats/{id}/resume':
        return this.resume(chat);
      case 'POST chats/{id}/photos/upload':
      case 'POST chats/{id}/videos/upload':
        return isOver(chat) ? failures.ended() : this.media.ticket(chat, part === 'photos' ? 'photo' : 'video');
      case 'POST chats/{id}/photos':
      case 'POST chats/{id}/videos':
        return this.media.announce(chat, part === 'photos' ? 'photo' : 'video', request);
      case 'GET chats/{id}/media/{id}': {
        const media = chat.media.get(Number(partId));
        return media ? contentOf(media) : failures.notFound();
      }
      default:
        return this.unknown(request, undefined);
    }
  }

  private unknown(request: ReadRequest, area: string | undefined): Answer {
    if (area !== 'chats') this.violate(`no such operation: ${request.method} ${request.path}`);
    return failures.notFound();
  }

  private upsertEndUser(request: ReadRequest): Answer {
    const body = this.check(endUserBody, request);
    if (!body) return failures.missing('identifier');
    const given = JSON.parse(JSON.stringify(body)) as EndUser;
    const known = [...this.state.endUsers.values()].find(({ identifier }) => identifier === body.identifier);
    const endUser = known ? Object.assign(known, given) : { ...given, id: this.state.nextId() };
    this.state.endUsers.set(endUser.id, endUser);
    return { status: known ? 200 : 201, body: { id: endUser.id, identifier: endUser.identifier } };
  }

  private findEndUser({ query }: ReadRequest): Answer {
    const found = [...this.state.endUsers.values()].find(
      ({ id, identifier }) => String(id) === query.get('id') || identifier === query.get('identifier'),
    );
    return found ? { status: 200, body: { ...found } } : failures.notFound();
  }

  private waitTimes({ query }: ReadRequest): Answer {
    if (
      query.get('channel_type') !== 'chat' ||
      !/^(ivr|mobile|web)_menu$/.test(query.get('menu_type') ?? '') ||
      !query.get('lang')
    ) {
      this.violate('waiting times need lang, menu_type and channel_type');
      return failures.missing('menu_type');
    }
    const isServed = this.state.isStaffed && !this.behavior.overCapacity;
    const body = MENUS.filter(({ id }) => query.get('menu_id') === null || query.get('menu_id') === String(id)).map(({ id }) => ({
      menu_id: id,
      menu_type: query.get('menu_type'),
      chat: isServed ? 0 : 420,
      voice_call: 0,
      materialized_path: `/${id}`,
      logged_in_agents: this.state.isStaffed ? 2 : 0,
      available_agents: isServed ? 1 : 0,
      breakthrough_agents: 0,
    }));
    return { status: 200, body };
  }

  private async createChat(request: ReadRequest): Promise<Answer> {
    const body = this.check(chatBody, request)?.chat;
    if (!body) return failures.missing('chat');
    const endUser = this.state.endUsers.get(body.end_user_id);
    if (!endUser || !LANGUAGES.includes(body.lang)) this.violate('the end user or the language of a chat does not exist');
    if (!endUser || !MENUS.some(({ id }) => id === body.menu_id)) return failures.notFound();
    const createdAt = isoTime(this.state.now());
    const earlier = (body.transcript ?? []).map(
      (item): Message => ({
        id: this.state.nextId(),
        at: item.timestamp,
        from: item.sender,
        type: 'text',
        text: item.content.map(({ text }) => text).join('\n'),
        isEarlier: true,
      }),
    );
    const chat: Chat = {
      id: this.state.nextId(),
      createdAt,
      status: 'creating',
      menuId: body.menu_id,
      lang: body.lang,
      endUser,
      context: (body.context ?? {}) as JsonObject,
      customData: JSON.parse(JSON.stringify(body.custom_data ?? {})) as JsonObject,
      messages: earlier,
      media: new Map(),
      allAgents: [],
    };
    this.state.chats.set(chat.id, chat);
    if (this.behavior.created === 'before') await this.life.begin(chat);
    else setImmediate(() => void this.life.begin(chat));
    return { status: 200, body: { ...this.life.happenings.chatObject(chat), status: 'queued' } };
  }

  private addMessage(chat: Chat, request: ReadRequest): Answer {
    const body = this.check(messageBody, request);
    if (!body) return failures.missing('message');
    if (body.from_user_id !== chat.endUser.id) {
      this.violate('a message is from another end user than the chat’s');
      return failures.notFound();
    }
    if (isOver(chat)) return failures.ended();
    const { type, content } = body.message;
    const media = typeof content === 'object' && 'media_id' in content ? chat.media.get(content.media_id) : undefined;
    if (type !== 'text' && !media) {
      this.violate('a message shows a file that was not uploaded');
      return failures.invalid();
    }
    if (chat.status === 'dismissed') {
      return this.behavior.dismissedMessage === 'refuse' ? failures.refused('Chat is dismissed') : { status: 200, body: {} };
    }
    const text = typeof content === 'string' ? content : 'text' in content ? content.text : '';
    void this.life.say(chat, { from: 'end_user', type, text, ...(media && { media }) });
    return { status: 200, body: {} };
  }

  private finish(chat: Chat, request: ReadRequest): Answer {
    const body = this.check(updateBody, request);
    if (!body) return failures.missing('chat');
    if (isOver(chat)) return failures.ended();
    if (body.finished_by_user_id !== chat.endUser.id) this.violate('a chat is finished by another end user than its own');
    void this.life.end(chat, 'finished', 'end_user');
    return { status: 200, body: this.life.happenings.chatObject(chat) };
  }

  private keepWaiting(chat: Chat, escalationId: number, request: ReadRequest): Answer {
    if (!this.check(escalationBody, request)) return failures.missing('deflection_channel');
    if (isOver(chat)) return failures.ended();
    if (chat.escalation?.id !== escalationId) return failures.notFound();
    if (chat.escalation.reason !== 'over_capacity' || chat.status !== 'deflected') {
      this.violate('only a chat turned away for want of capacity may wait');
      return failures.invalid();
    }
    this.life.queue(chat);
    return { status: 200, body: {} };
  }

  private resume(chat: Chat): Answer {
    if (isOver(chat)) return failures.ended();
    if (chat.status !== 'dismissed') {
      this.violate('only a dismissed chat can be resumed');
      return failures.invalid();
    }
    this.life.queue(chat);
    return { status: 200, body: this.life.happenings.chatObject(chat) };
  }

  /** The body when it is what the documentation says; a breach is noted and gives undefined. */
  private check<T>(schema: z.ZodType<T>, request: ReadRequest): T | undefined {
    const isJson = request.headers['content-type']?.startsWith('application/json') ?? false;
    if (!isJson) this.violate(`${request.method} ${request.path}: the content type is not application/json`);
    const parsed = schema.safeParse(request.json);
    if (parsed.success) return isJson ? parsed.data : undefined;
    for (const issue of parsed.error.issues) this.violate(`${request.method}: ${issue.path.join('.')} ${issue.message}`);
    return undefined;
  }
}

export function isOver({ status }: Chat): boolean {
  return status === 'finished' || status === 'failed';
}
