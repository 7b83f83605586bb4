import type { z } from 'zod';
import { isoTime, systemClock } from '../../common/clock';
import type { JsonObject } from '../../common/json';
import { type ReadRequest, readForm } from '../request';
import { type Answer, failures } from './answers';
import { conversationBody, messageBody, removalBody, typingBody } from './bodies';
import type { Happenings } from './happenings';
import { type Behavior, QUEUES } from './options';
import { type Attachment, type Conversation, type Message, newId, type State } from './state';

const TYPING_SHOWS_IN_MS = 6_000;

/** The conversation resources of the Chat Gateway. Every request that breaks the contract is noted. */
export class ChatGateway {
  constructor(
    private readonly state: State,
    private readonly happenings: Happenings,
    private readonly channelId: string,
    private readonly behavior: Behavior,
    private readonly violate: (violation: string) => void,
  ) {}

  /** `segments` follow `/chat-gateway/v1/conversations`. */
  async handle(request: ReadRequest, segments: string[]): Promise<Answer> {
    const [id, part, partId, last] = segments;
    const route = `${request.method} ${[id && '{id}', part, partId && (part === 'participants' ? partId : '{id}'), last].filter(Boolean).join('/')}`;
    if (route === 'POST ') return this.create(request);
    const conversation = this.state.conversations.get(id ?? '');
    if (!conversation) return part === 'typing' ? failures.resourceNotFound() : failures.notFound();
    switch (route) {
      case 'GET {id}':
        return { status: 200, body: resourceOf(conversation) };
      case 'POST {id}/messages':
        return this.addMessage(conversation, request);
      case 'GET {id}/messages':
        return this.listMessages(conversation, request);
      case 'GET {id}/participants':
        return this.list(
          'participants',
          conversation.participants.map((participant) => ({ ...participant, language: 'en' })),
          request,
        );
      case 'PATCH {id}/participants/user':
        return this.removeCustomer(conversation, request);
      case 'POST {id}/typing':
        return this.typing(conversation, request);
      case 'POST {id}/attachments':
        return this.upload(conversation, request);
      case 'GET {id}/attachments/{id}/content':
        return contentOf(conversation.attachments.get(partId ?? ''));
      default:
        this.violate(`no such operation: ${request.method} ${request.path}`);
        return failures.notFound();
    }
  }

  private async create(request: ReadRequest): Promise<Answer> {
    const body = this.check(conversationBody, request);
    if (!body) return failures.general('invalid_parameter', 'The conversation is not valid');
    if (body.channelId !== this.channelId) return failures.general('invalid_parameter', 'The channel does not exist');
    const assignment = { type: 'queue' as const, id: QUEUES[0]?.id ?? '', ...body.assignment } as Conversation['assignment'];
    if (assignment.type === 'queue' && !QUEUES.some(({ id }) => id === assignment.id))
      return failures.general('invalid_queue', 'The queue does not exist');
    const createdAt = isoTime(systemClock.now());
    const conversation: Conversation = {
      id: newId('cv'),
      createdAt,
      state: 'created',
      channelId: body.channelId,
      assignment,
      queueId: assignment.id,
      user: JSON.parse(JSON.stringify(body.user)) as JsonObject,
      messages: (body.history?.messages ?? []).map((message) => ({ ...toMessage(message, createdAt), isHistory: true })),
      participants: [{ id: 'user', type: 'user', removed: false }],
      attachments: new Map(),
      isCustomerTyping: false,
    };
    this.state.conversations.set(conversation.id, conversation);
    const first = this.happenings.updated(conversation);
    if (this.behavior.eventBeforeAnswer) await first;
    // The interaction that reaches agents is made while the request is answered.
    setImmediate(() => this.enterQueue(conversation));
    return { status: 202, body: { conversationId: conversation.id, createdAt } };
  }

  /** The interaction exists: agents see the chat. */
  private enterQueue(conversation: Conversation): void {
    if (conversation.state === 'idle') return;
    conversation.state = 'active';
    void this.happenings.updated(conversation);
    void this.happenings.queued(conversation);
    this.state.changed();
  }

  private addMessage(conversation: Conversation, request: ReadRequest): Answer {
    const body = this.check(messageBody, request);
    if (!body) return failures.message('invalid_json_object', 'The message is not valid');
    const unknown = body.attachments?.find(({ id }) => !conversation.attachments.has(id));
    if (unknown) {
      this.violate('a message names an attachment that was not uploaded');
      return failures.message('invalid_parameter', 'The attachment does not exist');
    }
    const message = toMessage(body, isoTime(systemClock.now()));
    conversation.messages.push(message);
    conversation.isCustomerTyping = false;
    if (conversation.state === 'idle') this.reopen(conversation);
    void this.happenings.message(conversation, message);
    this.state.changed();
    return { status: 202 };
  }

  /** What the predecessor documents: the customer is queued again, which nobody here can have wanted. */
  private reopen(conversation: Conversation): void {
    this.violate('a message after the end opened the conversation again');
    conversation.assignment = { type: 'queue', id: conversation.queueId };
    conversation.state = 'active';
    this.enterQueue(conversation);
  }

