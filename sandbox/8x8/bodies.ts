import { z } from 'zod';
import type { JsonObject } from '../../common/json';

/** Request bodies as the specification has them, and nothing beside: an unknown member is a breach. */

const LANGUAGES = 'en ru de ja es fr pt it pl hr nl ar da ko no sv vi cy th zh-CN zh-TW'.split(' ');
const word = z.string().min(1);

const card = z.strictObject({
  contentType: z.enum([
    'application/vnd.microsoft.card.adaptive',
    'application/8x8.quick.replies',
    'Interactive',
    'Location',
    'Template',
    'Suggestions',
    'Buttons',
    'Carousel',
  ]),
  content: z
    .custom<JsonObject>((value) => typeof value === 'object' && value !== null && !Array.isArray(value))
    .refine((content) => /^1\.[0-3]$/.test(String(content['version'] ?? '1.0')), 'cards stay at version 1.3 or below'),
});

const message = z.strictObject({
  authorType: z.enum(['user', 'bot']),
  text: z.string().optional(),
  attachments: z.array(z.strictObject({ id: word })).optional(),
  cards: z.array(card).optional(),
});

export const messageBody = message.refine(
  ({ text, attachments, cards }) => Boolean(text) || (attachments?.length ?? 0) > 0 || (cards?.length ?? 0) > 0,
  'a message has a text, attachments or cards',
);

export const conversationBody = z.strictObject({
  channelId: word,
  user: z.strictObject({
    name: word.optional(),
    email: z.email().optional(),
    phone: word.optional(),
    language: z.enum(LANGUAGES as [string, ...string[]]).optional(),
    userId: word.optional(),
    company: word.optional(),
    caseId: word.optional(),
    additionalProperties: z
      .array(z.strictObject({ key: word.refine((key) => key === key.trim(), 'a key has no blanks around'), value: word }))
      .max(30)
      .optional(),
  }),
  assignment: z.strictObject({ type: z.enum(['queue', 'script']).optional(), id: word }).optional(),
  history: z
    .strictObject({
      messages: z
        .array(
          messageBody.refine(({ attachments }) => attachments === undefined, 'no attachment id exists before the conversation'),
        )
        .max(200),
    })
    .optional(),
});

export const typingBody = z.strictObject({ authorType: z.enum(['user', 'bot']) });
export const removalBody = z.strictObject({ removed: z.literal(true) });
