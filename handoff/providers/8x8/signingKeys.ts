import { createPublicKey, type KeyObject } from 'node:crypto';
import type { Clock } from '../../../common/clock';
import type { HttpClient, HttpResponse } from '../../../common/http';
import { isJsonObject, parseJson } from '../../../common/json';
import { errorCode, type Log } from '../../../common/log';

const MINUTE_IN_MS = 60_000;
/** A key is asked for again after this, so that one the vendor withdrew goes out of use. */
const FRESH_IN_MS = 6 * 60 * MINUTE_IN_MS;
/** While the vendor cannot be asked, a known key holds this long. */
const STALE_IN_MS = 24 * 60 * MINUTE_IN_MS;
const MISS_IN_MS = MINUTE_IN_MS;
/** Key ids come from strangers: this many new ones a minute are looked up, the rest must come again. */
const LOOKUPS_PER_MINUTE = 20;
const MAX_KEYS = 1_000;

/** The key could not be asked for; the sender should try again later. */
export class KeyUnavailable extends Error {
  override readonly name = 'KeyUnavailable';
}

interface Entry {
  key: KeyObject | undefined;
  readAt: number;
}

/** The vendor's public signing keys by id, read once and kept; unknown ids are remembered for a minute. */
export class SigningKeys {
  private readonly entries = new Map<string, Entry>();
  private readonly pending = new Map<string, Promise<Entry>>();
  private lookups: number[] = [];

  constructor(
    private readonly baseUrl: string,
    private readonly http: HttpClient,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** The key of this id, undefined when the vendor has none. Throws `KeyUnavailable`. */
  async find(keyId: string): Promise<KeyObject | undefined> {
    const known = this.entries.get(keyId);
    const age = known ? this.clock.monotonic() - known.readAt : 0;
    if (known && age < (known.key ? FRESH_IN_MS : MISS_IN_MS)) return known.key;
    try {
      return (await this.read(keyId)).key;
    } catch (error) {
      if (!(error instanceof KeyUnavailable)) throw error;
      if (known?.key && age < STALE_IN_MS) return known.key;
      throw error;
    }
  }

  /** One request at a time for each id, however many events wait for it. */
  private read(keyId: string): Promise<Entry> {
    const running = this.pending.get(keyId);
    if (running !== undefined) return running;
    const reading = this.lookUp(keyId).finally(() => this.pending.delete(keyId));
    this.pending.set(keyId, reading);
    return reading;
  }

  private async lookUp(keyId: string): Promise<Entry> {
    const now = this.clock.monotonic();
    this.lookups = this.lookups.filter((at) => now - at < MINUTE_IN_MS);
    if (this.lookups.length >= LOOKUPS_PER_MINUTE) throw new KeyUnavailable('too many new key ids');
    this.lookups.push(now);
    const response = await this.request(keyId);
    const entry = { key: response.status === 404 ? undefined : toKey(response), readAt: this.clock.monotonic() };
    this.entries.delete(keyId);
    this.entries.set(keyId, entry);
    if (this.entries.size > MAX_KEYS) this.forgetOne();
    return entry;
  }

  private async request(keyId: string): Promise<HttpResponse> {
    const url = `${this.baseUrl}/chat-gateway/v1/jwk/${encodeURIComponent(keyId)}/public`;
    // No API key: the endpoint asks for none, and the id may be anybody's invention.
    const call = { method: 'GET', url, headers: { accept: 'application/json' }, timeoutInMs: 5_000, maxBytes: 16_384 } as const;
    const response = await this.http(call).catch((error: unknown) => {
      this.log.warn('The signing key could not be read', { code: errorCode(error) });
      throw new KeyUnavailable('no answer', { cause: error });
    });
    if (response.status === 200 || response.status === 404) return response;
    this.log.warn('The signing key could not be read', { status: response.status });
    throw new KeyUnavailable(`HTTP ${response.status}`);
  }

  /** Misses go first: they are what junk leaves behind. */
  private forgetOne(): void {
    const [oldest] = this.entries.keys();
    const miss = [...this.entries].find(([, { key }]) => key === undefined)?.[0] ?? oldest;
    if (miss !== undefined) this.entries.delete(miss);
  }
}

/** The body is a JWK, or the text of one inside a JSON string. Anything but a decent RSA key counts as none. */
function toKey(response: HttpResponse): KeyObject | undefined {
  const body = typeof response.json === 'string' ? parseJson(response.json) : response.json;
  if (!isJsonObject(body) || body['kty'] !== 'RSA' || typeof body['n'] !== 'string' || typeof body['e'] !== 'string')
    throw new KeyUnavailable('the answer is not a key');
  try {
    const key = createPublicKey({ key: { kty: 'RSA', n: body['n'], e: body['e'] }, format: 'jwk' });
    return (key.asymmetricKeyDetails?.modulusLength ?? 0) >= 2_048 ? key : undefined;
  } catch (error) {
    throw new KeyUnavailable('the answer is not a key', { cause: error });
  }
}
