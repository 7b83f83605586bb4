import type { HttpClient } from '../common/http';
import { isJsonObject, type JsonObject, toJson } from '../common/json';
import { HandoffError } from '../handoff/errors';
import type { AgentFile } from '../handoff/events';
import type { FetchedFile } from '../handoff/provider';
import type { ProviderRegistry } from '../handoff/registry';
import type { CustomerFile } from '../handoff/request';
import { fromTransport } from '../handoff/transportError';
import type { LiveLink } from '../relay/linkData';
import { mayFetch } from './addressGuard';
import { fileAddress, type SignedLinks } from './signedLinks';

const timeoutInMs = 30_000;
const maxBytes = 20 * 1024 * 1024;
/** Long enough for an agent or customer to come back to a file, short enough that a leaked link dies. */
const linksLastInMs = 7 * 86_400_000;

export interface FileDependencies {
  http: HttpClient;
  links: SignedLinks;
  publicUrl: string;
  allowLoopback: boolean;
  now(): number;
}

/** Files on their way between customers and agents: read from channels and desks, offered under signed links of our own. */
export class Files {
  constructor(private readonly deps: FileDependencies) {}

  /** A customer's file from the channel. Throws `HandoffError`: `rejected` for an address that must not be fetched. */
  async readCustomerFile(file: CustomerFile, signal: AbortSignal): Promise<FetchedFile> {
    const embedded = /^data:([^;,]*)(;base64)?,(.*)$/s.exec(file.url);
    if (embedded) {
      const bytes = Buffer.from(decodeURIComponent(embedded[3] ?? ''), embedded[2] ? 'base64' : 'utf8');
      return { bytes, contentType: embedded[1] || file.contentType };
    }
    const failure = { provider: 'channel', retriable: false, delivered: 'no' as const };
    if (!(await mayFetch(file.url, this.deps)))
      throw new HandoffError({ ...failure, code: 'rejected', detail: 'address not allowed' });
    try {
      const response = await this.deps.http({ method: 'GET', url: file.url, timeoutInMs, signal, maxBytes });
      if (response.status === 200)
        return { bytes: response.bytes, contentType: response.headers['content-type'] ?? file.contentType };
      const isGone = response.status < 500;
      throw new HandoffError({
        ...failure,
        code: isGone ? 'rejected' : 'outage',
        retriable: !isGone,
        detail: String(response.status),
      });
    } catch (error) {
      throw fromTransport('channel', error);
    }
  }

  /** An address at which an agent can open a customer's file. */
  linkCustomerFile(file: CustomerFile): string {
    return this.address({ from: 'customer', file: toJson(file) }, file.name);
  }

  /** An address at which a customer can open an agent's file. */
  linkAgentFile(file: AgentFile, linkId: string): string {
    if (file.url !== undefined) return file.url;
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

  private address(reference: JsonObject, name: string): string {
    return fileAddress(this.deps.publicUrl, this.deps.links, reference, name, this.deps.now() + linksLastInMs);
  }
}
