import { z } from 'zod';
import { toTrustedOrigin } from '../../../common/trustedUrl';
import { readContextKeys } from './contextKeys';

/** The regions in which the vendor runs its service. */
const regions = ['na1', 'eu1', 'ap1'] as const;
/** Published in the vendor's own client libraries; not a secret. */
const publishedAppKey = '721c180b09eb463d9f3191c41762bb68';

const origin = (what: string) =>
  z.string().transform((value, context) => {
    const found = toTrustedOrigin(value);
    if (found !== undefined) return found;
    context.addIssue({ code: 'custom', message: `must be ${what}: a host name or an https URL` });
    return z.NEVER;
  });

/** What the desk needs to be told, by environment variable. */
export const settingsSchema = z.object({
  LIVE_ASSIST_ACCOUNT: z
    .string()
    .trim()
    .regex(/^\d{4,20}$/, 'must be the account number: digits only')
    .describe('Live Assist account number (digits).'),
  LIVE_ASSIST_REGION: z
    .enum(regions, { error: `is none of ${regions.join(', ')}` })
    .describe(`Region of the Live Assist account: ${regions.join(', ')}.`),
  LIVE_ASSIST_CONTEXT_KEYS: z
    .string()
    .transform((value, context) => {
      try {
        return readContextKeys(value);
      } catch (error) {
        context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : 'cannot be read' });
        return z.NEVER;
      }
    })
    .describe(
      'RSA private keys (PEM, at least 2048 bits; line ends may be written as \\n) that sign what the agent is told about the customer, newest first. The public halves stand under "Context keys" in the Live Assist admin portal.',
    ),
  LIVE_ASSIST_CONTEXT_LIFETIME_SECONDS: z.coerce
    .number({ error: 'is not a number' })
    .int('is not a whole number')
    .min(30, 'is less than 30')
    .max(3600, 'is more than 3600')
    .optional()
    .describe('Gives what is signed a time at which it expires. Left out: none, as in the samples of the vendor.'),
  LIVE_ASSIST_CONVERSATION_DOMAIN: origin('the conversation domain of the account')
    .optional()
    .describe('Host of the chat service of the account. Left out: looked up, and looked up again every hour.'),
  LIVE_ASSIST_DOMAIN_LOOKUP_URL: origin('the look-up service')
    .default('https://api.liveperson.net')
    .describe('Where the conversation domain is looked up.'),
  LIVE_ASSIST_CONTEXT_URL: origin('the context service')
    .optional()
    .describe('Address of the context service. Left out: that of the region.'),
  LIVE_ASSIST_APP_KEY: z
    .string()
    .default(publishedAppKey)
    .describe('Application key of the chat service; the published one unless the vendor gave another.'),
  LIVE_ASSIST_POLL_SECONDS: z.coerce
    .number({ error: 'is not a number' })
    .min(0.5, 'is less than 0.5')
    .max(10, 'is more than 10')
    .default(2)
    .describe('How often an open chat is asked for news, in seconds.'),
});

export type LiveAssistSettings = z.output<typeof settingsSchema>;

/** Origin of the context service. */
export function contextServiceOf(settings: LiveAssistSettings): string {
  return settings.LIVE_ASSIST_CONTEXT_URL ?? `https://service.${settings.LIVE_ASSIST_REGION}.liveassistfor365.com`;
}

/** Whether anybody meant to use this desk; a half-filled configuration counts, so that what is missing gets named. */
export function isConfigured(env: Record<string, string | undefined>): boolean {
  return ['LIVE_ASSIST_ACCOUNT', 'LIVE_ASSIST_REGION', 'LIVE_ASSIST_CONTEXT_KEYS'].some((name) => Boolean(env[name]?.trim()));
}
