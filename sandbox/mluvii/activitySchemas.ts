import { z } from 'zod';

/** What the bot may send, to the letter. Anything else is a breach. */

const words = z.string().min(1);
const id = z.number().int();
const stringMap = z.record(z.string().min(1), z.string());
const time = z.iso.datetime({ offset: true });

const hero = z.strictObject({
  title: z.string().optional(),
  subtitle: z.string().optional(),
  text: z.string().optional(),
  images: z.array(z.strictObject({ url: z.url(), alt: z.string().optional() })).optional(),
  buttons: z
    .array(
      z.strictObject({
        type: z.enum(['imBack', 'openUrl', 'postBack']),
        title: words,
        value: z.union([z.string(), z.number()]),
      }),
    )
    .optional(),
});
const attachment = z.strictObject({
  contentType: z.enum(['application/vnd.microsoft.card.hero', 'application/vnd.microsoft.card.thumbnail']),
  content: hero,
});

const activity = <Name extends string, Shape extends z.ZodRawShape>(name: Name, shape: Shape) =>
  z.strictObject({ sessionId: id, activity: z.literal(name), ...shape });

const byName = z.discriminatedUnion('activity', [
  activity('GetAvailableOperators', { groupId: id.optional() }),
  activity('GetAvailableGroups', { groupIds: z.array(id).optional() }),
  activity('GetCallParams', {}),
  activity('SetCallParams', { callParams: stringMap }),
  activity('GetGuestIdentity', {}),
  activity('ObtainCrmIdentity', {}),
  activity('AssignCrmIdentity', { existingCrmIdentityId: id.nullable() }),
  activity('SetTag', { name: words }),
  activity('UnsetTag', { name: words }),
  activity('Text', { text: words, timestamp: time.optional() }),
  activity('RichCardList', {
    timestamp: time,
    items: z.array(attachment).min(1),
    layout: z.union([z.enum(['List', 'Carousel']), z.literal(0), z.literal(1)]),
  }),
  activity('Typing', { show: z.boolean() }),
  activity('EnableGuestInput', {}),
  activity('DisableGuestInput', {}),
  activity('RequestLocation', { text: words }),
  activity('GetHeroCards', {}),
  activity('SendHeroCard', {
    heroCardId: id,
    selectedLanguage: words.optional(),
    initialParams: stringMap.optional(),
    additionalParams: z.record(z.string(), z.array(z.string())).optional(),
  }),
  activity('SendGuestOfflineEmail', { subject: words, message: words, location: words }),
  activity('EndConversation', {}),
  activity('ChatbotOpenFileUploadPrompt', {}),
  activity('EnableGuestUpload', {}),
  activity('DisableGuestUpload', {}),
  activity('GetMediaObjects', {}),
  activity('ShareFile', { name: words.optional(), url: z.url().optional() }).refine(
    ({ name, url }) => (name === undefined) !== (url === undefined),
    'needs exactly one of name and url',
  ),
  activity('Forward', { operatorGroupId: id.optional(), userId: id.optional() }).refine(
    ({ operatorGroupId, userId }) => operatorGroupId !== undefined || userId !== undefined,
    'needs operatorGroupId or userId',
  ),
  activity('HandOff', {}),
]);

const message = z
  .strictObject({
    sessionId: id,
    type: z.enum(['message', 'mluvii']),
    timestamp: time,
    text: words.optional(),
    attachmentLayout: z.enum(['carousel', 'list']).optional(),
    attachments: z.array(attachment).min(1).optional(),
  })
  .refine(({ text, attachments }) => text !== undefined || attachments !== undefined, 'needs text or attachments')
  .refine(({ type, attachments }) => type === 'message' || attachments === undefined, 'cards go with type message');

export type NamedActivity = z.infer<typeof byName>;
export type MessageActivity = z.infer<typeof message>;
export type BotActivity = NamedActivity | MessageActivity;

/** The activity, or what is wrong with it. */
export function readActivity(body: unknown): { activity: BotActivity } | { problem: string } {
  const isNamed = typeof body === 'object' && body !== null && 'activity' in body;
  const parsed = isNamed ? byName.safeParse(body) : message.safeParse(body);
  if (parsed.success) return { activity: parsed.data };
  return { problem: parsed.error.issues.map(({ path, message: text }) => `${path.join('.')} ${text}`.trim()).join('; ') };
}
