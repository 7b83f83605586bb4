import { z } from 'zod';
import type { Environment } from '../settings';

/** Another bot that this one may hand conversations to as its skill. */
export const settingsSchema = z.object({
  SKILL_ENDPOINT: z
    .url({ protocol: /^https?$/, error: 'is not an http(s) address' })
    .describe(
      'The messaging endpoint of another bot, such as https://bot.example/api/messages, that finds people for this one as its skill ("escalate"). Left out: none.',
    ),
  SKILL_APP_ID: z
    .guid({ error: 'is not an app id' })
    .toLowerCase()
    .optional()
    .describe('The app id of that bot. Required in production; there this bot must be among its allowed callers.'),
  SKILL_NAME: z.string().trim().min(1).max(100).default('skill').describe('What records and logs call that bot.'),
  SKILL_WORDS: z
    .string()
    .transform((text) =>
      text
        .split(',')
        .map((word) => word.trim())
        .filter((word) => word !== ''),
    )
    .default([])
    .describe(
      'What a customer says to be passed on to that bot, separated by commas. Left out: every wish for a person goes there, and none to the desks of this bot.',
    ),
});

export type ParentSettings = z.infer<typeof settingsSchema>;

export function isConfigured(env: Environment): boolean {
  return Boolean(env['SKILL_ENDPOINT']);
}