  private listMessages(conversation: Conversation, request: ReadRequest): Answer {
    const sort = request.query.get('sort') ?? 'createdAt:desc';
    if (!/^createdAt:(asc|desc)$/.test(sort)) {
      this.violate('messages are sorted by something else than createdAt');
      return failures.general('invalid_parameter', 'sort');
    }
    const own = conversation.messages.map((message) => ({
      id: message.id,
      text: message.text,
      createdAt: message.createdAt,
      author: { id: message.agentId ?? message.author, type: message.author, removed: false, language: 'en' },
      attachments: message.attachments.map((id) => ({ id })),
      cards: message.cards,
    }));
    return this.list('messages', sort === 'createdAt:desc' ? own.reverse() : own, request);
  }

  private list(key: string, all: JsonObject[], request: ReadRequest): Answer {
    const [size, page] = [request.query.get('size') ?? '20', request.query.get('page') ?? '0'];
    if (!/^[1-9]\d{0,3}$/.test(size) || !/^\d{1,6}$/.test(page)) {
      this.violate('page or size is not a number');
      return failures.general('invalid_parameter', 'page');
    }
    const [count, number] = [Number(size), Number(page)];
    const items = all.slice(number * count, (number + 1) * count);
    const embedded = items.length > 0 || !this.behavior.bareEmptyLists ? { _embedded: { [key]: items } } : {};
    const totalPages = Math.ceil(all.length / count);
    return { status: 200, body: { ...embedded, page: { size: count, number, totalElements: all.length, totalPages } } };
  }

  private removeCustomer(conversation: Conversation, request: ReadRequest): Answer {
    if (!this.check(removalBody, request)) return failures.general('invalid_parameter', 'removed');
    const user = conversation.participants.find(({ type }) => type === 'user');
    if (!user || user.removed) return failures.notFound();
    user.removed = true;
    void this.happenings.member(conversation, 'user', 'left', user.id);
    if (conversation.state !== 'idle') {
      conversation.endedBy = 'customer';
      for (const agent of conversation.participants.filter(({ type, removed }) => type === 'agent' && !removed)) {
        agent.removed = true;
        void this.happenings.member(conversation, 'agent', 'left', agent.id);
      }
      conversation.state = 'idle';
      void this.happenings.updated(conversation);
    }
    this.state.changed();
    return { status: 204 };
  }

  private typing(conversation: Conversation, request: ReadRequest): Answer {
    const body = this.check(typingBody, request);
    if (!body) return failures.indicator('authorType');
    conversation.isCustomerTyping = body.authorType === 'user';
    this.state.changed();
    if (this.behavior.reflectTyping) void this.happenings.typing(conversation, [{ type: body.authorType, id: 'user' }]);
    systemClock.schedule(TYPING_SHOWS_IN_MS, () => {
      conversation.isCustomerTyping = false;
      this.state.changed();
    });
    return { status: 204 };
  }

  private async upload(conversation: Conversation, request: ReadRequest): Promise<Answer> {
    const form = await readForm(request);
    const [file, author] = [form?.get('attachment'), form?.get('authorType')];
    if (!(file instanceof File) || (author !== 'user' && author !== 'bot')) {
      this.violate('an upload needs the parts attachment and authorType');
      return failures.general('invalid_parameter', 'attachment');
    }
    const attachment: Attachment = {
      id: newId('T6c'),
      filename: file.name,
      contentType: file.type,
      bytes: Buffer.from(await file.arrayBuffer()),
      createdAt: isoTime(systemClock.now()),
      from: author,
      signature: newId('s'),
    };
    conversation.attachments.set(attachment.id, attachment);
    const { id, filename, bytes, createdAt } = attachment;
    return { status: 200, body: { id, filename, sizeInBytes: bytes.length, createdAt } };
  }

  /** The body when it is what the specification says; a breach is noted and gives undefined. */
  private check<T>(schema: z.ZodType<T>, request: ReadRequest): T | undefined {
    const isJson = request.headers['content-type']?.startsWith('application/json') ?? false;
    if (!isJson) this.violate(`${request.method} ${request.path}: the content type is not application/json`);
    const parsed = schema.safeParse(request.json);
    if (parsed.success) return isJson ? parsed.data : undefined;
    for (const issue of parsed.error.issues) this.violate(`${request.method}: ${issue.path.join('.')} ${issue.message}`);
    return undefined;
  }
}

function toMessage(body: z.infer<typeof messageBody>, createdAt: string): Message {
  return {
    id: newId('msg'),
    createdAt,
    author: body.authorType,
    text: body.text ?? '',
    attachments: (body.attachments ?? []).map(({ id }) => id),
    cards: body.cards ?? [],
  };
}

function resourceOf(conversation: Conversation): JsonObject {
  const { id, channelId, state, assignment, user } = conversation;
  return { id, channelId, state, ...(state !== 'created' && { assignment }), user };
}

export function contentOf(attachment: Attachment | undefined): Answer {
  if (!attachment) return failures.resourceNotFound();
  const disposition = `attachment; filename*=UTF-8''${encodeURIComponent(attachment.filename)}`;
  return {
    status: 200,
    bytes: attachment.bytes,
    headers: { 'content-type': 'application/octet-stream', 'content-disposition': disposition },
  };
}
