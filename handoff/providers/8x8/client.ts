import type { Clock } from '../../../common/clock';
import type { HttpClient, HttpRequest, HttpResponse } from '../../../common/http';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../common/json';
import { objectOf, objectsOf, textOf, wordOf } from '../../../common/jsonMembers';
import type { FetchedFile } from '../../provider';
import { fromTransport } from '../../transportError';
import { PROVIDER, type Resource, toHandoffError, unreadable } from './errors';
import type { EightByEightSettings } from './settings';
import {
  type AuthorType,
  type ConversationResource,
  type NewConversation,
  type OutgoingMessage,
  type Page,
  type Participant,
  type StoredMessage,
  timeOf,
} from './wire';

const TIMEOUT_IN_MS = 10_000;
const FILE_TIMEOUT_IN_MS = 60_000;
/** Indicators are worth nothing when late. */
const INDICATOR_TIMEOUT_IN_MS = 3_000;
export const MAX_FILE_BYTES = 25 * 1024 * 1024;

interface Call {
  method: HttpRequest['method'];
  path: string;
  json?: JsonValue;
  form?: FormData;
  timeoutInMs?: number;
  maxBytes?: number;
  resource: Resource;
  signal: AbortSignal;
}

/** The calls of the Chat Gateway that topology A makes. Each fails with a `HandoffError` and is made once. */
export class ChatGateway {
  constructor(
    private readonly settings: EightByEightSettings,
    private readonly http: HttpClient,
    private readonly clock: Clock,
  ) {}

  /** Resolves with the conversation's id once the desk has taken the request; routing is still under way then. */
  async createConversation(body: NewConversation, signal: AbortSignal): Promise<string> {
    const response = await this.call({
      method: 'POST',
      path: '/conversations',
      json: body as JsonObject,
      resource: 'other',
      signal,
    });
    const answer = objectOf(response.json);
    const id = wordOf(answer['conversationId']) ?? wordOf(answer['id']);
    if (id === undefined) throw unreadable('the answer names no conversation');
    return id;
  }

  async readConversation(id: string, signal: AbortSignal): Promise<ConversationResource> {
    const answer = objectOf((await this.call({ ...this.get(`/conversations/${encodeURIComponent(id)}`), signal })).json);
    const state = wordOf(answer['state']);
    if (state === undefined) throw unreadable('the conversation has no state');
    return { state, assignmentType: wordOf(objectOf(answer['assignment'])['type']) };
  }

  async sendMessage(id: string, message: OutgoingMessage, signal: AbortSignal): Promise<void> {
    const path = `/conversations/${encodeURIComponent(id)}/messages`;
    await this.call({ method: 'POST', path, json: message as JsonObject, resource: 'conversation', signal });
  }

  async sendTyping(id: string, authorType: AuthorType, signal: AbortSignal): Promise<void> {
    const path = `/conversations/${encodeURIComponent(id)}/typing`;
    const timeoutInMs = INDICATOR_TIMEOUT_IN_MS;
    await this.call({ method: 'POST', path, json: { authorType }, timeoutInMs, resource: 'conversation', signal });
  }

  /** Takes the customer out, which ends the interaction and frees the agent. */
  async removeCustomer(id: string, signal: AbortSignal): Promise<void> {
    const path = `/conversations/${encodeURIComponent(id)}/participants/user`;
    await this.call({ method: 'PATCH', path, json: { removed: true }, resource: 'conversation', signal });
  }

  async listParticipants(id: string, signal: AbortSignal): Promise<Participant[]> {
    const response = await this.call({ ...this.get(`/conversations/${encodeURIComponent(id)}/participants?size=100`), signal });
    return embedded(response, 'participants').map((item) => ({
      type: wordOf(item['type']) ?? '',
      removed: item['removed'] === true,
    }));
  }

