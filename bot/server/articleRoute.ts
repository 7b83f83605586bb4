import { randomBytes } from 'node:crypto';
import type { Request, Response } from 'restify';
import type { JsonObject } from '../../common/json';
import { errorCode, type Log } from '../../common/log';
import type { SignedLinks } from '../signedLinks';
import { answerBytes, HttpProblem } from './answer';
import { articlePage, type LinkedArticle } from './articlePage';

export interface ArticleRouteOptions {
  links: SignedLinks;
  /** The article behind a link; undefined when it is gone. */
  find(reference: JsonObject): Promise<LinkedArticle | undefined>;
  /** Notes that a person opened the link; resolves when that is written down. Twice is fine. */
  markRead(reference: JsonObject): Promise<void>;
  log: Log;
}

/** Programs that fetch a link to show what is behind it, before anybody opens it. */
const previewers =
  /bot\b|crawler|spider|preview|facebookexternalhit|whatsapp|telegram|discord|slack|skypeuri|teams|linkedin|embedly|vkshare|pinterest|safelinks|barracuda|proofpoint|mimecast|headlesslink|curl|wget|python-requests|go-http-client/i;

/** Opens a signed article link: notes that it was read, then leads to the portal or shows the article. */
export function createArticleRoute(options: ArticleRouteOptions): (request: Request, response: Response) => Promise<void> {
  return async (request, response) => {
    const { token } = request.params as { token?: string };
    const reference = options.links.open('article', token ?? '');
    const article = reference && (await options.find(reference));
    if (!article) throw new HttpProblem(404, 'this article is not available');
    if (isOpenedByPerson(request)) await markRead(options, reference);
    if (article.portalUrl && isWebAddress(article.portalUrl)) {
      answerBytes(response, 302, Buffer.alloc(0), { location: new URL(article.portalUrl).href });
      return;
    }
    const nonce = randomBytes(16).toString('base64');
    answerBytes(response, 200, Buffer.from(articlePage(article, nonce)), {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': `default-src 'none'; style-src 'nonce-${nonce}'; img-src https: data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    });
  };
}

/** False for previews, prefetches and HEAD: they fetch the link without anybody reading. */
export function isOpenedByPerson(request: { method?: string | undefined; headers: Request['headers'] }): boolean {
  if (request.method !== 'GET') return false;
  const { headers } = request;
  const purpose = [headers['sec-purpose'], headers['purpose'], headers['x-purpose'], headers['x-moz']].join(' ').toLowerCase();
  if (/prefetch|prerender|preview/.test(purpose)) return false;
  const agent = headers['user-agent'];
  return agent !== undefined && !previewers.test(agent);
}

/** The reader gets the article even when the note cannot be written. */
async function markRead({ markRead: note, log }: ArticleRouteOptions, reference: JsonObject): Promise<void> {
  try {
    await note(reference);
  } catch (error) {
    log.error('a read article was not noted', { code: errorCode(error) });
  }
}

function isWebAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}
