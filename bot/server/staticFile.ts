import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Request, Response } from 'restify';
import { answerBytes } from './answer';

/**
 * A file that is read once and served from memory, compressed in the background after the start: packing Web Chat for
 * each request would take longer than sending it.
 */
export class StaticFile {
  readonly version: string;
  private readonly bytes: Buffer;
  private readonly packed = new Map<'br' | 'gzip', Buffer>();

  constructor(
    /** Its path, or what is in it. */
    file: string | Buffer,
    private readonly contentType: string,
    /** Whether pages of other sites may load it. */
    private readonly resourcePolicy: 'same-origin' | 'cross-origin' = 'same-origin',
  ) {
    this.bytes = typeof file === 'string' ? readFileSync(file) : file;
    this.version = createHash('sha256').update(this.bytes).digest('base64url').slice(0, 16);
  }

  /** Resolves when the packed forms are there; until then the file is sent as it is. */
  async pack(): Promise<void> {
    const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } };
    const [brotli, gzipped] = await Promise.all([promisify(brotliCompress)(this.bytes, quality), promisify(gzip)(this.bytes)]);
    this.packed.set('br', brotli);
    this.packed.set('gzip', gzipped);
  }

  answer(request: Request, response: Response): void {
    const encoding = (['br', 'gzip'] as const).find(
      (known) => this.packed.has(known) && accepts(request.headers['accept-encoding'], known),
    );
    const etag = `"${this.version}${encoding ? `-${encoding}` : ''}"`;
    // An address that names the version may be kept for good; one without must be asked for.
    const isVersioned = (request.url ?? '').endsWith(`?v=${this.version}`);
    const headers = {
      'content-type': this.contentType,
      'cache-control': isVersioned ? 'public, max-age=31536000, immutable' : 'no-cache',
      etag,
      vary: 'accept-encoding',
      'cross-origin-resource-policy': this.resourcePolicy,
    };
    const known = request.headers['if-none-match'];
    if (known?.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag)) {
      answerBytes(response, 304, Buffer.alloc(0), headers);
      return;
    }
    const bytes = encoding ? this.packed.get(encoding) : undefined;
    answerBytes(response, 200, bytes ?? this.bytes, bytes && encoding ? { ...headers, 'content-encoding': encoding } : headers);
  }
}

function accepts(header: string | string[] | undefined, encoding: string): boolean {
  const offers = String(header ?? '')
    .toLowerCase()
    .split(',');
  return offers.some((offer) => {
    const [name, quality] = offer.trim().split(';');
    return name === encoding && !/q=0(\.0*)?$/.test(quality?.trim() ?? '');
  });
}
