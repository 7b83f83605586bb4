import { errorCode, type Log } from '../common/log';
import type { DataverseGateway } from './gateway';
import { sets } from './names';

/** The language codes (e.g. `en-US`) behind the ids in article rows. Read once; the list of an environment hardly changes. */
export class Languages {
  private codes: Promise<Map<string, string>> | undefined;

  constructor(
    private readonly gateway: DataverseGateway,
    private readonly fallback: string,
    private readonly log: Log,
  ) {}

  /** A function from language id to code. Ids that are not known, or cannot be read, give the fallback. */
  async codeOf(signal?: AbortSignal): Promise<(languageId: unknown) => string> {
    this.codes ??= this.read(signal);
    const codes = await this.codes.catch((error: unknown) => {
      this.codes = undefined;
      this.log.warn('The languages of the articles could not be read', { code: errorCode(error) });
      return new Map<string, string>();
    });
    return (languageId) => (typeof languageId === 'string' && codes.get(languageId.toLowerCase())) || this.fallback;
  }

  private async read(signal: AbortSignal | undefined): Promise<Map<string, string>> {
    const codes = new Map<string, string>();
    const options = signal ? { signal } : {};
    let page = await this.gateway.list(sets.languages, { select: ['languagelocaleid', 'code'] }, options);
    for (;;) {
      for (const row of page.rows) {
        const { languagelocaleid: id, code } = row;
        if (typeof id === 'string' && typeof code === 'string') codes.set(id.toLowerCase(), code);
      }
      if (page.nextLink === undefined) return codes;
      page = await this.gateway.next(page.nextLink, options);
    }
  }
}
