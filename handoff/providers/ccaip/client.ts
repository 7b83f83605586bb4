import type { Clock } from '../../../common/clock';
import type { HttpClient, HttpRequest, HttpResponse } from '../../../common/http';
import type { JsonObject, JsonValue } from '../../../common/json';
import { objectOf, objectsOf } from '../../../common/jsonMembers';
import { fromTransport } from '../../transportError';
import { RequestBudget } from './budget';
import { PROVIDER, type Resource, toHandoffError, unreadable } from './errors';
import { type CcaipSettings, subdomainOf } from './settings';
import { type ChatResource, chatOf, idOf, type NewChat, type NewEndUser, type OutgoingMessage } from './wire';

const TIMEOUT_IN_MS = 8_000;
const FILE_TIMEOUT_IN_MS = 60_000;
/** What the bot passes on at most. */
const MAX_FILE_BYTES = 25 * 1024 * 1024;

export interface Call {
  method: HttpRequest['method'];
  path: string;
  json?: JsonValue;
  resource: Resource;
  timeoutInMs?: number;
  maxBytes?: number;
  signal: AbortSignal;
}

/** The calls of the Apps API that a relayed chat needs. Each fails with a `HandoffError` and is made once. */
export class AppsApi {
  private readonly authorization: string;
  private readonly budget: RequestBudget;

  constructor(
    private readonly settings: CcaipSettings,
    private readonly http: HttpClient,
    private readonly clock: Clock,
  ) {
    const credentials = `${subdomainOf(settings)}:${settings.CCAIP_API_TOKEN}`;
    this.authorization = `Basic ${Buffer.from(credentials).toString('base64')}`;
    this.budget = new RequestBudget(clock, settings.CCAIP_REQUESTS_PER_SECOND);
  }

  /** Makes or updates the end user; the same identifier has the same id each time. */
  async upsertEndUser(endUser: NewEndUser, signal: AbortSignal): Promise<number> {
    const { json } = await this.call({ method: 'POST', path: '/end_users', json: endUser, resource: 'other', signal });
    const id = idOf(objectOf(json)['id']);
    if (id === undefined) throw unreadable('the answer names no end user');
    return id;
  }

  /** The id of an end user who was made before. */
  async findEndUser(identifier: string, signal: AbortSignal): Promise<number> {
    const path = `/end_users?${new URLSearchParams({ identifier })}`;
    const { json } = await this.call({ method: 'GET', path, resource: 'other', signal });
    const id = objectsOf(json).map((endUser) => idOf(endUser['id']))[0];
    if (id === undefined) throw unreadable('the answer names no end user');
    return id;
  }

  /** Resolves with the chat's id; its making goes on afterwards. Twice is two chats. */
  async createChat(chat: NewChat, signal: AbortSignal): Promise<number> {
    const { json } = await this.call({ method: 'POST', path: '/chats', json: { chat } as JsonObject, resource: 'other', signal });
    const id = chatOf(json)?.id;
    if (id === undefined) throw unreadable('the answer names no chat');
    return id;
  }

  /**
   * The chat as it stands. That chats can be read one by one is not among the documented calls: a "not found" says nothing
   * about the chat, and is `invalid`.
   */
  async readChat(chatId: number, signal: AbortSignal, timeoutInMs = TIMEOUT_IN_MS): Promise<ChatResource> {
    const { json } = await this.call({ method: 'GET', path: `/chats/${chatId}`, resource: 'other', timeoutInMs, signal });
    const chat = chatOf(json);
    if (!chat) throw unreadable('the answer is not a chat');
    return chat;
  }

  async postMessage(chatId: number, endUserId: number, message: OutgoingMessage, signal: AbortSignal): Promise<void> {
    const json: JsonObject = { from_user_id: endUserId, message };
    await this.call({ method: 'POST', path: `/chats/${chatId}/message`, json, resource: 'chat', signal });
  }

  async finishChat(chatId: number, endUserId: number, signal: AbortSignal): Promise<void> {
    const json = { finished_by_user_id: endUserId, chat: { status: 'finished' } };
    await this.call({ method: 'PATCH', path: `/chats/${chatId}`, json, resource: 'chat', signal });
  }

  /** Takes a dismissed chat up again; what was said in it is kept. */
  async resumeChat(chatId: number, signal: AbortSignal): Promise<void> {
    await this.call({ method: 'POST', path: `/chats/${chatId}/resume`, resource: 'chat', signal });
  }

  /** Lets a chat that was turned away for lack of people wait for one. */
  async keepWaiting(chatId: number, escalationId: number, signal: AbortSignal): Promise<void> {
    const path = `/chats/${chatId}/escalations/${escalationId}`;
    await this.call({ method: 'PATCH', path, json: { deflection_channel: 'human_agent' }, resource: 'other', signal });
  }

  readMedia(chatId: number, mediaId: string, signal: AbortSignal): Promise<HttpResponse> {
    const path = `/chats/${chatId}/media/${encodeURIComponent(mediaId)}`;
    return this.call({
      method: 'GET',
      path,
      resource: 'other',
      timeoutInMs: FILE_TIMEOUT_IN_MS,
      maxBytes: MAX_FILE_BYTES,
      signal,
    });
  }

  async waitTimes(query: Record<string, string>, signal: AbortSignal): Promise<JsonValue | undefined> {
    const path = `/wait_times?${new URLSearchParams(query)}`;
    return (await this.call({ method: 'GET', path, resource: 'other', timeoutInMs: 3_000, signal })).json;
  }

  async call(call: Call): Promise<HttpResponse> {
    await this.budget.turn(call.signal);
    const response = await this.http({
      method: call.method,
      url: `${this.settings.CCAIP_URL}/apps/api/v1${call.path}`,
      headers: {
        accept: call.maxBytes === undefined ? 'application/json' : '*/*',
        authorization: this.authorization,
        ...(call.json !== undefined && { 'content-type': 'application/json' }),
      },
      ...(call.json !== undefined && { body: JSON.stringify(call.json) }),
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
