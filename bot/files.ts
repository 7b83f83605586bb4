import { mayFetch } from '../common/addressGuard';
import { type HttpClient, HttpFailure } from '../common/http';
import { isJsonObject, type JsonObject, toJson } from '../common/json';
import { HandoffError } from '../handoff/errors';
import type { AgentFile } from '../handoff/events';
import type { FetchedFile } from '../handoff/provider';
import type { ProviderRegistry } from '../handoff/registry';
import type { CustomerFile } from '../handoff/request';
import { fromTransport } from '../handoff/transportError';
import type { LiveLink } from '../relay/linkData';
import { provenType } from './provenType';
import { fileAddress, type SignedLinks } from './signedLinks';
import { takesBotToken } from './teams/connectorHosts';
import { isAllowedType, type UploadLimits } from './uploads';

const timeoutInMs = 30_000;
/** Long enough for an agent or customer to come back to a file, short enough that a leaked link dies. */
const linksLastInMs = 7 * 86_400_000;

export interface FileDependencies {
  http: HttpClient;
  links: SignedLinks;
  publicUrl: string;
  allowLoopback: boolean;
  /** Which files of customers are read; any of up to 20 MB without. */
  uploads?: UploadLimits;
  now(): number;
}

/** Files on their way between customers and agents: read from channels and desks, offered under signed links of our own. */
export class Files {
  private botToken: (() => Promise<string | undefined>) | undefined;

  constructor(private readonly deps: FileDependencies) {}

  /** Where the bot's token for its channels comes from; without, files that need it are asked for without. */
  useBotToken(token: () => Promise<string | undefined>): void {
    this.botToken = token;
  }

  /** Whether an address that came from outside may be called. */
  mayReach(url: string): Promise<boolean> {
    return mayFetch(url, this.deps);
  }

  /**
   * A customer's file from the channel, with the type that its bytes prove. Throws `HandoffError`: `rejected` for a file that is too
   * large or proves to be of a kind that is not taken, or an address that must not be fetched.
   */
  async readCustomerFile(file: CustomerFile, signal: AbortSignal): Promise<FetchedFile> {
    const { uploads } = this.deps;
    const maxBytes = uploads?.maxBytes ?? 20 * 1024 * 1024;
    const failure = { provider: 'channel', retriable: false, delivered: 'no' as const };
    const tooLarge = () => new HandoffError({ ...failure, code: 'rejected', detail: `larger than ${maxBytes} bytes` });
    const embedded = readDataUrl(file.url);
    if (embedded) {
      if (embedded.bytes.length > maxBytes) throw tooLarge();
      return this.checked(file, embedded.bytes, embedded.contentType || file.contentType);
    }
    try {
      const headers = await this.headersFor(file);
      const response = await this.deps.http({
        method: 'GET',
        url: file.url,
        headers,
        timeoutInMs,
        signal,
        maxBytes,
        publicOnly: true,
      });
      if (response.status === 200) return this.checked(file, response.bytes, typeOf(response.headers, file));
      const isGone = response.status < 500;
      throw new HandoffError({
        ...failure,
        code: isGone ? 'rejected' : 'outage',
        retriable: !isGone,
        detail: String(response.status),
      });
    } catch (error) {
      // It does not get smaller by being fetched again.
      if (error instanceof HttpFailure && error.code === 'tooLarge') throw tooLarge();
      throw fromTransport('channel', error);
    }
  }

  /** What was let in by its name may be something else, and so may the word of the server it lies at. */
  private checked(file: CustomerFile, bytes: Buffer, told: string): FetchedFile {
    const { uploads } = this.deps;
    if (!uploads) return { bytes, contentType: told };
    const proven = provenType(bytes);
    if (proven !== undefined && !isAllowedType(uploads, { name: '', contentType: proven }))
      throw new HandoffError({
        provider: 'channel',
        code: 'rejected',
        retriable: false,
        delivered: 'no',
        detail: 'another kind',
      });
    const isTaken = isAllowedType(uploads, { name: file.name, contentType: told });
    return { bytes, contentType: proven ?? (isTaken ? told : file.contentType) };
  }

  /** An address at which an agent can open a customer's file. */
  linkCustomerFile(file: CustomerFile): string {
    return this.address({ from: 'customer', file: toJson(file) }, file.name);
  }

  /** An address at which a customer can open an agent's file. */
  linkAgentFile(file: AgentFile, linkId: string): string {
    // Customers are led to web addresses only; any other is as good as none.
    if (file.url !== undefined && /^https?:\/\//i.test(file.url)) return file.url;
    return this.address({ from: 'agent', link: linkId, reference: file.reference ?? {} }, file.name);
  }

  /** The bytes behind a signed link of ours. Throws `HandoffError`. */
  async fetch(
    reference: JsonObject,
    find: { registry: ProviderRegistry; link(id: string): Promise<LiveLink | undefined> },
    signal: AbortSignal,
  ): Promise<FetchedFile> {
    if (reference['from'] === 'customer') return this.readCustomerFile(reference['file'] as unknown as CustomerFile, signal);
    const link = await find.link(String(reference['link']));
    const held = link?.data.session ? { provider: link.provider, session: link.data.session } : link?.data.pastSession;
    const provider = held && find.registry.find(held.provider);
    if (!held || !provider?.fetchFile || !isJsonObject(reference['reference'])) {
      throw new HandoffError({ provider: held?.provider ?? 'none', code: 'sessionEnded', retriable: false, delivered: 'no' });
    }
    return provider.fetchFile(held.session, reference['reference'], signal);
  }

  private async headersFor(file: CustomerFile): Promise<Record<string, string>> {
    if (!file.needsBotToken || !takesBotToken(file.url) || !this.botToken) return {};
    try {
      const token = await this.botToken();
      return token === undefined ? {} : { authorization: `Bearer ${token}` };
    } catch (cause) {
      throw new HandoffError({
        provider: 'channel',
        code: 'outage',
        retriable: true,
        delivered: 'no',
        detail: 'no token',
        cause,
      });
    }
  }

  private address(reference: JsonObject, name: string): string {
    return fileAddress(this.deps.publicUrl, this.deps.links, reference, name, this.deps.now() + linksLastInMs);
  }
}

/** What an address holds that holds its content itself; undefined for any other, and for what cannot be read. */
function readDataUrl(url: string): FetchedFile | undefined {
  const found = /^data:([^;,]*)(?:;[\w-]+=[^;,]*)*(;base64)?,/i.exec(url);
  if (!found) return undefined;
  const content = url.slice(found[0].length);
  const contentType = (found[1] ?? '').toLowerCase();
  if (found[2]) return { bytes: Buffer.from(content, 'base64'), contentType };
  try {
    return { bytes: Buffer.from(decodeURIComponent(content)), contentType };
  } catch {
    // A broken escape: as an address it is refused by what comes next.
    return undefined;
  }
}

/** Stores that do not know what they hold call everything a stream of bytes. */
function typeOf(headers: Record<string, string>, file: CustomerFile): string {
  const told = headers['content-type'];
  return told === undefined || told.startsWith('application/octet-stream') ? file.contentType : told;
}
