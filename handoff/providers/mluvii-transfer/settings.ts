import { z } from 'zod';

const param = (fallback: string) =>
  z
    .string()
    .trim()
    .regex(/^[A-Za-z]\w{0,99}$/, 'must be letters, digits and _ only')
    .default(fallback);

/** How a session is given to operators, by environment variable; how mluvii is reached is the channel's. */
export const settingsSchema = z.object({
  MLUVII_CHATBOT_HANDOFF_PARAM: param('HandoffReason').describe(
    'Session parameter that tells routing why the bot hands off; the rule that leads to the bot must require that it is not set.',
  ),
  MLUVII_CHATBOT_SUMMARY_PARAM: param('HandoffSummary').describe('Session parameter for what was said before.'),
  MLUVII_CHATBOT_TOPIC_PARAM: param('HandoffTopic').describe('Session parameter for what it is about.'),
  MLUVII_CHATBOT_CHAT_ID_PARAM: param('ChatActivityId').describe('Session parameter for the id of the Dynamics chat activity.'),
  MLUVII_CHATBOT_CONTACT_ID_PARAM: param('ContactId').describe('Session parameter for the id of the Dynamics contact.'),
  MLUVII_CHATBOT_SUMMARY_LENGTH: z.coerce
    .number({ error: 'is not a number' })
    .int('is not a whole number')
    .min(100)
    .max(20_000)
    .default(2_000)
    .describe('How long the summary may be, in characters; the newest part is kept.'),
  MLUVII_CHATBOT_TRANSFER_WHEN_BUSY: z
    .stringbool({ error: 'is neither true nor false' })
    .default(true)
    .describe('Whether customers are given to a group whose operators are all busy, to wait in its queue: true or false.'),
  MLUVII_CHATBOT_WHEN_SILENT: z
    .enum(['unavailable', 'transfer'], { error: 'is neither unavailable nor transfer' })
    .default('unavailable')
    .describe(
      'What an answer that does not come means: unavailable (the customer can leave a message) or transfer (hand off all the same).',
    ),
});

export type MluviiTransferSettings = z.output<typeof settingsSchema>;

/** Giving sessions away needs the channel; it is there exactly when the channel is. */
export function isConfigured(env: Record<string, string | undefined>): boolean {
  const names = ['MLUVII_CHATBOT_ID', 'MLUVII_CHATBOT_CLIENT_ID', 'MLUVII_CHATBOT_CALLBACK_SECRET'];
  return names.some((name) => Boolean(env[name]?.trim())) || /^(true|1|yes|on)$/i.test(env['MLUVII_CHATBOT_DIRECT_LINE'] ?? '');
}
