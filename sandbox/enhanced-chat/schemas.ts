import { z } from 'zod';

/** Lower case, and of version 4: both are checked. */
export const uuid = z
  .string()
  .regex(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/, 'is no UUID v4 in lower case');

const attributes = z.record(z.string(), z.string());

export const guestTokenSchema = z.strictObject({
  orgId: z.string(),
  esDeveloperName: z.string(),
  capabilitiesVersion: z.literal('1'),
  platform: z.enum(['Web', 'iOS', 'Android']),
  deviceId: z.string().optional(),
  context: z.strictObject({ appName: z.string(), clientVersion: z.string() }).optional(),
});

export const userTokenSchema = guestTokenSchema.extend({
  authorizationType: z.literal('JWT'),
  customerIdentityToken: z.string(),
});

export const createSchema = z.strictObject({
  conversationId: uuid,
  esDeveloperName: z.string(),
  routingAttributes: attributes.optional(),
  language: z.string().optional(),
});

/** The vendor names no limit; one report says 8 KB for a whole payload. */
const text = z.string().min(1).max(8_000);

const shared = { id: uuid, inReplyToMessageId: z.string().optional() };
const answered = { id: uuid, inReplyToMessageId: z.string() };

const formInput = z
  .strictObject({
    inputId: z.string(),
    inputLabel: z.string(),
    inputType: z.string(),
    value: z.string().optional(),
    selectedOptions: z.array(z.strictObject({ optionIdentifier: z.string(), optionTitle: z.string() })).optional(),
  })
  .refine((input) => (input.value === undefined) !== (input.selectedOptions === undefined), 'has a value or selected options');

const messageSchema = z.discriminatedUnion('messageType', [
  z.strictObject({
    ...shared,
    messageType: z.literal('StaticContentMessage'),
    staticContent: z.strictObject({ formatType: z.literal('Text'), text }),
  }),
  z.strictObject({
    ...answered,
    messageType: z.literal('ChoicesResponseMessage'),
    choicesResponse: z.strictObject({
      formatType: z.literal('Selections'),
      selectedOptions: z.array(z.strictObject({ optionIdentifier: z.string() })).min(1),
    }),
  }),
  z.strictObject({
    ...answered,
    messageType: z.literal('FormResponseMessage'),
    formResponse: z.strictObject({ formatType: z.literal('Inputs'), inputs: z.array(formInput) }),
  }),
]);

const session = {
  esDeveloperName: z.string(),
  isNewMessagingSession: z.boolean().optional(),
  routingAttributes: attributes.optional(),
  language: z.string().optional(),
};

export const sendSchema = z.strictObject({ message: messageSchema, ...session });

export const uploadSchema = z.strictObject({
  message: z.strictObject({ ...shared, fileId: uuid, text: text.optional() }),
  ...session,
});

export const acknowledgeSchema = z.strictObject({
  acks: z.array(z.strictObject({ id: uuid, entryType: z.enum(['Delivery', 'Read']), conversationEntryId: z.string() })).min(1),
});

export const typingSchema = z.strictObject({
  entryType: z.enum(['TypingStartedIndicator', 'TypingStoppedIndicator']),
  id: uuid,
});

export type SentMessage = z.infer<typeof messageSchema>;
export type SendOptions = Omit<z.infer<typeof sendSchema>, 'message'>;