  /** Messages, newest first. */
  async listMessages(id: string, page: number, signal: AbortSignal): Promise<Page<StoredMessage>> {
    const query = new URLSearchParams({ sort: 'createdAt:desc', size: '50', page: String(page) });
    const response = await this.call({ ...this.get(`/conversations/${encodeURIComponent(id)}/messages?${query}`), signal });
    const { number, totalPages } = objectOf(objectOf(response.json)['page']);
    return {
      items: embedded(response, 'messages').map((item) => ({
        text: textOf(item['text']) ?? '',
        createdAt: timeOf(item['createdAt']),
        authorType: wordOf(objectOf(item['author'])['type']) ?? wordOf(item['authorType']),
      })),
      hasMore: typeof number === 'number' && typeof totalPages === 'number' && number + 1 < totalPages,
      serverTime: timeOf(response.headers['date']),
    };
  }

  /** Uploads a file and resolves with its id; nobody sees it before a message names it. */
  async uploadAttachment(
    id: string,
    file: FetchedFile & { name: string },
    author: AuthorType,
    signal: AbortSignal,
  ): Promise<string> {
    const form = new FormData();
    form.append('attachment', new File([new Uint8Array(file.bytes)], file.name, { type: file.contentType }));
    form.append('authorType', author);
    const path = `/conversations/${encodeURIComponent(id)}/attachments`;
    const response = await this.call({
      method: 'POST',
      path,
      form,
      timeoutInMs: FILE_TIMEOUT_IN_MS,
      resource: 'conversation',
      signal,
    });
    const attachmentId = wordOf(objectOf(response.json)['id']);
    if (attachmentId === undefined) throw unreadable('the answer names no attachment');
    return attachmentId;
  }

  /** The bytes of an attachment, with the answer's headers. */
  readAttachment(id: string, attachmentId: string, signal: AbortSignal): Promise<HttpResponse> {
    const path = `/conversations/${encodeURIComponent(id)}/attachments/${encodeURIComponent(attachmentId)}/content`;
    return this.call({ ...this.get(path), resource: 'other', timeoutInMs: FILE_TIMEOUT_IN_MS, maxBytes: MAX_FILE_BYTES, signal });
  }

  private get(path: string) {
    return { method: 'GET', path, resource: 'conversation' } as const;
  }

  private async call(call: Call): Promise<HttpResponse> {
    const content = await encode(call);
    const response = await this.http({
      method: call.method,
      url: `${this.settings.EIGHT_BY_EIGHT_BASE_URL}/chat-gateway/v1${call.path}`,
      headers: {
        accept: 'application/hal+json, application/json;q=0.9, */*;q=0.5',
        'x-api-key': this.settings.EIGHT_BY_EIGHT_API_KEY,
        'x-8x8-tenant': this.settings.EIGHT_BY_EIGHT_TENANT,
        ...(content && { 'content-type': content.type }),
      },
      ...(content && { body: content.body }),
      timeoutInMs: call.timeoutInMs ?? TIMEOUT_IN_MS,
      ...(call.maxBytes !== undefined && { maxBytes: call.maxBytes }),
      signal: call.signal,
    }).catch((error: unknown) => {
      throw fromTransport(PROVIDER, error);
    });
    if (response.status >= 200 && response.status < 300) return response;
    throw toHandoffError(response, call.resource, this.clock.now());
  }
}

/** The form goes as bytes: whether a client takes a `FormData` depends on whose it is. */
async function encode({ json, form }: Call): Promise<{ type: string; body: string | Buffer } | undefined> {
  if (json !== undefined) return { type: 'application/json', body: JSON.stringify(json) };
  if (!form) return undefined;
  const encoded = new Response(form);
  return { type: encoded.headers.get('content-type') ?? '', body: Buffer.from(await encoded.arrayBuffer()) };
}

/** The items of a list, which may leave `_embedded` out when it is empty. */
function embedded(response: HttpResponse, key: string): JsonObject[] {
  if (!isJsonObject(response.json)) throw unreadable('the list is not JSON');
  return objectsOf(objectOf(response.json['_embedded'])[key]);
}
