import type { HttpResponse } from '../../../common/http';
import type { JsonObject } from '../../../common/json';
import type { ProviderDependencies } from '../../provider';
import { fromTransport } from '../../transportError';
import { ConversationDomain } from './conversationDomain';
import { providerName } from './errors';
import { contextServiceOf, type LiveAssistSettings } from './settings';
import { onOrigin } from './urls';

const callTimeoutInMs = 10_000;
const contextTimeoutInMs = 5_000;
const maxBytes = 5 * 1024 * 1024;

/** The HTTP calls of the chat service and the context service. Resolves for every status; no answer is a `HandoffError`. */
export class LiveAssistClient {
  private readonly domain: ConversationDomain;

  constructor(
    private readonly settings: LiveAssistSettings,
    private readonly deps: Pick<ProviderDependencies, 'http' | 'clock'>,
  ) {
    this.domain = new ConversationDomain(settings, deps.http, deps.clock);
  }

  async availability(skill: string | undefined, signal: AbortSignal): Promise<HttpResponse> {
    return this.get(this.url(`${await this.account()}/chat/availability.json`, skill === undefined ? {} : { skill }), signal);
  }

  /** Seconds until somebody is likely to be there. */
  async estimatedWait(skill: string | undefined, signal: AbortSignal): Promise<HttpResponse> {
    return this.get(this.url(`${await this.account()}/chat/estimatedWaitTime`, skill === undefined ? {} : { skill }), signal);
  }

  /** Asks for a chat; the answer's `Location` is its address. */
  async requestChat(request: JsonObject, signal: AbortSignal): Promise<{ response: HttpResponse; origin: string }> {
    const origin = await this.domain.find();
    const url = this.url(`${await this.account()}/chat/request.json`);
    return { response: await this.post(url, { request }, signal), origin };
  }

  /** The chat from its beginning. */
  readAll(session: string, signal: AbortSignal): Promise<HttpResponse> {
    return this.get(this.url(`${session}.json`), signal);
  }

  /** What is new since `next` was given out. */
  readNext(session: string, next: string, signal: AbortSignal): Promise<HttpResponse> {
    const url = new URL(onOrigin(new URL(session).origin, next) ?? session);
    if (!url.pathname.endsWith('.json')) url.pathname += '.json';
    return this.get(this.url(url.href), signal);
  }

  info(session: string, signal: AbortSignal): Promise<HttpResponse> {
    return this.get(this.url(`${session}/info.json`), signal);
  }

  /** One line, or the end. */
  addEvent(session: string, event: JsonObject, signal: AbortSignal): Promise<HttpResponse> {
    return this.post(this.url(`${session}/events`), { event }, signal);
  }

  tellName(session: string, visitorName: string, signal: AbortSignal): Promise<HttpResponse> {
    return this.put(this.url(`${session}/info/visitorName.json`), { visitorName }, signal);
  }

  tellTyping(session: string, isTyping: boolean, signal: AbortSignal): Promise<HttpResponse> {
    const visitorTyping = isTyping ? 'typing' : 'not-typing';
    return this.put(this.url(`${session}/info/visitorTyping`), { visitorTyping }, signal);
  }

  /** Gives the signed facts to the context service. */
  postContext(contextData: string, signal: AbortSignal): Promise<HttpResponse> {
    const url = `${contextServiceOf(this.settings)}/context-service/context`;
    return this.post(url, { accountId: this.settings.LIVE_ASSIST_ACCOUNT, contextData }, signal, {}, contextTimeoutInMs);
  }

  private async account(): Promise<string> {
    return `${await this.domain.find()}/api/account/${this.settings.LIVE_ASSIST_ACCOUNT}`;
  }

  private url(address: string, query: Record<string, string> = {}): string {
    const url = new URL(address);
    const all = { v: '1', appKey: this.settings.LIVE_ASSIST_APP_KEY, ...query };
    for (const [name, value] of Object.entries(all)) url.searchParams.set(name, value);
    return url.href;
  }

  private get(url: string, signal: AbortSignal): Promise<HttpResponse> {
    return this.call('GET', url, {}, undefined, signal);
  }

  /** The service takes changes as POST with this header. */
  private put(url: string, body: JsonObject, signal: AbortSignal): Promise<HttpResponse> {
    return this.post(url, body, signal, { 'X-HTTP-Method-Override': 'PUT' });
  }

  private post(
    url: string,
    body: JsonObject,
    signal: AbortSignal,
    headers: Record<string, string> = {},
    timeoutInMs = callTimeoutInMs,
  ): Promise<HttpResponse> {
    const all = { 'Content-Type': 'application/json', ...headers };
    return this.call('POST', url, all, JSON.stringify(body), signal, timeoutInMs);
  }

  private async call(
    method: 'GET' | 'POST',
    url: string,
    headers: Record<string, string>,
    body: string | undefined,
    signal: AbortSignal,
    timeoutInMs = callTimeoutInMs,
  ): Promise<HttpResponse> {
    try {
      return await this.deps.http({
        method,
        url,
        headers: { Accept: 'application/json', ...headers },
        ...(body !== undefined && { body }),
        timeoutInMs,
        maxBytes,
        signal,
      });
    } catch (error) {
      throw fromTransport(providerName, error);
    }
  }
}
