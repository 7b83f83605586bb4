import type { IncomingMessage } from 'node:http';

/** The web sites that may use the chat: this server's own, under each of its names, and those of the setting. */
export class WebOrigins {
  private readonly own: string;

  constructor(
    publicUrl: string,
    /** Origins such as `https://www.example.com`. */
    readonly others: readonly string[],
  ) {
    this.own = new URL(publicUrl).origin;
  }

  /**
   * The origin a call came from, `undefined` when none is told (browsers leave it out on reading calls of the same origin, and other programs
   * always), or false when the site is not allowed to call.
   */
  check({ headers }: Pick<IncomingMessage, 'headers'>): string | undefined | false {
    const { origin, host } = headers;
    const site = headers['sec-fetch-site'];
    if (origin === undefined) return site === undefined || site === 'same-origin' || site === 'none' ? undefined : false;
    if (this.others.includes(origin)) return origin;
    // A server may have more names than the one it tells others; what it served itself comes back with the name in both headers.
    const isOwn = origin === this.own || (URL.canParse(origin) && new URL(origin).host === host);
    return isOwn && site !== 'cross-site' && site !== 'same-site' ? origin : false;
  }

  /** Whether the origin is another site's, which a browser must be told that it may read the answer. */
  isOther(origin: string): boolean {
    return this.others.includes(origin);
  }

  /** The origins from which a token for this caller may be used. */
  trusted(origin: string | undefined): string[] {
    return [...new Set([this.own, ...(origin === undefined ? [] : [origin]), ...this.others])];
  }

  /** The sites that may show the chat in a frame, as a content policy names them. */
  get frameAncestors(): string {
    return ["'self'", ...this.others].join(' ');
  }
}
