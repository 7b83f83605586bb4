import type { Import } from './sources';

/** A part of the house and what it may import from it; whatever is not named here is forbidden. */
interface Part {
  /** Beginning of the paths that belong to it; the longest one that fits decides. */
  at: string;
  mayImport: string[];
  because: string;
}

const product = [
  'bot',
  'dialogs',
  'cards',
  'customCrm',
  'knowledge',
  'dynamics',
  'relay',
  'handoff',
  'handoff/skills',
  'store',
  'common',
];

/** The parts, from the top of the house down. `own` is the part itself. */
export const parts: Part[] = [
  {
    at: 'bot/index',
    mayImport: [
      ...product,
      'bot/settings',
      'bot/telemetry',
      'bot/channels/mluvii',
      'handoff/providers',
      'store/sqlite',
      'store/postgres',
      'sandbox/launch',
    ],
    because: 'the composition root: the one place that names providers, store drivers and the sandbox',
  },
  {
    at: 'bot/settings',
    mayImport: ['own', 'common'],
    because: 'settings are read before anything else is made',
  },
  {
    at: 'bot/telemetry',
    mayImport: ['own', 'store', 'common'],
    because: 'what traces and keeps metrics is known to the composition root only; everybody else tells the port in common',
  },
  {
    at: 'bot/channels/mluvii',
    mayImport: ['own', 'bot', 'store', 'common'],
    because: 'a channel of our own is known to the composition root only; the shell knows the port it fulfills',
  },
  {
    at: 'bot',
    mayImport: [...product, 'own', 'bot/settings'],
    because: 'the shell joins dialogs, relay, records and store by their ports',
  },
  {
    at: 'dialogs',
    mayImport: ['own', 'cards', 'knowledge', 'dynamics', 'common'],
    because: 'dialogs do not know the relay: they send handoff.initiate and later see handoff.status',
  },
  {
    at: 'customCrm',
    mayImport: ['own', 'dynamics', 'store', 'common'],
    because: 'the service stands in front of Dynamics; the shell brings HTTP and the bot’s conversations to it by ports',
  },
  { at: 'cards', mayImport: ['own', 'common'], because: 'a card is data in, attachment out' },
  { at: 'knowledge', mayImport: ['own', 'common'], because: 'the article index knows nothing of bots or of Dynamics' },
  {
    at: 'dynamics',
    mayImport: ['own', 'store', 'common'],
    because: 'the ledger keeps its tasks in the store, so that Dynamics being down delays records and never a chat',
  },
  { at: 'relay', mayImport: ['own', 'handoff', 'store', 'common'], because: 'the engine knows desks and store by their ports' },
  {
    at: 'handoff/skills',
    mayImport: ['own', 'handoff', 'common'],
    because: 'routing asks providers by the port, whichever they are',
  },
  { at: 'handoff', mayImport: ['own', 'common'], because: 'the port names no provider' },
  {
    at: 'handoff/providers',
    mayImport: ['own', 'handoff', 'common'],
    because: 'a provider knows the port, and no other provider, no relay and no bot',
  },
  {
    at: 'store/sqlite',
    mayImport: ['own', 'store', 'common'],
    because: 'a driver knows the port and the SQL, and not the other driver',
  },
  { at: 'store/postgres', mayImport: ['own', 'store', 'common'], because: 'as the other driver' },
  { at: 'store', mayImport: ['own', 'common'], because: 'the port and its SQL know no driver' },
  { at: 'common', mayImport: ['own'], because: 'common knows nothing of the product' },
  {
    at: 'sandbox',
    mayImport: ['own', 'common'],
    because: 'a stand-in that shared code with what it stands opposite to would share its mistakes',
  },
  { at: 'web', mayImport: ['own'], because: 'pages run in the browser, file by file' },
];

