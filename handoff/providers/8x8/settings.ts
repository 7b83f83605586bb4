import { z } from 'zod';
import { isTrusted } from '../../../common/trustedUrl';

const required = z.string().trim().min(1, 'must not be empty');
/** An empty line in an environment file means the same as none. */
const optional = z
  .string()
  .trim()
  .transform((value) => (value === '' ? undefined : value))
  .optional();
const list = (fallback: string) =>
  z
    .string()
    .default(fallback)
    .transform((value) =>
      value
        .split(',')
        .map((item) => item.trim())
        .filter((item) => item !== ''),
    );

/** What the desk needs to be told, by environment variable. */
export const settingsSchema = z
  .object({
    EIGHT_BY_EIGHT_API_KEY: required.describe('Key (not the secret) of an Admin Console app with the product "Chat Gateway".'),
    EIGHT_BY_EIGHT_TENANT: required.describe('Contact center tenant name from Configuration Manager > Home > Profile.'),
    EIGHT_BY_EIGHT_CHANNEL_ID: required.describe('ID of the Chat API channel from Configuration Manager > Channels > Chat API.'),
    EIGHT_BY_EIGHT_WEBHOOK_SECRET: required
      .regex(/^[A-Za-z0-9_-]{16,}$/, 'must be at least 16 letters, digits, - or _')
      .describe('Unguessable last segment of the webhook address; at least 16 letters, digits, - or _.'),
    EIGHT_BY_EIGHT_WEBHOOK_TENANT: optional.describe(
      'Tenant the webhooks must carry, when it differs from EIGHT_BY_EIGHT_TENANT.',
    ),
    EIGHT_BY_EIGHT_BASE_URL: z
      .string()
      .default('https://api.8x8.com')
      .transform((value, context) => {
        const url = URL.canParse(value.trim()) ? new URL(value.trim()) : undefined;
        if (url && isTrusted(url)) return url.origin;
        context.addIssue({ code: 'custom', message: 'must be an https URL' });
        return z.NEVER;
      })
      .describe('Origin of the 8x8 APIs.'),
    EIGHT_BY_EIGHT_SIGNATURE_MAX_AGE_SECONDS: z.coerce
      .number()
      .int()
      .min(10)
      .max(86_400)
      .default(300)
      .describe('How old a webhook transmission may be before it is refused, in seconds.'),
    EIGHT_BY_EIGHT_AVAILABILITY: z
      .enum(['off', 'fail-open', 'fail-closed'])
      .default('off')
      .describe(
        'Whether to ask before a handoff if somebody is there, and what a failed check means: off, fail-open or fail-closed.',
      ),
    EIGHT_BY_EIGHT_SCHEDULE_ID: optional.describe(
      'Schedule to ask for opening hours; the key needs the product "Contact Center Schedule".',
    ),
    EIGHT_BY_EIGHT_OPEN_CHOICES: list('').describe(
      'Numbers of schedule choices (1 to 6) that count as open, separated by commas.',
    ),
    EIGHT_BY_EIGHT_STATISTICS: z
      .enum(['off', 'gateway', 'analytics'])
      .default('gateway')
      .describe('Where to ask for free agents: gateway (same key), analytics (own key and secret) or off.'),
    EIGHT_BY_EIGHT_QUEUE_LIMIT: z
      .union([z.literal('').transform(() => undefined), z.coerce.number().int().min(1)])
      .optional()
      .describe('With this many customers waiting, the queue counts as unavailable.'),
    EIGHT_BY_EIGHT_ANALYTICS_KEY: optional.describe(
      'Key of an app with the product "Analytics for Contact Center", for statistics and agent names.',
    ),
    EIGHT_BY_EIGHT_ANALYTICS_SECRET: optional.describe('Secret of the analytics app.'),
    EIGHT_BY_EIGHT_ANALYTICS_REGION: z
      .enum(['us', 'eu', 'au', 'ca'])
      .default('us')
      .describe('Region of the analytics API: us, eu, au or ca.'),
    EIGHT_BY_EIGHT_FILE_HOSTS: list('8x8.com').describe(
      'Hosts (with their subdomains) an agent’s file may be read from by its signed link when the API does not give it.',
    ),
  })
  .superRefine((settings, context) => {
    const needsAnalytics = settings.EIGHT_BY_EIGHT_AVAILABILITY !== 'off' && settings.EIGHT_BY_EIGHT_STATISTICS === 'analytics';
    const { EIGHT_BY_EIGHT_ANALYTICS_KEY: key, EIGHT_BY_EIGHT_ANALYTICS_SECRET: secret } = settings;
    for (const [name, value, other] of [
      ['EIGHT_BY_EIGHT_ANALYTICS_KEY', key, secret],
      ['EIGHT_BY_EIGHT_ANALYTICS_SECRET', secret, key],
    ] as const) {
      if (!value && (needsAnalytics || other))
        context.addIssue({ code: 'custom', path: [name], message: 'is needed for analytics' });
    }
  });

export type EightByEightSettings = z.output<typeof settingsSchema>;

const REQUIRED = [
  'EIGHT_BY_EIGHT_API_KEY',
  'EIGHT_BY_EIGHT_TENANT',
  'EIGHT_BY_EIGHT_CHANNEL_ID',
  'EIGHT_BY_EIGHT_WEBHOOK_SECRET',
];

/** Whether anybody meant to use this desk; a half-filled configuration counts, so that what is missing gets named. */
export function isConfigured(env: Record<string, string | undefined>): boolean {
  return REQUIRED.some((name) => Boolean(env[name]?.trim()));
}
