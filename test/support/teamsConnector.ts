import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Attachment } from 'botframework-schema';
import { isJsonObject, type JsonObject, parseJson } from '../../common/json';
import { maxMessageBytes, teamsProblems } from '../../scripts/teams/teamsCardLimits';
import { Watched } from './watched';

/** A message as the client shows it now. */
export interface Shown {
  id: string;
  conversationId: string;
  activity: JsonObject;
  /** How often it was changed by the bot. */
  edits: number;
}

/**
 * The connector of Teams as far as bots see it: takes messages and typing, changes and deletes messages, gives out files and
 * pictures. Refuses what Teams refuses and notes it as a violation.
 */
export class TeamsConnector {
  readonly shown: Shown[] = [];
  /** Everything the bot called, in order. */
  readonly calls: string[] = [];
  readonly violations: string[] = [];
  readonly changes = new Watched();
  typing = 0;
  /** What the next calls are refused with, before Teams looks at what they say. */
  readonly troubles: { status: number; code: string; retryAfter?: number }[] = [];
  /** Conversations the bot was removed from. */
  readonly left = new Set<string>();
  private readonly files = new Map<string, { bytes: Buffer; contentType: string }>();
  private readonly server: Server;
  private count = 0;

  private constructor() {
    this.server = createServer((request, response) => void this.answer(request, response));
  }

  static async open(): Promise<TeamsConnector> {
    const connector = new TeamsConnector();
    await new Promise<void>((resolve) => connector.server.listen(0, '127.0.0.1', resolve));
    return connector;
  }

  get serviceUrl(): string {
    return `${this.origin}/emea/`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  newId(): string {
    this.count += 1;
    return `17000000000${String(this.count).padStart(2, '0')}`;
  }

  /** Keeps a file; resolves with its address below the connector's. */
  keep(path: string, bytes: Buffer, contentType: string): string {
    this.files.set(path, { bytes, contentType });
    return `${this.origin}${path}`;
  }

  /** What lies at a path. */
  stored(path: string): Buffer | undefined {
    return this.files.get(path)?.bytes;
  }

  /** Where a client offers a place for a file. */
  get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = decodeURIComponent(request.url ?? '');
    const file = request.method === 'GET' ? this.files.get(url) : undefined;
    if (file) {
      response.writeHead(200, { 'content-type': file.contentType });
      response.end(file.bytes);
      return;
    }
    const bytes = await bodyOf(request);
    if (request.method === 'PUT' && url.startsWith('/drive/')) {
      const isRanged = request.headers['content-range'] === `bytes 0-${bytes.length - 1}/${bytes.length}`;
      if (isRanged) this.files.set(url, { bytes, contentType: 'application/octet-stream' });
      response.writeHead(isRanged ? 201 : 400).end();
      return;
    }
    const body = parseJson(bytes.toString('utf8'));
    const place = /^\/emea\/v3\/conversations\/([^/]+)\/activities(?:\/([^/]+))?$/.exec(url);
    this.calls.push(`${request.method} ${isJsonObject(body) ? String(body['type']) : ''}`.trim());
    const trouble = this.troubles.shift();
    if (trouble) {
      const later = trouble.retryAfter === undefined ? {} : { 'retry-after': String(trouble.retryAfter) };
      response.writeHead(trouble.status, { 'content-type': 'application/json', ...later });
      response.end(JSON.stringify(problem(trouble.code)));
      this.changes.changed();
      return;
    }
    const [status, answer] = place
      ? this.take(request.method ?? '', place[1] ?? '', place[2], isJsonObject(body) ? body : {})
      : [404, problem('NotFound')];
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer));
    this.changes.changed();
  }

  private take(method: string, conversationId: string, id: string | undefined, activity: JsonObject): [number, JsonObject] {
    if (this.left.has(conversationId)) return [403, problem('BotNotInConversationRoster')];
    const known = this.shown.find((one) => one.id === id && one.conversationId === conversationId);
    if (method === 'DELETE') {
      if (!known) return [404, problem('ActivityNotFoundInConversation')];
      this.shown.splice(this.shown.indexOf(known), 1);
      return [200, {}];
    }
    const refusal = this.refuse(conversationId, activity);
    if (refusal) return refusal;
    if (method === 'PUT') {
      if (!known) return [404, problem('ActivityNotFoundInConversation')];
      known.activity = activity;
      known.edits += 1;
      return [200, { id: known.id }];
    }
    if (method !== 'POST') return [405, problem('MethodNotAllowed')];
    const newId = this.newId();
    if (activity['type'] === 'typing') this.typing += 1;
    else this.shown.push({ id: newId, conversationId, activity, edits: 0 });
    return [201, { id: newId }];
  }

  private refuse(conversationId: string, activity: JsonObject): [number, JsonObject] | undefined {
    const refuse = (status: number, code: string): [number, JsonObject] => {
      this.violations.push(`${status} ${code}: ${JSON.stringify(activity).slice(0, 300)}`);
      return [status, problem(code)];
    };
    if (activity['type'] !== 'message' && activity['type'] !== 'typing') return refuse(400, 'BadArgument');
    if (Buffer.byteLength(JSON.stringify(activity)) > maxMessageBytes) return refuse(413, 'MessageSizeTooBig');
    const attachments = (activity['attachments'] ?? []) as unknown as Attachment[];
    if (attachments.length > 10) return refuse(400, 'BadArgument');
    for (const attachment of attachments) {
      const isPicture = /^image\/(png|jpe?g|gif)$/.test(attachment.contentType) && attachment.contentUrl;
      if (!isPicture && teamsProblems(attachment).length > 0) return refuse(400, 'BadSyntax');
    }
    const quick = (activity['suggestedActions'] as { actions?: { type: string }[] } | undefined)?.actions ?? [];
    if (quick.length > 6 || quick.some(({ type }) => type !== 'imBack')) return refuse(400, 'BadArgument');
    if (quick.length > 0 && conversationId.startsWith('19:')) return refuse(400, 'BadArgument');
    return undefined;
  }
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

function problem(code: string): JsonObject {
  return { error: { code, message: code } };
}
