import { createPrivateKey, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { readJsonSetting } from '../../../common/jsonSetting';
import { toTrustedOrigin } from '../../../common/trustedUrl';
import { routingSettingsSchema } from './routingAttributes';

const optional = z
  .string()
  .trim()
  .transform((value) => (value === '' ? undefined : value))
  .optional();

/** What the desk needs to be told, by environment variable. */
export const settingsSchema = z
  .object({
    ENHANCED_CHAT_URL: z
      .string()
      .transform((value, context) => {
        const url = toTrustedOrigin(value);
        if (url) return url;
        context.addIssue({ code: 'custom', message: 'must be an https URL such as https://example.my.salesforce-scrt.com' });
        return z.NEVER;
      })
      .describe('SCRT URL from the deployment’s Code Snippet panel: https://{my domain}.my.salesforce-scrt.com.'),
    ENHANCED_CHAT_ORGANIZATION_ID: z
      .string()
      .trim()
      .regex(/^00D[A-Za-z0-9]{12}([A-Za-z0-9]{3})?$/, 'must be the 15 or 18 character organization ID, beginning with 00D')
      .describe('Salesforce organization ID (00D…), 15 or 18 characters.'),
    ENHANCED_CHAT_DEPLOYMENT: z
      .string()
      .trim()
      .regex(/^[A-Za-z]\w*$/, 'must be an API name: letters, digits and _')
      .describe('API name (esDeveloperName) of the Embedded Service deployment of type Custom Client.'),
    ENHANCED_CHAT_ROUTING_ATTRIBUTES: z
      .string()
      .default('{}')
      .transform((value, context) => {
        const read = readJsonSetting(value, routingSettingsSchema);
        if ('data' in read) return read.data;
        context.addIssue({ code: 'custom', message: read.problem });
        return z.NEVER;
      })
      .describe('Optional JSON that names the channel’s parameters which get what is known of the customer.'),
    ENHANCED_CHAT_AUTOMATIC_MESSAGES: z
      .enum(['never', 'withAgent', 'always'])
      .default('withAgent')
      .describe(
        'When texts of the desk’s own bot and automation reach the customer: never, withAgent (once a person is there) or always (they then count as somebody being there).',
      ),
    ENHANCED_CHAT_FILE_HOSTS: z
      .string()
      .default('salesforce.com,force.com,salesforce-scrt.com')
      .transform((value) =>
        value
          .split(',')
          .map((host) => host.trim().toLowerCase())
          .filter((host) => host !== ''),
      )
      .describe('Hosts (with their subdomains) an agent’s file may be read from, beside ENHANCED_CHAT_URL.'),
    ENHANCED_CHAT_IDENTITY_KEY: optional
      .transform((value, context) => {
        if (value === undefined) return undefined;
        const key = toPrivateKey(value);
        if (key) return key;
        context.addIssue({ code: 'custom', message: 'must be an RSA private key of at least 2048 bits in PEM form' });
        return z.NEVER;
      })
      .describe(
        'For user verification: RSA private key (PEM; line ends may be written as \\n) whose public part is in the key set. Left out: all customers are guests.',
      ),
    ENHANCED_CHAT_IDENTITY_KEY_ID: optional.describe('For user verification: the key’s id (kid) in the key set.'),
    ENHANCED_CHAT_IDENTITY_ISSUER: optional.describe('For user verification: the issuer configured in Salesforce.'),
    ENHANCED_CHAT_IDENTITY_AUDIENCE: optional.describe(
      'For user verification: the audience of the tokens; the issuer if left out.',
    ),
  })
  .superRefine((settings, context) => {
    const needed = ['ENHANCED_CHAT_IDENTITY_KEY', 'ENHANCED_CHAT_IDENTITY_KEY_ID', 'ENHANCED_CHAT_IDENTITY_ISSUER'] as const;
    const given = needed.filter((name) => settings[name] !== undefined);
    if (given.length === 0) return;
    for (const name of needed) {
      if (settings[name] === undefined)
        context.addIssue({ code: 'custom', path: [name], message: 'is needed for user verification' });
    }
  });

export type EnhancedChatSettings = z.output<typeof settingsSchema>;

/** Whether anybody meant to use this desk; a half-filled configuration counts, so that what is missing gets named. */
export function isConfigured(env: Record<string, string | undefined>): boolean {
  return ['ENHANCED_CHAT_URL', 'ENHANCED_CHAT_ORGANIZATION_ID', 'ENHANCED_CHAT_DEPLOYMENT'].some((name) =>
    Boolean(env[name]?.trim()),
  );
}

function toPrivateKey(text: string): KeyObject | undefined {
  try {
    const key = createPrivateKey(text.replace(/\\n/g, '\n'));
    const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
    return key.asymmetricKeyType === 'rsa' && bits >= 2048 ? key : undefined;
  } catch {
    // Not a key at all; the setting's message says what is wanted.
    return undefined;
  }
}
