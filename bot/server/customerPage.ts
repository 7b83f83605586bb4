import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Clock } from '../../common/clock';
import type { HttpClient } from '../../common/http';
import { errorCode, type Log } from '../../common/log';
import { packageRoot } from '../../common/packageRoot';
import type { SignedLinks } from '../signedLinks';
import type { UploadLimits } from '../uploads';
import type { AddRoute } from './addRoute';
import { answerBytes, type Handler } from './answer';
import { contentPolicy } from './customerPolicy';
import { chooseLanguage, localize, type PageTexts, readPageTexts, widgetWords } from './customerTexts';
import type { DirectLineAccess } from './customerTicket';
import { StaticFile } from './staticFile';
import { WebOrigins } from './webOrigins';
import { addWebTokens } from './webTokens';

/** Who may use the chat from where, and how often. */
export interface WebAccess {
  /** The address of this server as customers know it. */
  publicUrl: string;
  /** Further sites that may show the widget or use the token endpoint. */
  origins: readonly string[];
  /** How many proxies in front of this server add to `X-Forwarded-For`. */
  trustedProxies: number;
  /** Tokens for one address in a minute. */
  ratePerMinute: number;
}

export interface CustomerPageOptions {
  directLine: DirectLineAccess;
  links: SignedLinks;
  http: HttpClient;
  log: Log;
  web: WebAccess;
  uploads: UploadLimits;
  /** Whether to show a page of nobody's site with the widget on it: in the sandbox. */
  hasDemo?: boolean;
  clock?: Clock;
}

const script = 'text/javascript; charset=utf-8';
const folder = path.join(packageRoot, 'web', 'customer');
const widgetFolder = path.join(packageRoot, 'web', 'widget');
const types: Record<string, string> = { '.js': script, '.css': 'text/css; charset=utf-8', '.svg': 'image/svg+xml' };
const files = [
  'activityOrder.js',
  'agentBubbles.js',
  'appearance.js',
  'chat.css',
  'color.js',
  'connection.js',
  'customer.css',
  'customer.js',
  'directLine.js',
  'frame.css',
  'frame.js',
  'handoffBar.js',
  'keep.js',
  'mark.svg',
  'pageLanguage.js',
  'readReceipts.js',
  'unread.js',
  'uploads.js',
];

/**
 * Adds what customers' browsers load: the page at `/`, the script for other sites at `/widget.js` with its frame at `/widget`, and the
 * endpoint for tokens (`POST /directline/token`).
 */
export function addCustomerPage(add: AddRoute, options: CustomerPageOptions): void {
  const { web, log } = options;
  const origins = new WebOrigins(web.publicUrl, web.origins);
  const texts = readPageTexts(path.join(folder, 'texts'));
  const versions = new Map<string, string>();
  const serve = (address: string, file: StaticFile) => {
    versions.set(path.basename(address), file.version);
    add('get', address, async (request, response) => file.answer(request, response));
    file.pack().catch((error: unknown) => log.warn('a file of the page was not packed', { code: errorCode(error) }));
  };
  const webChat = path.join(packageRoot, 'node_modules', 'botframework-webchat', 'dist', 'webchat.js');
  serve('/customer/webchat.js', new StaticFile(webChat, script));
  for (const name of files) serve(`/customer/${name}`, new StaticFile(path.join(folder, name), types[path.extname(name)] ?? ''));
  for (const language of texts.keys())
    serve(`/customer/texts/${language}.json`, new StaticFile(path.join(folder, 'texts', `${language}.json`), 'application/json'));
  serve('/widget.js', widgetFile(texts));
  if (options.hasDemo) addDemo(add, serve);

  add('get', '/', createPage(fill('index.html', versions, options.uploads), texts, options, "'none'"));
  add('get', '/widget', createPage(fill('frame.html', versions, options.uploads), texts, options, origins.frameAncestors));
  addWebTokens(add, { ...options, ...web, origins });
}

/** A template with everything put in that is the same in all languages. */
function fill(name: string, versions: ReadonlyMap<string, string>, { maxBytes, types: allowed }: UploadLimits): string {
  return readFileSync(path.join(folder, name), 'utf8')
    .replace('{{chat}}\n', () => readFileSync(path.join(folder, 'chat.html'), 'utf8'))
    .replace(/\?v={{([\w.]+)}}/g, (_all, file: string) => `?v=${versions.get(file) ?? ''}`)
    .replace('{{uploadBytes}}', String(maxBytes))
    .replace('{{uploadTypes}}', () => allowed.join(','));
}

function createPage(
  template: string,
  texts: ReadonlyMap<string, PageTexts>,
  { directLine }: CustomerPageOptions,
  frameAncestors: string,
): Handler {
  const pages = new Map([...texts.keys()].map((language) => [language, localize(template, language, texts)]));
  const service = new URL(directLine.url);
  return async (request, response) => {
    const asked = new URL(request.url ?? '/', 'http://localhost').searchParams.get('lang');
    const language = chooseLanguage(asked, request.headers['accept-language'], pages.keys());
    const nonce = randomBytes(16).toString('base64');
    // Where framing is limited to some sites only the content policy can say so.
    if (frameAncestors !== "'none'") response.removeHeader('x-frame-options');
    answerBytes(response, 200, Buffer.from((pages.get(language) ?? '').replaceAll('{{nonce}}', nonce)), {
      'content-type': 'text/html; charset=utf-8',
      'content-language': language,
      vary: 'accept-language',
      'content-security-policy': contentPolicy(nonce, service, frameAncestors),
    });
  };
}

function addDemo(add: AddRoute, serve: (address: string, file: StaticFile) => void): void {
  serve('/widget/demo.css', new StaticFile(path.join(widgetFolder, 'demo.css'), types['.css'] ?? ''));
  const page = readFileSync(path.join(widgetFolder, 'demo.html'));
  add('get', '/widget/demo', async (_request, response) => {
    answerBytes(response, 200, page, {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy':
        "default-src 'none'; script-src 'self'; frame-src 'self'; style-src 'self'; img-src 'self'; frame-ancestors 'none'",
    });
  });
}

function widgetFile(texts: ReadonlyMap<string, PageTexts>): StaticFile {
  const source = readFileSync(path.join(widgetFolder, 'widget.js'), 'utf8');
  return new StaticFile(Buffer.from(source.replace("'{{words}}'", () => widgetWords(texts))), script, 'cross-origin');
}
