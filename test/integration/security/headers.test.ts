import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { AddRoute } from '../../../bot/server/addRoute';
import { addAgentHost } from '../../../bot/server/agentHostRoutes';
import { addCustomerPage } from '../../../bot/server/customerPage';
import { addOperatorPage } from '../../../bot/server/operatorPage';
import { createSignedLinks } from '../../../bot/signedLinks';
import { silentLog } from '../../../common/log';
import { packageRoot } from '../../../common/packageRoot';
import { pageConfig } from '../../../customCrm/adapterHost/pageConfig';
import { filesIn, textOf } from '../../architecture/sources';
import { type ServerRig, startServer } from '../server/serverRig';

/** Where routes are added. Pages belong into this test; the others answer JSON or files, and are listed with why. */
const withPages = [
  'bot/server/agentHostRoutes.ts',
  'bot/server/createServer.ts',
  'bot/server/customerPage.ts',
  'bot/server/operatorPage.ts',
];
const withoutPages = [
  'bot/channels/mluvii/callback.ts',
  'bot/server/customCrmRoutes.ts',
  'bot/server/metricsRoute.ts',
  'bot/server/operatorRoutes.ts',
  'bot/skill/manifestRoute.ts',
];
const publicUrl = 'https://bot.example';
/** Pages that another site may show in a frame, because they are made for it. */
const framed: Record<string, RegExp> = {
  '/widget': /frame-ancestors 'self' https:\/\/www\.example\.com(;|$)/,
  '/agent-host/lookup': /frame-ancestors 'self' https:\/\/tenant\.example(;|$)/,
  '/agent-host/records/1': /frame-ancestors 'self' https:\/\/tenant\.example(;|$)/,
  '/agent-host/accounts/1': /frame-ancestors 'self' https:\/\/tenant\.example(;|$)/,
};

describe('what every answer to a GET says to the browser', () => {
  let rig: ServerRig;
  const places: string[] = [];

  beforeAll(async () => {
    const links = createSignedLinks(['a key for the tests that is long enough']);
    const http = () => Promise.reject(new Error('nothing is called here'));
    const page = pageConfig({ publicUrl, adapterUrl: 'https://tenant.example', popHosts: [], windowOrigins: [] });
    const views = { lookup: async () => ({}), find: async () => ({}), chat: async () => ({}) };
    rig = await startServer({
      links,
      settings: { mode: 'production', host: '127.0.0.1', publicUrl, shutdownTimeoutInMs: 1_000 },
      articles: { find: async () => ({ title: 'A', html: '<p>a</p>' }), markRead: async () => undefined },
      fetchFile: async () => ({ bytes: Buffer.from('<script>'), contentType: 'text/html' }),
      routes: (add) => {
        const noted: AddRoute = (method, place, handler) => {
          if (method === 'get') places.push(place.replace(/:\w+/g, '1'));
          add(method, place, handler);
        };
        const directLine = { url: 'https://directline.example/v3/directline', secret: 's' };
        const web = { publicUrl, origins: ['https://www.example.com'], trustedProxies: 0, ratePerMinute: 60 };
        addCustomerPage(noted, {
          directLine,
          links,
          http,
          log: silentLog,
          web,
          uploads: { maxBytes: 1, types: ['image/*'] },
        } as never);
        addAgentHost(noted, { crm: { views, page, isAgent: undefined } as never, isOpen: true, log: silentLog });
        addOperatorPage(noted);
      },
    });
    places.push(
      '/healthz',
      '/readyz',
      '/nowhere',
      `/a/${links.seal('article', {})}`,
      '/a/forged',
      `/files/${links.seal('file', {})}/x.html`,
    );
  });
  afterAll(() => rig.stop());

  it('is complete: each file that adds routes is looked at', () => {
    const adding = filesIn('bot').filter((file) => file.endsWith('.ts') && /\badd\((?:'get'|method)/.test(textOf(file)));
    expect(adding.sort()).toEqual([...withPages, ...withoutPages].sort());
    for (const file of withoutPages) expect(readFileSync(path.join(packageRoot, file), 'utf8')).not.toContain('text/html');
  });

  it('keeps it from guessing types, running scripts of others, framing and telling where it came from', async () => {
    expect(places.length).toBeGreaterThan(40);
    const wrong: string[] = [];
    for (const place of places) {
      const { headers } = await fetch(rig.url + place, { redirect: 'manual' });
      const policy = headers.get('content-security-policy') ?? '';
      const expect = (name: string, holds: boolean) => holds || wrong.push(`${place}: ${name} (${policy})`);
      expect('nosniff', headers.get('x-content-type-options') === 'nosniff');
      expect('referrer', headers.get('referrer-policy') === 'no-referrer');
      expect('hsts', /^max-age=\d{8}/.test(headers.get('strict-transport-security') ?? ''));
      expect('opener', headers.get('cross-origin-opener-policy') === 'same-origin');
      expect('cache', headers.get('cache-control') !== null);
      expect('default', policy.startsWith("default-src 'none'"));
      expect('unsafe', !/unsafe-|\*|data:[^;]*script/.test(policy.replace(/img-src[^;]*/, '')));
      expect('scripts', !/script-src[^;]*(?:https?:|data:|blob:)/.test(policy));
      const mayFrame = framed[place];
      expect('frames', mayFrame ? mayFrame.test(policy) : /frame-ancestors '(?:none|self)'/.test(policy));
      expect('x-frame-options', mayFrame ? headers.get('x-frame-options') === null : headers.get('x-frame-options') === 'DENY');
      expect('base', !/text\/html/.test(headers.get('content-type') ?? '') || /base-uri 'none'.*form-action 'none'/.test(policy));
      expect('server', headers.get('server') === null && headers.get('x-powered-by') === null);
    }
    expect(wrong).toEqual([]);
  });
});
