import { z } from 'zod';
import { readJsonSetting } from '../../../common/jsonSetting';
import { toTrustedOrigin } from '../../../common/trustedUrl';
import { toShortId } from './ids';
import { prechatSettingsSchema } from './prechatSettings';

const salesforceId = (prefix: string, name: string) =>
  z
    .string()
    .trim()
    .regex(
      new RegExp(`^${prefix}[A-Za-z0-9]{12}([A-Za-z0-9]{3})?$`),
      `must be the 15 or 18 character ${name}, beginning with ${prefix}`,
    )
    .transform(toShortId);

/** What the desk needs to be told, by environment variable. */
export const settingsSchema = z.object({
  LIVE_AGENT_URL: z
    .string()
    .transform((value, context) => {
      const url = toRestUrl(value);
      if (url) return url;
      context.addIssue({ code: 'custom', message: 'must be the Chat API endpoint: a host name or an https URL' });
      return z.NEVER;
    })
    .describe('Chat API endpoint from Setup > Chat Settings: the host name or the whole URL.'),
  LIVE_AGENT_ORGANIZATION_ID: salesforceId('00D', 'organization ID').describe(
    'Salesforce organization ID (00D…), 15 or 18 characters.',
  ),
  LIVE_AGENT_DEPLOYMENT_ID: salesforceId('572', 'deployment ID').describe(
    'ID of the chat deployment (572…), 15 or 18 characters.',
  ),
  LIVE_AGENT_API_VERSION: z
    .preprocess(
      (value) => (value === '' ? undefined : value),
      z.coerce
        .number()
        .int()
        .min(37, 'must be 37 or later, because older versions cannot rebuild a moved chat')
        .max(99)
        .default(49),
    )
    .describe('Value of the X-LIVEAGENT-API-VERSION header (37 or later).'),
  LIVE_AGENT_PRECHAT_FIELDS: z
    .string()
    .default('{}')
    .transform((value, context) => {
      const read = readJsonSetting(value, prechatSettingsSchema);
      if ('data' in read) return read.data;
      context.addIssue({ code: 'custom', message: read.problem });
      return z.NEVER;
    })
    .describe('Optional JSON that names labels, transcript fields and records for the pre-chat details.'),
});

export type LiveAgentSettings = z.output<typeof settingsSchema>;

/** Whether anybody meant to use this desk; a half-filled configuration counts, so that what is missing gets named. */
export function isConfigured(env: Record<string, string | undefined>): boolean {
  return ['LIVE_AGENT_URL', 'LIVE_AGENT_ORGANIZATION_ID', 'LIVE_AGENT_DEPLOYMENT_ID'].some((name) => Boolean(env[name]?.trim()));
}

/**
 * The address below which all resources lie, from a bare host, a URL with or without `/chat/rest/`, or the `newUrl` of a
 * server switch. Undefined when it is none of these. Plain HTTP is taken from this machine only.
 */
export function toRestUrl(value: string): string | undefined {
  const origin = toTrustedOrigin(value);
  return origin && `${origin}/chat/rest`;
}