/** Which packages which parts may import. A package that is not here has no place yet: decide on one. */
export const packagePlaces: Record<string, { in: string[]; because: string }> = {
  botbuilder: {
    in: ['bot', 'bot/channels/mluvii', 'dialogs', 'cards'],
    because: 'the SDK is archived: its successor must stay a change of these',
  },
  'botbuilder-dialogs': { in: ['bot', 'dialogs'], because: 'as botbuilder' },
  'botframework-connector': { in: ['bot'], because: 'as botbuilder' },
  'botframework-schema': { in: ['bot', 'dialogs', 'cards'], because: 'as botbuilder' },
  'adaptivecards-templating': { in: ['cards'], because: 'templates are expanded there' },
  restify: { in: ['bot'], because: 'the server is the shell’s' },
  i18next: { in: ['bot'], because: 'texts come to the dialogs by a port' },
  'sanitize-html': { in: ['bot', 'cards'], because: 'article pages and article cards' },
  'xrm-webapi-client': { in: ['dynamics'], because: 'it is one global with one token: it is set up once, in one place' },
  '@azure/msal-node': { in: ['dynamics'], because: 'tokens for Dynamics' },
  pg: { in: ['store/postgres'], because: 'the driver’s own' },
  undici: { in: ['common'], because: 'every call goes through one client with time limits' },
  pino: { in: ['common', 'bot'], because: 'the log is made in common; restify wants one of its kind' },
  adaptivecards: { in: ['sandbox'], because: 'the desk page shows cards with its browser file' },
  ws: { in: ['sandbox'], because: 'Direct Line’s stream' },
  'csv-parse': { in: ['knowledge'], because: 'the file of example phrases' },
  jose: { in: ['bot', 'handoff/providers', 'sandbox'], because: 'signatures' },
  '@opentelemetry/api': { in: ['bot/telemetry'], because: 'everybody else tells the port in common, which loads nothing' },
  '@opentelemetry/context-async-hooks': { in: ['bot/telemetry'], because: 'as @opentelemetry/api' },
  '@opentelemetry/exporter-prometheus': { in: ['bot/telemetry'], because: 'as @opentelemetry/api' },
  '@opentelemetry/exporter-trace-otlp-http': { in: ['bot/telemetry'], because: 'as @opentelemetry/api' },
  '@opentelemetry/resources': { in: ['bot/telemetry'], because: 'as @opentelemetry/api' },
  '@opentelemetry/sdk-metrics': { in: ['bot/telemetry'], because: 'as @opentelemetry/api' },
  '@opentelemetry/sdk-trace-base': { in: ['bot/telemetry'], because: 'as @opentelemetry/api' },
  '@azure/monitor-opentelemetry-exporter': { in: ['bot/telemetry'], because: 'as @opentelemetry/api' },
  zod: {
    in: [
      'bot',
      'bot/settings',
      'bot/channels/mluvii',
      'customCrm',
      'dynamics',
      'knowledge',
      'handoff/skills',
      'handoff/providers',
      'sandbox',
    ],
    because: 'checks what comes in',
  },
};

/** The part a path belongs to. */
export function partOf(file: string): Part | undefined {
  const path = file.replace(/\.(ts|js|mjs)$/, '');
  const fitting = parts.filter(({ at }) => path === at || path.startsWith(`${at}/`));
  return fitting.sort((one, other) => other.at.length - one.at.length)[0];
}

/** What is wrong with one import of one file, or undefined. */
export function wrongWith(file: string, { target, isRelative, isTypeOnly }: Import): string | undefined {
  const part = partOf(file);
  if (!part) return `${file} belongs to no part of the house`;
  if (target.startsWith('node:')) {
    return target === 'node:sqlite' && part.at !== 'store/sqlite'
      ? `${file} imports node:sqlite, which is for store/sqlite`
      : undefined;
  }
  if (!isRelative) {
    const place = packagePlaces[target];
    if (!place) return `${file} imports ${target}, which has no place in packagePlaces`;
    const allowed = place.in.includes(part.at) || (part.at === 'bot/index' && place.in.includes('bot'));
    return allowed ? undefined : `${file} imports ${target}, which is for ${place.in.join(', ')}: ${place.because}`;
  }
  const wanted = partOf(target);
  const isOwn = wanted === part && (part.at !== 'handoff/providers' || providerOf(file) === providerOf(target));
  if (isOwn ? part.mayImport.includes('own') || part.at === 'bot/index' : wanted && part.mayImport.includes(wanted.at)) {
    return undefined;
  }
  // The launcher starts the sandbox as a process of its own; nothing else of it is loaded into the bot.
  if (part.mayImport.includes(target)) return undefined;
  const kind = isTypeOnly ? 'a type of ' : '';
  return `${file} imports ${kind}${target}, but ${part.at} may import ${part.mayImport.join(', ') || 'nothing'}: ${part.because}`;
}

function providerOf(file: string): string | undefined {
  return file.split('/')[2];
}
