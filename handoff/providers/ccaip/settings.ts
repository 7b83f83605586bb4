import { z } from 'zod';
import { isTrusted } from '../../../common/trustedUrl';

const required = z.string().trim().min(1, 'must not be empty');
/** An empty line in an environment file means the same as none. */
const optional = z
  .string()
  .trim()
  .transform((value) => (value === '' ? undefined : value))
  .optional();

/** What the desk needs to be told, by environment variable. */
export const settingsSchema = z.object({
  CCAIP_URL: z
    .string()
    .trim()
    .transform((value, context) => {
      const url = URL.canParse(value) ? new URL(value) : undefined;
      if (url && isTrusted(url)) return url.origin;
      context.addIssue({ code: 'custom', message: 'must be an https URL' });
      return z.NEVER;
    })
    .describe('Address of the portal, such as https://customer.uc1.ccaiplatform.com.'),
  CCAIP_API_TOKEN: required.describe('Token from Settings > Developer Settings > API Credentials.'),
  CCAIP_WEBHOOK_SECRET: required.describe(
    'Primary secret from Settings > Developer Settings > Webhooks; the webhook address is /webhooks/ccaip of this bot.',
  ),
  CCAIP_WEBHOOK_SECONDARY_SECRET: optional.describe('Secondary webhook secret, for changing secrets without a gap.'),
  CCAIP_SUBDOMAIN: optional.describe('User name of the API; the first part of the host in CCAIP_URL when absent.'),
  CCAIP_SIGNATURE_MAX_AGE_SECONDS: z.coerce
    .number()
    .int()
    .min(10)
    .max(86_400)
    .default(300)
    .describe('How old the timestamp of a webhook call may be before it is refused, in seconds.'),
  CCAIP_REQUESTS_PER_SECOND: z.coerce
    .number()
    .min(0.1)
    .max(1_000)
    .default(10)
    .describe('Requests a second this instance may make; the platform allows 10 for all instances together.'),
  CCAIP_LANGUAGES: z
    .string()
    .default('en')
    .transform((value) =>
      value
        .split(',')
        .map((item) => item.trim())
        .filter((item) => item !== ''),
    )
    .refine((languages) => languages.length > 0, 'must name at least one language')
    .describe('Languages set up in the portal, separated by commas; the first is used for customers who speak none of them.'),
  CCAIP_TEXT_CONTENT: z
    .enum(['object', 'string'])
    .default('object')
    .describe('How a text message is written: object ({"text": …}, as documented) or string.'),
  CCAIP_TRANSCRIPT_BOT: z
    .enum(['virtual_agent', 'agent'])
    .default('virtual_agent')
    .describe('Who the bot is in the transcript the agent sees: virtual_agent or agent.'),
  CCAIP_OVER_CAPACITY: z
    .enum(['wait', 'next'])
    .default('wait')
    .describe('When a queue is over capacity: wait for a person all the same, or go on to the next route.'),
  CCAIP_AVAILABILITY: z
    .enum(['on', 'off'])
    .default('on')
    .describe('Whether to ask for waiting times before a handoff: on or off.'),
  CCAIP_CUSTOM_DATA: z
    .enum(['on', 'off'])
    .default('off')
    .describe('Whether to send the facts about the chat as custom data as well; not documented for this interface.'),
});

export type CcaipSettings = z.output<typeof settingsSchema>;

const REQUIRED = ['CCAIP_URL', 'CCAIP_API_TOKEN', 'CCAIP_WEBHOOK_SECRET'];

/** Whether anybody meant to use this desk; a half-filled configuration counts, so that what is missing gets named. */
export function isConfigured(env: Record<string, string | undefined>): boolean {
  return REQUIRED.some((name) => Boolean(env[name]?.trim()));
}

/** The user name of the API. */
export function subdomainOf(settings: CcaipSettings): string {
  return settings.CCAIP_SUBDOMAIN ?? new URL(settings.CCAIP_URL).hostname.split('.')[0] ?? '';
}
