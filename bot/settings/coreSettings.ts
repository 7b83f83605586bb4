import { z } from 'zod';
import { operatorKeys } from './operatorKeys';

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

const origins = () =>
  list().pipe(
    z.array(
      z
        .string()
        .refine(
          (item) => URL.canParse(item) && /^https?:\/\/[^/?#]+$/.test(item) && new URL(item).origin === item.toLowerCase(),
          {
            error: 'has an entry that is not an origin such as https://www.example.com',
          },
        )
        .transform((item) => item.toLowerCase()),
    ),
  );
const fileTypes = () =>
  list().pipe(
    z
      .array(
        z
          .string()
          .regex(
            /^(\.[\w-]+|[\w.+-]+\/([\w.+-]+|\*))$/,
            'has an entry that is neither like image/* nor application/pdf nor .doc',
          ),
      )
      .min(1, 'names no type'),
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
  KNOWLEDGE_MODEL_FILE: z
    .string()
    .optional()
    .describe('Where what was learned from articles and phrases is kept for the next start. Left out: beside SQLITE_FILE.'),
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
  ALLOWED_TENANTS: list()
    .default([])
    .describe(
      'Tenants whose people may use the bot in Teams, as ids separated by commas; * is any. Left out: that of the app, or any with MultiTenant.',
    ),
  MESSAGE_RATE_PER_MINUTE: wholeNumber(1, 100_000)
    .optional()
    .describe(
      'How many messages, clicks and signs of typing one customer may send in a minute; more get 429. Left out: 120 in production, 6000 in the sandbox.',
    ),
  DIRECT_LINE_SECRET: z
    .string()
    .optional()
    .describe(
      'The secret of the Direct Line channel; with it the customer page of this server talks to Azure. Left out in production: no page.',
    ),
  DIRECT_LINE_URL: webAddress()
    .default('https://directline.botframework.com/v3/directline')
    .describe('The Direct Line service that DIRECT_LINE_SECRET belongs to.'),
  WEB_ORIGINS: origins()
    .default([])
    .describe(
      'Web sites that may show the chat widget and get Direct Line tokens, separated by commas, such as https://www.example.com. Left out: this server’s own pages only.',
    ),
  WEB_RATE_PER_MINUTE: wholeNumber(1, 100_000)
    .optional()
    .describe(
      'How many Direct Line tokens one client address may get in a minute, reloads of the page included. Left out: 60 in production, 6000 in the sandbox.',
    ),
  TRUSTED_PROXIES: wholeNumber(0, 5)
    .default(0)
    .describe(
      'How many proxies in front of this server add their caller to X-Forwarded-For: 1 on App Service, 2 with a gateway in front of it. 0 takes the address of the connection.',
    ),
  UPLOAD_MAX_MB: wholeNumber(1, 20)
    .default(4)
    .describe('How large a file of a customer may be, in MB. Azure’s Direct Line itself takes no more than 4.'),
  UPLOAD_TYPES: fileTypes()
    .default(['image/*', 'application/pdf', 'text/plain', '.doc', '.docx'])
    .describe(
      'Types of files that customers may send, separated by commas: media types, image/* for a family, or endings such as .doc.',
    ),
  SEND_TIMEOUT_SECONDS: wholeNumber(1, 120)
    .default(10)
    .describe('How long the channel may take to accept a message, in seconds.'),
  SHUTDOWN_TIMEOUT_SECONDS: wholeNumber(1, 60)
    .default(8)
    .describe('How long work under way may take to finish after a stop signal, in seconds.'),
  CHAT_REMINDER_MINUTES: wholeNumber(0, 1440)
    .default(0)
    .describe(
      'After how many minutes without an answer to the agent a customer is asked whether they are still there. 0: never.',
    ),
  CHAT_INACTIVITY_MINUTES: wholeNumber(5, 1440)
    .default(240)
    .describe('After how many minutes in which nobody writes a chat with an agent is ended; both are told why.'),
  TRANSCRIPT_RETENTION_DAYS: wholeNumber(1, 3650)
    .default(30)
    .describe('After how many days what was said is deleted, and conversation state that did not change.'),
  STANDBY: flag()
    .default(false)
    .describe(
      'true: only answers health checks, and touches neither database nor desks. For a deployment slot that waits to be swapped in.',
    ),
  OPERATOR_KEY: operatorKeys()
    .optional()
    .describe(
      'The bearer keys of the operators’ page and routes (/operator/…), as name:key,name2:key2 or one key without a name; each at least 24 characters. Left out: there are none.',
    ),
  AUDIT_RETENTION_DAYS: wholeNumber(1, 3650)
    .default(365)
    .describe('After how many days the list of what operators did is deleted.'),
  METRICS_KEY: z
    .string()
    .refine((keys) => keys.split(',').every((key) => key.trim().length >= 24), 'has a key that is shorter than 24 characters')
    .optional()
    .describe(
      'The bearer key of GET /metrics (Prometheus), at least 24 characters; two separated by a comma while one replaces the other. Left out: there is no such route; in the sandbox it is open to this machine.',
    ),
  APPLICATIONINSIGHTS_CONNECTION_STRING: z
    .string()
    .regex(/(^|;)\s*InstrumentationKey=[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\s*(;|$)/i, 'has no InstrumentationKey=…')
    .optional()
    .describe(
      'The connection string of Application Insights, to send traces and metrics to Azure Monitor. Left out: none are sent.',
    ),
  OTEL_EXPORTER_OTLP_ENDPOINT: webAddress()
    .optional()
    .describe('The address of an OpenTelemetry collector that takes traces over HTTP (…/v1/traces). Left out: none are sent.'),
  TRACE_SAMPLE_RATIO: z.coerce
    .number({ error: 'is not a number' })
    .min(0, 'is below 0')
    .max(1, 'is above 1')
    .default(1)
    .describe('The share of turns that are traced, 0 to 1; a handoff is traced when the turn that asked for it is.'),
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
