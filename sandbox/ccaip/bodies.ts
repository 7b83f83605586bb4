import { z } from 'zod';

/** Request bodies as documented, and nothing beside: an unknown member is a breach. */

const word = z.string().trim().min(1);
const text = z.string().min(1);
const id = z.number().int().positive();

export const endUserBody = z.strictObject({
  identifier: word,
  name: word.optional(),
  email: word.optional(),
  phone: word.optional(),
});

const transcriptItem = z.strictObject({
  sender: z.enum(['end_user', 'virtual_agent', 'agent']),
  timestamp: z.iso.datetime({ offset: true }),
  content: z.array(z.strictObject({ type: z.literal('text'), text })).min(1),
});

const customDatum = z.strictObject({
  label: word,
  value: z.union([z.string(), z.number()]),
  type: z.enum(['string', 'number', 'date', 'url']),
  invisible_to_agent: z.boolean().optional(),
});

export const chatBody = z.strictObject({
  chat: z.strictObject({
    menu_id: id,
    end_user_id: id,
    lang: word,
    context: z.strictObject({ value: z.record(z.string(), z.string()) }).optional(),
    transcript: z.array(transcriptItem).optional(),
    custom_data: z.record(z.string(), customDatum).optional(),
  }),
});

export const messageBody = z.strictObject({
  from_user_id: id,
  message: z.union([
    z.strictObject({ type: z.literal('text'), content: z.union([text, z.strictObject({ text })]) }),
    z.strictObject({ type: z.enum(['photo', 'video']), content: z.strictObject({ media_id: id }) }),
  ]),
});

export const updateBody = z.strictObject({
  finished_by_user_id: id,
  chat: z.strictObject({
    status: z.literal('finished'),
    deflection_channel: z.enum(['email', 'external_link']).optional(),
    escalation_id: id.optional(),
  }),
});

export const escalationBody = z.strictObject({ deflection_channel: z.literal('human_agent') });
export const photosBody = z.strictObject({ photos: z.array(z.strictObject({ s3_path: word })).min(1) });
export const videoBody = z.strictObject({ video: z.strictObject({ s3_path: word }) });
