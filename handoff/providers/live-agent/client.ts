import type { HttpResponse } from '../../../common/http';
import type { JsonObject } from '../../../common/json';
import type { HandoffError } from '../../errors';
import type { ProviderDependencies } from '../../provider';
import { fromTransport } from '../../transportError';
import { fromOpeningStatus, providerName } from './errors';
import { LongPoller } from './longPoll';
import type { LiveAgentSession } from './session';
import { type LiveAgentSettings, toRestUrl } from './settings';
import { findMessage, readAnswer, textOf } from './wire';

/** What a call inside a chat needs to know of the session. */
export type Address = Pick<LiveAgentSession, 'url' | 'key' | 'affinity'>;

const callTimeoutInMs = 15_000;
const uploadTimeoutInMs = 60_000;
/** How much longer than the server's own limit we wait before a poll counts as dead. */
const pollMarginInMs = 5_000;

/** The HTTP calls of the Chat API. Resolves for every status inside a session; transport failures are `HandoffError`s. */
export class LiveAgentClient {
  private readonly poller: LongPoller;
  /** Where new chats are opened; a server switch changes it for the rest of the run. */
  private baseUrl: string;

  constructor(
    private readonly settings: LiveAgentSettings,
    private readonly deps: ProviderDependencies,
  ) {
    this.poller = new LongPoller(deps.clock);
    this.baseUrl = settings.LIVE_AGENT_URL;
  }

  /** The address new chats are opened at. */
  get url(): string {
    return this.baseUrl;
  }

  /** Uses another server for new chats; false when the address is not to be trusted. */
  moveTo(newUrl: string): boolean {
    const url = toRestUrl(newUrl);
    if (!url) return false;
    this.baseUrl = url;
    return true;
  }

  /** `System/SessionId`: opens a server session. */
  openSession(signal: AbortSignal): Promise<HttpResponse> {
    return this.beforeChat('System/SessionId', { 'X-LIVEAGENT-AFFINITY': 'null' }, signal);
  }

  /** `Visitor/Availability` for buttons and agents. */
  availability(ids: string[], signal: AbortSignal): Promise<HttpResponse> {
    const query = new URLSearchParams({
      org_id: this.settings.LIVE_AGENT_ORGANIZATION_ID,
      deployment_id: this.settings.LIVE_AGENT_DEPLOYMENT_ID,
      'Availability.ids': `[${ids.join(',')}]`,
      'Availability.needEstimatedWaitTime': '1',
    });
    return this.beforeChat(`Visitor/Availability?${query}`, {}, signal);
  }

  /** `DELETE System/SessionId/{key}`. */
  deleteSession(session: Address, signal: AbortSignal): Promise<HttpResponse> {
    return this.call(
      'DELETE',
      `${session.url}/System/SessionId/${encodeURIComponent(session.key)}`,
      { 'X-LIVEAGENT-AFFINITY': session.affinity },
      undefined,
      signal,
    );
  }

  /** A POST of the chat; `sequence` is left out only where the resource takes none. */
  post(
    session: Address,
    resource: string,
    body: JsonObject,
    sequence: number | undefined,
    signal: AbortSignal,
  ): Promise<HttpResponse> {
    const headers = {
      ...inChat(session),
      'Content-Type': 'application/json; charset=utf-8',
      ...(sequence !== undefined && { 'X-LIVEAGENT-SEQUENCE': String(sequence) }),
    };
    return this.call('POST', `${session.url}/${resource}`, headers, JSON.stringify(body), signal);
  }

  /** `System/Messages`: held by the server until there is something to say. At most one at a time per chat. */
  async poll(session: Address & { pollTimeoutInMs: number }, ack: number, signal: AbortSignal): Promise<HttpResponse> {
    try {
      return await this.poller.get({
        url: `${session.url}/System/Messages?ack=${ack}`,
        headers: { ...this.version(), ...inChat(session) },
        deadlineInMs: session.pollTimeoutInMs + pollMarginInMs,
        signal,
      });
    } catch (error) {
      throw fromTransport(providerName, error);
    }
  }

  /** `System/ReconnectSession`: asks whichever server answers to take the chat over. */
  reconnect(session: Address, offset: number, signal: AbortSignal): Promise<HttpResponse> {
    return this.call(
      'GET',
      `${session.url}/System/ReconnectSession?ReconnectSession.offset=${offset}`,
      { 'X-LIVEAGENT-AFFINITY': 'null', 'X-LIVEAGENT-SESSION-KEY': session.key },
      undefined,
      signal,
    );
  }

  /** Sends a requested file to the address the agent's request named. */
  async upload(url: string, form: FormData, signal: AbortSignal): Promise<HttpResponse> {
    // Encoded here so that the bytes are plain for whichever HTTP client carries them.
    const encoded = new Response(form);
    const body = Buffer.from(await encoded.arrayBuffer());
    const headers = { 'Content-Type': encoded.headers.get('content-type') ?? 'multipart/form-data' };
    return this.call('POST', url, headers, body, signal, { timeoutInMs: uploadTimeoutInMs, publicOnly: true });
  }

  /** The failure behind a bad answer before a chat exists. */
  openingFailure(response: HttpResponse): HandoffError {
    return fromOpeningStatus(response, this.deps.clock.now());
  }

  /** A GET without a session; follows one switch to another server. */
  private async beforeChat(resource: string, headers: Record<string, string>, signal: AbortSignal): Promise<HttpResponse> {
    const first = await this.call('GET', `${this.baseUrl}/${resource}`, headers, undefined, signal);
    const moved = findMessage(readAnswer(first.json), 'SwitchServer');
    if (!moved) return first;
    const followed = this.moveTo(textOf(moved, 'newUrl') ?? '');
    this.deps.log.info('The desk named another server', { followed });
    return followed ? this.call('GET', `${this.baseUrl}/${resource}`, headers, undefined, signal) : first;
  }

  private async call(
    method: 'GET' | 'POST' | 'DELETE',
    url: string,
    headers: Record<string, string>,
    body: string | Buffer | undefined,
    signal: AbortSignal,
    { timeoutInMs = callTimeoutInMs, publicOnly = false } = {},
  ): Promise<HttpResponse> {
    try {
      return await this.deps.http({
        method,
        url,
        headers: { ...this.version(), ...headers },
        ...(body !== undefined && { body }),
        timeoutInMs,
        publicOnly,
        signal,
      });
    } catch (error) {
      throw fromTransport(providerName, error);
    }
  }

  private version(): Record<string, string> {
    return { 'X-LIVEAGENT-API-VERSION': String(this.settings.LIVE_AGENT_API_VERSION) };
  }
}

function inChat(session: Address): Record<string, string> {
  return { 'X-LIVEAGENT-AFFINITY': session.affinity, 'X-LIVEAGENT-SESSION-KEY': session.key };
}
