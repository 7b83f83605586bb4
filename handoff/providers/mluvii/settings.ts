import { z } from 'zod';
import { isJsonObject, parseJson } from '../../../common/json';
import { isTrustedAddress, isUsableHeader } from './addresses';

const required = z.string().trim().min(1, 'must not be empty');
/** An empty line in an environment file means the same as none. */
const optional = z
  .string()
  .trim()
  .transform((value) => (value === '' ? undefined : value))
  .optional();
const list = (value: string) =>
  value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');

/** What the desk needs to be told, by environment variable. */
export const settingsSchema = z
  .object({
    MLUVII_WEBHOOK_USER: required
      .regex(/^[^:]*$/, 'must not contain a colon')
      .describe('User name mluvii presents when it calls us (basic authentication of the Generic Channel subscription).'),
    MLUVII_WEBHOOK_PASSWORD: required
      .transform(list)
      .pipe(z.array(z.string().min(16, 'must be at least 16 characters long')).min(1, 'must not be empty'))
      .describe('Password mluvii presents; at least 16 characters. Two, separated by a comma, while it is being changed.'),
    MLUVII_CHANNEL_URL: optional
      .refine((value) => value === undefined || isTrustedAddress(value), 'must be an https URL')
      .describe('Where to post customers’ messages, when mluvii does not register the address by itself.'),
    MLUVII_CHANNEL_HEADERS: optional
      .transform((value, context) => {
        if (value === undefined) return undefined;
        const headers = parseJson(value);
        const entries = isJsonObject(headers) ? Object.entries(headers) : [['', '']];
        if (entries.every((entry): entry is [string, string] => isUsableHeader(String(entry[0]), entry[1])))
          return Object.fromEntries(entries);
        context.addIssue({ code: 'custom', message: 'must be a JSON object of header names and texts' });
        return z.NEVER;
      })
      .describe('Headers that go with MLUVII_CHANNEL_URL, as a JSON object.'),
    MLUVII_CHANNEL_HOSTS: z
      .string()
      .default('mluvii.com')
      .transform(list)
      .describe('Hosts (with their subdomains) that mluvii may register; customers’ messages go nowhere else.'),
    MLUVII_BASE_URL: z
      .string()
      .trim()
      .default('https://app.mluvii.com')
      .refine((value) => isTrustedAddress(value), 'must be an https URL')
      .transform((value) => new URL(value).origin)
      .describe('Origin of mluvii’s public API; your own domain when mluvii runs on your premises.'),
    MLUVII_API_CLIENT_ID: optional.describe(
      'Client id of an API key for the public API; with it a handoff asks beforehand whether an operator is online.',
    ),
    MLUVII_API_CLIENT_SECRET: optional.describe('Client secret of that API key.'),
    MLUVII_API_SCOPE: optional.describe('Scope to ask for with the token, if your tenant wants one, such as mluviiPublicApi.'),
    MLUVII_ROUTING_PARAM: required
      .default('HandoffReason')
      .describe('Session parameter that carries the route’s "reason", for the conditions of mluvii’s routing rules.'),
    MLUVII_AGENT_LEFT_GRACE_SECONDS: z.coerce
      .number()
      .int()
      .min(0)
      .max(60)
      .default(15)
      .describe('How long to wait for the next operator after one has left, before the chat counts as over, in seconds.'),
    MLUVII_MAX_TEXT_LENGTH: z.coerce
      .number()
      .int()
      .min(200)
      .max(100_000)
      .default(4_000)
      .describe('Longest text to send at once; longer ones go in parts. mluvii documents no limit.'),
    MLUVII_TEXT_FORM: z
      .enum(['html', 'plain'])
      .default('html')
      .describe('How mluvii reads the texts we send: html (our <, > and & are escaped) or plain.'),
  })
  .superRefine((settings, context) => {
    const { MLUVII_API_CLIENT_ID: id, MLUVII_API_CLIENT_SECRET: secret } = settings;
    const need = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    if (id !== undefined && secret === undefined) need('MLUVII_API_CLIENT_SECRET', 'is needed with MLUVII_API_CLIENT_ID');
    if (secret !== undefined && id === undefined) need('MLUVII_API_CLIENT_ID', 'is needed with MLUVII_API_CLIENT_SECRET');
    if (settings.MLUVII_CHANNEL_HEADERS !== undefined && settings.MLUVII_CHANNEL_URL === undefined)
      need('MLUVII_CHANNEL_URL', 'is needed with MLUVII_CHANNEL_HEADERS');
  });

export type MluviiSettings = z.output<typeof settingsSchema>;

/** Whether anybody meant to use this desk; the chatbot role has settings and a name of its own. */
export function isConfigured(env: Record<string, string | undefined>): boolean {
  return ['MLUVII_WEBHOOK_USER', 'MLUVII_WEBHOOK_PASSWORD', 'MLUVII_CHANNEL_URL'].some((name) => Boolean(env[name]?.trim()));
}
