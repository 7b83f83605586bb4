import type { HttpResponse } from '../../../common/http';
import type { JsonObject } from '../../../common/json';
import type { ProviderDependencies } from '../../provider';
import { fromTransport } from '../../transportError';
import { providerName } from './errors';
import { type EventStream, EventStreams, type Refused } from './eventStream';
import { toShortId } from './ids';
import type { EnhancedChatSession } from './session';
import type { EnhancedChatSettings } from './settings';

/** A message as the wire has it, with its client-made id. */
export type WireMessage = JsonObject & { id: string };

/** Says that the desk shall open a new session of the conversation, with its pre-chat values. */
export type NewSession = { isNewMessagingSession: true; routingAttributes: Record<string, string>; language: string };

export interface WireUpload {
  name: string;
  contentType: string;
  bytes: Buffer;
}

export interface EntryQuery {
  limit: number;
  direction: 'FromEnd' | 'FromStart';
  startTimestamp?: number;
  endTimestamp?: number;
  entryTypeFilter: string;
}

const callTimeoutInMs = 15_000;
const uploadTimeoutInMs = 60_000;
/** The event stream sends a sign of life more often than every 30 s; silence for longer means that it is dead. */
const silenceInMs = 45_000;

/** The HTTP calls of the Enhanced Chat API, version 2. Resolves for every status; transport failures are `HandoffError`s. */
export class EnhancedChatClient {
  private readonly streams: EventStreams;

  constructor(
    private readonly settings: EnhancedChatSettings,
    private readonly deps: ProviderDependencies,
  ) {
    this.streams = new EventStreams(deps.clock);
  }

  requestToken(deployment: string, proof: string | undefined, signal: AbortSignal): Promise<HttpResponse> {
    const body = {
      orgId: this.settings.ENHANCED_CHAT_ORGANIZATION_ID,
      esDeveloperName: deployment,
      capabilitiesVersion: '1',
      platform: 'Web',
      context: { appName: 'Switchboard', clientVersion: '1.0.0' },
      ...(proof !== undefined && { authorizationType: 'JWT', customerIdentityToken: proof }),
    };
    const kind = proof === undefined ? 'unauthenticated' : 'authenticated';
    const url = `${this.settings.ENHANCED_CHAT_URL}${api}/authorization/${kind}/access-token`;
    return this.call('POST', url, undefined, JSON.stringify(body), signal);
  }

  createConversation(session: EnhancedChatSession, token: string, signal: AbortSignal): Promise<HttpResponse> {
    const { conversationId, deployment, routingAttributes } = session;
    const body = {
      conversationId,
      esDeveloperName: deployment,
      ...(Object.keys(routingAttributes).length > 0 && { routingAttributes }),
    };
    return this.call('POST', `${session.url}${api}/conversation`, token, JSON.stringify(body), signal);
  }

  sendMessage(
    session: EnhancedChatSession,
    token: string,
    message: WireMessage,
    anew: NewSession | undefined,
    signal: AbortSignal,
  ): Promise<HttpResponse> {
    const body = { message, esDeveloperName: session.deployment, ...(anew ?? { isNewMessagingSession: false }) };
    return this.call('POST', `${conversationUrl(session)}/message`, token, JSON.stringify(body), signal);
  }

  async sendFile(
    session: EnhancedChatSession,
    token: string,
    message: WireMessage & { fileId: string },
    file: WireUpload,
    anew: NewSession | undefined,
    signal: AbortSignal,
  ): Promise<HttpResponse> {
    const entry = { message, esDeveloperName: session.deployment, ...anew };
    const form = new FormData();
    form.append('messageEntry', new Blob([JSON.stringify(entry)], { type: 'application/json' }));
    form.append('fileData', new Blob([new Uint8Array(file.bytes)], { type: file.contentType }), file.name);
    // Encoded here so that the bytes are plain for whichever HTTP client carries them.
    const encoded = new Response(form);
    const body = Buffer.from(await encoded.arrayBuffer());
    const contentType = encoded.headers.get('content-type') ?? 'multipart/form-data';
    return this.call('POST', `${conversationUrl(session)}/file`, token, body, signal, {
      contentType,
      timeoutInMs: uploadTimeoutInMs,
    });
  }

