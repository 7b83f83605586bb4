import { z } from 'zod';

const optional = () => z.string().trim().min(1).optional();
const seconds = (fallback: number) => z.coerce.number({ error: 'is not a number' }).min(1).max(60).default(fallback);

const shape = z.object({
  MLUVII_CHATBOT_URL: z
    .url({ protocol: /^https?$/, error: 'is not an http(s) address' })
    .transform((address) => address.replace(/\/+$/, ''))
    .default('https://app.mluvii.com')
    .describe('Where mluvii is reached; https://{domain} on premises.'),
  MLUVII_CHATBOT_ID: z
    .string()
    .regex(/^\d+$/, 'is not a number')
    .optional()
    .describe('Number of the chatbot in mluvii’s administration. Left out: no API chatbot.'),
  MLUVII_CHATBOT_CLIENT_ID: optional().describe('Client id of an API key with the chatbot permission.'),
  MLUVII_CHATBOT_CLIENT_SECRET: optional().describe('Client secret of that key.'),
  MLUVII_CHATBOT_SCOPE: optional().describe('Scope to ask a token for. Left out: none, as the documentation has it.'),
  MLUVII_CHATBOT_CALLBACK_SECRET: z
    .string()
    .regex(/^[A-Za-z0-9_-]{24,}(?:, ?[A-Za-z0-9_-]{24,})*$/, 'must be at least 24 letters, digits, - or _')
    .optional()
    .describe(
      'Last segment of the callback URL, /channels/mluvii/<this>; at least 24 letters, digits, - or _. Two separated by a comma while one replaces the other.',
    ),
  MLUVII_CHATBOT_CALLBACK_USER: optional().describe('User name, when the callback URL carries basic-auth credentials instead.'),
  MLUVII_CHATBOT_CALLBACK_PASSWORD: z
    .string()
    .min(16, 'is shorter than 16 characters')
    .optional()
    .describe('Password to MLUVII_CHATBOT_CALLBACK_USER, at least 16 characters.'),
  MLUVII_CHATBOT_DIRECT_LINE: z
    .stringbool({ error: 'is neither true nor false' })
    .default(false)
    .describe('Whether mluvii also comes as a Direct Line client of this Azure bot (a Bot Framework chatbot): true or false.'),
  MLUVII_CHATBOT_CHANNEL_DATA_CASE: z
    .enum(['camel', 'pascal'], { error: 'is neither camel nor pascal' })
    .default('camel')
    .describe('Letter case of names in channelData to a Bot Framework chatbot: camel or pascal.'),
  MLUVII_CHATBOT_TEXT_FORM: z
    .enum(['Text', 'message', 'mluvii'], { error: 'is none of Text, message, mluvii' })
    .default('Text')
    .describe('Which of the three attested envelopes texts go out in: Text, message or mluvii.'),
  MLUVII_CHATBOT_ANSWER_TIMEOUT_SECONDS: seconds(3).describe('How long an answer of mluvii may take to arrive, in seconds.'),
  MLUVII_CHATBOT_READ_GUEST: z
    .stringbool({ error: 'is neither true nor false' })
    .default(true)
    .describe('Whether to ask for name, e-mail and identity of the guest when a session begins: true or false.'),
  MLUVII_CHATBOT_CRM_MIN_SCORE: z.coerce
    .number({ error: 'is not a number' })
    .min(1)
    .max(100)
    .optional()
    .describe(
      'From which score on a contact of mluvii’s directory is assigned to the session. Left out: the directory is not asked.',
    ),
  MLUVII_CHATBOT_CRM_CREATE: z
    .stringbool({ error: 'is neither true nor false' })
    .default(false)
    .describe('Whether to add a contact to the directory when none reaches the score: true or false.'),
  MLUVII_CHATBOT_OFFLINE_SUBJECT: z
    .string()
    .default('Message from the chat')
    .describe('Subject of the e-mail by which a message left in the chat is passed on.'),
  MLUVII_CHATBOT_OFFLINE_LOCATION: z.string().default('Switchboard').describe('What that e-mail names as its source.'),
});

/** What the channel needs to be told, by environment variable. */
export const settingsSchema = shape.superRefine((settings, context) => {
  const need = (name: keyof typeof settings, why: string) => {
    if (!settings[name]) context.addIssue({ code: 'custom', path: [name], message: `is missing: ${why}` });
  };
  if (settings.MLUVII_CHATBOT_ID === undefined && !settings.MLUVII_CHATBOT_DIRECT_LINE) {
    need('MLUVII_CHATBOT_ID', 'set it, or MLUVII_CHATBOT_DIRECT_LINE=true');
  }
  if (settings.MLUVII_CHATBOT_ID === undefined) return;
  need('MLUVII_CHATBOT_CLIENT_ID', 'activities are sent with a token');
  need('MLUVII_CHATBOT_CLIENT_SECRET', 'activities are sent with a token');
  if (settings.MLUVII_CHATBOT_CALLBACK_USER) need('MLUVII_CHATBOT_CALLBACK_PASSWORD', 'the user name needs one');
  else need('MLUVII_CHATBOT_CALLBACK_SECRET', 'mluvii signs nothing, so the callback URL must be unguessable');
});

export type MluviiSettings = z.output<typeof settingsSchema>;

/** Whether anybody meant to use this channel; a half-filled configuration counts, so that what is missing gets named. */
export function isConfigured(env: Record<string, string | undefined>): boolean {
  const names = ['MLUVII_CHATBOT_ID', 'MLUVII_CHATBOT_CLIENT_ID', 'MLUVII_CHATBOT_CALLBACK_SECRET'];
  return names.some((name) => Boolean(env[name]?.trim())) || /^(true|1|yes|on)$/i.test(env['MLUVII_CHATBOT_DIRECT_LINE'] ?? '');
}
