import { z } from 'zod';

const flag = () => z.stringbool({ error: 'is neither true nor false' });
const wholeNumber = (least: number, most: number) =>
  z.coerce
    .number({ error: 'is not a number' })
    .int('is not a whole number')
    .min(least, `is less than ${least}`)
    .max(most, `is more than ${most}`);
const webAddress = () =>
  z.url({ protocol: /^https?$/, error: 'is not an http(s) address' }).transform((address) => address.replace(/\/+$/, ''));
const list = () =>
  z.string().transform((text) =>
    text
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== ''),
  );

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
const appTypes = ['SingleTenant', 'UserAssignedMSI', 'MultiTenant'] as const;

/** Every setting of the process itself, keyed by its environment variable. Providers and Dynamics bring groups of their own. */
export const settingsSchema = z.object({
  SWITCHBOARD_MODE: z
    .enum(['sandbox', 'production'], { error: 'is neither "sandbox" nor "production"' })
    .optional()
    .describe('sandbox or production. Left out: production when NODE_ENV=production or MicrosoftAppId is set, else sandbox.'),
  NODE_ENV: z.string().optional().describe('"production" on a server; it refuses the sandbox.'),
  PORT: wholeNumber(0, 65_535).default(3978).describe('The port the bot listens on.'),
  HOST: z.string().optional().describe('The address to listen on. Left out: 127.0.0.1 in the sandbox, 0.0.0.0 in production.'),
  PUBLIC_URL: webAddress()
    .optional()
    .describe(
      'The https address customers and desks reach this bot at; links and webhooks are built from it. Required in production.',
    ),
  DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/, error: 'is not a postgres:// address' })
    .optional()
    .describe('PostgreSQL to keep the state in; needed when more than one instance runs.'),
  DATABASE_POOL_SIZE: wholeNumber(2, 100)
    .default(10)
    .describe(
      'PostgreSQL only: connections of this instance for statements; one more listens. All instances together must stay below the limit of the server.',
    ),
  DATABASE_TLS: flag()
    .optional()
    .describe(
      'PostgreSQL only: true checks the certificate of the server and speaks TLS only, false never does. Left out: what DATABASE_URL says (sslmode), true with DATABASE_CA_FILE.',
    ),
  DATABASE_CA_FILE: z
    .string()
    .optional()
    .describe(
      'PostgreSQL only: a PEM file with the authorities that the certificate of the server is checked against. Left out: those Node trusts.',
    ),
  DATABASE_STATEMENT_TIMEOUT_SECONDS: wholeNumber(1, 120)
    .default(10)
    .describe('PostgreSQL only: how long a statement may take, in seconds.'),
  SQLITE_FILE: z.string().default('.data/switchboard.db').describe('The file that keeps the state when DATABASE_URL is not set.'),
  LOG_LEVEL: z
    .enum(logLevels, { error: `is none of ${logLevels.join(', ')}` })
    .default('info')
    .describe(`One of ${logLevels.join(', ')}.`),
  LINK_SIGNING_KEYS: list()
    .pipe(z.array(z.string().min(32, 'has a key shorter than 32 characters')).min(1, 'holds no key'))
    .optional()
    .describe(
      'Keys for the links to articles and files, separated by commas, newest first; keep the old one while its links are in use. Make one with "openssl rand -base64 48". Required in production.',
    ),
  SKILLS_FILE: z.string().optional().describe('A JSON file with the escalation skills. Left out: the skills of the demo bank.'),
  KNOWLEDGE_PHRASES_FILE: z
    .string()
    .optional()
    .describe('A CSV file with customers’ own words per article, to find articles better.'),
  KNOWLEDGE_SYNC_INTERVAL_SECONDS: wholeNumber(10, 86_400)
    .default(300)
    .describe('How often articles are fetched from Dynamics, in seconds.'),
  MicrosoftAppType: z
    .enum(appTypes, { error: `is none of ${appTypes.join(', ')}` })
    .default('SingleTenant')
    .describe(`The bot's identity: ${appTypes.join(', ')}.`),
  MicrosoftAppId: z.string().optional().describe('The app id of the Azure Bot. Required in production.'),
  MicrosoftAppPassword: z.string().optional().describe('The client secret of the app. Leave it out with UserAssignedMSI.'),
  MicrosoftAppTenantId: z.string().optional().describe('The tenant of the app. Required but for MultiTenant.'),
  ChannelService: z
    .literal('https://botframework.azure.us', { error: 'may only be https://botframework.azure.us' })
    .optional()
    .describe('https://botframework.azure.us in the US Government cloud; left out elsewhere.'),
  ALLOWED_CALLERS: list()
    .default([])
    .describe('App ids of bots that may call this one as a skill, separated by commas. Left out: none.'),
  DIRECT_LINE_SECRET: z
    .string()
    .optional()
    .describe(
      'The secret of the Direct Line channel; with it the customer page of this server talks to Azure. Left out in production: no page.',
    ),
  DIRECT_LINE_URL: webAddress()
    .default('https://directline.botframework.com/v3/directline')
    .describe('The Direct Line service that DIRECT_LINE_SECRET belongs to.'),
  SEND_TIMEOUT_SECONDS: wholeNumber(1, 120)
    .default(10)
    .describe('How long the channel may take to accept a message, in seconds.'),
  SHUTDOWN_TIMEOUT_SECONDS: wholeNumber(1, 60)
    .default(8)
    .describe('How long work under way may take to finish after a stop signal, in seconds.'),
  TRANSCRIPT_RETENTION_DAYS: wholeNumber(1, 3650)
    .default(30)
    .describe('After how many days without a change transcripts and conversation state are deleted.'),
  STANDBY: flag()
    .default(false)
    .describe(
      'true: only answers health checks, and touches neither database nor desks. For a deployment slot that waits to be swapped in.',
    ),
  OPERATOR_KEY: z
    .string()
    .min(24, 'is shorter than 24 characters')
    .optional()
    .describe('The bearer key of the operator’s routes (/operator/…), at least 24 characters. Left out: there are none.'),
  SANDBOX_PORT: wholeNumber(1024, 65_000)
    .default(3980)
    .describe('Sandbox only: the first of ten ports for the stand-ins and their pages.'),
  SANDBOX_URL: z
    .string()
    .regex(/^http:\/\/(127\.0\.0\.1|localhost):\d{1,5}$/, 'is not an address such as http://127.0.0.1:3985')
    .optional()
    .describe(
      'Sandbox only: the control address of a sandbox that runs already and that several bots share; left out, each bot starts its own.',
    ),
  SANDBOX_AGENTS_AT_WORK: flag()
    .default(true)
    .describe('Sandbox only: whether the agents of the stand-in desks are at work when it starts (true or false).'),
});

export type CoreEnvironment = z.infer<typeof settingsSchema>;
