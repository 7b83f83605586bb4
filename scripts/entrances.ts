/** An entrance of the process: routes that let the same people in by the same means. */
export interface Entrance {
  /** What the router knows its routes as, method first. */
  routes: RegExp;
  /** As people read it. */
  name: string;
  lets: string;
  /** The status without what it asks for, or with a wrong one; absent where everybody is let in. */
  refusal?: number;
  /** File and title of what must not happen there. */
  tests: [file: string, title: string][];
}

const security = 'test/integration/security';
const server = 'test/integration/server';
const everyRoute = `${security}/routes.test.ts`;
const nobody: Entrance['tests'][number] = [everyRoute, 'lets nobody in without what it asks for: %s'];
const hostile: Entrance['tests'][number] = [everyRoute, 'outlives what no caller would send: %s'];

/**
 * Every entrance with who is let in and the tests of who is not. `test/integration/security/routes.test.ts` holds the router of the whole
 * application to it: a route that stands nowhere here, or in two places, fails.
 */
export const entrances: readonly Entrance[] = [
  {
    routes: /^POST \/api\/messages$/,
    name: '`POST /api/messages`',
    lets: 'channels and listed bots with a token',
    refusal: 401,
    tests: [
      nobody,
      hostile,
      [`${server}/authentication.test.ts`, 'is refused with %s'],
      [`${server}/authentication.test.ts`, 'is refused when a good token comes with the service of somebody else'],
      [`${server}/authentication.test.ts`, 'may be no other bot'],
      [`${security}/callers.test.ts`, 'is in Teams nobody of %s'],
      [`${security}/senderRate.test.ts`, 'is told so, with the time to wait, and others go on'],
      [`${server}/hostileRequests.test.ts`, 'refuses %s and says why'],
    ],
  },
  {
    routes: /^(?:POST|PUT|DELETE) \/api\/skills\/v3\//,
    name: '`/api/skills/v3/…`',
    lets: 'the one skill of the settings, with a token',
    refusal: 401,
    tests: [
      nobody,
      hostile,
      ['test/integration/skill/tokens.test.ts', 'is refused %s'],
      ['test/integration/skill/tokens.test.ts', 'is refused when it cannot be read, or when there is no such conversation'],
    ],
  },
  {
    routes: /^\w+ \/webhooks\/:provider(?:\/\*)?$/,
    name: '`/webhooks/<desk>/…`',
    lets: 'the desk, by signature or password',
    refusal: 404,
    tests: [
      [everyRoute, 'takes no call of a desk without its signature or password: %s'],
      hostile,
      ['test/contract/provider/webhookSuite.ts', 'refuses missing, wrong and stale signatures with 401'],
      ['test/contract/provider/webhookSuite.ts', 'refuses another path with 404 and another method with 405'],
      ['test/contract/provider/webhookSuite.ts', 'goes on after the signing key or secret changed'],
      [`${server}/webhooks.test.ts`, 'knows no other desk and takes no endless body'],
    ],
  },
  {
    routes: /^(?:GET|HEAD|POST) \/channels\/mluvii(?:-sessions)?(?:\/:secret)?$/,
    name: '`/channels/mluvii/<secret>`, `/channels/mluvii-sessions/<secret>`',
    lets: 'mluvii, by the secret in the address or a password',
    refusal: 401,
    tests: [
      nobody,
      hostile,
      [everyRoute, 'takes either of two secrets, so that one can be replaced: %s'],
      ['test/integration/mluvii/callback.test.ts', 'refuses %s'],
    ],
  },
  {
    routes: /^\w+ \/custom-crm\/v1\/\*$/,
    name: '`/custom-crm/v1/…`',
    lets: 'the contact center, by password, header or token',
    refusal: 401,
    tests: [
      nobody,
      hostile,
      [everyRoute, 'lets an address guess only so often: %s'],
      ['test/unit/customCrm/authenticator.test.ts', 'refuses one that %s'],
      ['test/unit/customCrm/authenticator.test.ts', 'refuses another value, and the value under another name'],
      ['test/integration/customCrm/policy.test.ts', 'asks for a password and does not read the body of a stranger'],
    ],
  },
  {
    routes: /^GET \/agent-host(?:$|\/(?:lookup|records|accounts|api)(?:\/|$))/,
    name: '`GET /agent-host/…`',
    lets: 'agents, by password',
    refusal: 401,
    tests: [nobody, hostile, [everyRoute, 'lets an address guess only so often: %s']],
  },
  {
    routes: /^(?:GET|POST) \/operator\/(?!assets\/)/,
    name: '`/operator/…`',
    lets: 'operators, by key',
    refusal: 401,
    tests: [
      nobody,
      hostile,
      [everyRoute, 'lets an address guess only so often: %s'],
      ['test/integration/operator/routes.test.ts', 'are closed without a key, to the page’s data as to every act'],
      ['test/integration/operator/routes.test.ts', 'do not let an address guess keys, and let others in meanwhile'],
      ['test/integration/operator/routes.test.ts', 'do nothing that cannot be noted'],
    ],
  },
  {
    routes: /^GET \/metrics$/,
    name: '`GET /metrics`',
    lets: 'who has the key',
    refusal: 401,
    tests: [
      nobody,
      hostile,
      [everyRoute, 'lets an address guess only so often: %s'],
      [everyRoute, 'takes either of two secrets, so that one can be replaced: %s'],
      [`${server}/metrics.test.ts`, 'refuses "%s"'],
    ],
  },
  {
    routes: /^(?:GET|HEAD) \/(?:a|files|custom-crm\/files)\/:token/,
    name: '`/a/<token>`, `/files/<token>/<name>`, `/custom-crm/files/<token>/<name>`',
    lets: 'who was given the link',
    refusal: 404,
    tests: [
      nobody,
      hostile,
      [everyRoute, 'opens no link of another purpose, key or time: %s'],
      ['test/unit/bot/signedLinks.test.ts', 'do not open when any character is another'],
      [`${security}/files.test.ts`, 'is saved and not shown when its bytes prove no picture: %s'],
      [`${server}/links.test.ts`, 'opens no other token and no article that is gone'],
    ],
  },
  {
    routes: /^(?:POST|OPTIONS) \/directline\/token$/,
    name: '`/directline/token`',
    lets: 'pages of the listed sites, so often a minute from one address',
    refusal: 403,
    tests: [
      nobody,
      hostile,
      [`${server}/webTokens.test.ts`, 'refuses %s'],
      [`${server}/webTokens.test.ts`, 'keeps the user of a conversation that goes on, who cannot be another one'],
      [`${server}/webTokens.test.ts`, 'holds for each address by itself, and tells when to come again'],
    ],
  },
  {
    routes: /^GET \/(?:$|widget(?:\.js)?$|customer\/[\w/.-]+$|operator$|operator\/assets\/[\w.-]+$|agent-host\/assets\/[\w.-]+$)/,
    name: 'pages and their files',
    lets: 'everybody; they hold nothing secret',
    tests: [hostile, [everyRoute, 'says to browsers what they must not do: %s']],
  },
  {
    routes: /^(?:GET|HEAD) \/(?:healthz|readyz|manifest\/[\w.-]+)$/,
    name: '`/healthz`, `/readyz`, `/manifest/…`',
    lets: 'everybody; they name parts and codes, and what the bot can do',
    tests: [hostile, [everyRoute, 'says to browsers what they must not do: %s']],
  },
];