  sendTyping(session: EnhancedChatSession, token: string, id: string, isTyping: boolean, signal: AbortSignal) {
    const body = { entryType: isTyping ? 'TypingStartedIndicator' : 'TypingStoppedIndicator', id };
    return this.call('POST', `${conversationUrl(session)}/entry`, token, JSON.stringify(body), signal);
  }

  /** Tells that the customer has read an entry. `Read` is what public clients send; the vendor names no list of words. */
  acknowledgeRead(session: EnhancedChatSession, token: string, id: string, entryId: string, signal: AbortSignal) {
    const body = { acks: [{ id, entryType: 'Read', conversationEntryId: entryId }] };
    return this.call('POST', `${conversationUrl(session)}/acknowledge-entries`, token, JSON.stringify(body), signal);
  }

  readEntries(session: EnhancedChatSession, token: string, query: EntryQuery, signal: AbortSignal): Promise<HttpResponse> {
    const words = Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]);
    const url = `${conversationUrl(session)}/entries?${new URLSearchParams(words)}`;
    return this.call('GET', url, token, undefined, signal);
  }

  readStatus(session: EnhancedChatSession, token: string, signal: AbortSignal): Promise<HttpResponse> {
    return this.call('GET', conversationUrl(session), token, undefined, signal);
  }

  /** Ends the messaging session; the conversation stays open. */
  endSession(session: EnhancedChatSession, token: string, signal: AbortSignal): Promise<HttpResponse> {
    return this.call('DELETE', `${conversationUrl(session)}/session?${owner(session)}`, token, undefined, signal);
  }

  closeConversation(session: EnhancedChatSession, token: string, signal: AbortSignal): Promise<HttpResponse> {
    return this.call('DELETE', `${conversationUrl(session)}?${owner(session)}`, token, undefined, signal);
  }

  /** Opens the stream of the token's events after the last one handled. One stream per conversation. */
  async openStream(session: EnhancedChatSession, token: string, signal: AbortSignal): Promise<EventStream | Refused> {
    const id = this.settings.ENHANCED_CHAT_ORGANIZATION_ID;
    try {
      return await this.streams.open({
        url: `${session.url}/eventrouter/v1/sse`,
        headers: {
          Accept: 'text/event-stream',
          'Accept-Encoding': 'identity',
          Authorization: `Bearer ${token}`,
          'X-Org-Id': session.usesLongId ? id : toShortId(id),
          'Last-Event-Id': session.lastEventId,
          'Cache-Control': 'no-cache',
        },
        connectTimeoutInMs: callTimeoutInMs,
        silenceInMs,
        signal,
      });
    } catch (error) {
      throw fromTransport(providerName, error);
    }
  }

  /** GETs an agent's file; the token only goes to the desk's own server. */
  async readFile(url: string, token: string | undefined, maxBytes: number, signal: AbortSignal): Promise<HttpResponse> {
    // The desk's own server is where the settings say; any other address came in a message.
    const publicOnly = token === undefined;
    return this.call('GET', url, token, undefined, signal, { timeoutInMs: uploadTimeoutInMs, maxBytes, publicOnly });
  }

  private async call(
    method: 'GET' | 'POST' | 'DELETE',
    url: string,
    token: string | undefined,
    body: string | Buffer | undefined,
    signal: AbortSignal,
    options: { contentType?: string; timeoutInMs?: number; maxBytes?: number; publicOnly?: boolean } = {},
  ): Promise<HttpResponse> {
    const { contentType = 'application/json', timeoutInMs = callTimeoutInMs, maxBytes, publicOnly = false } = options;
    try {
      return await this.deps.http({
        method,
        url,
        headers: {
          ...(token !== undefined && { Authorization: `Bearer ${token}` }),
          ...(body !== undefined && { 'Content-Type': contentType }),
        },
        ...(body !== undefined && { body }),
        ...(maxBytes !== undefined && { maxBytes }),
        publicOnly,
        timeoutInMs,
        signal,
      });
    } catch (error) {
      throw fromTransport(providerName, error);
    }
  }
}

const api = '/iamessage/api/v2';

function conversationUrl(session: EnhancedChatSession): string {
  return `${session.url}${api}/conversation/${session.conversationId}`;
}

function owner(session: EnhancedChatSession): URLSearchParams {
  return new URLSearchParams({ esDeveloperName: session.deployment });
}
