import { z } from 'zod';
import { factLabels } from '../../requestFacts';

/** Facts about the customer and the conversation that can be shown to the agent, with the label used unless configured. */
export const defaultLabels = {
  ...factLabels,
  articles: 'Articles shown',
  transcript: 'Conversation so far',
} as const;

export type Fact = keyof typeof defaultLabels;

const detailSchema = z.strictObject({
  label: z.string().min(1).optional(),
  transcriptFields: z.array(z.string().min(1)).default([]),
  displayToAgent: z.boolean().default(true),
});

const entitySchema = z.strictObject({
  entityName: z.string().min(1),
  showOnCreate: z.boolean().optional(),
  linkToEntityName: z.string().optional(),
  linkToEntityField: z.string().optional(),
  saveToTranscript: z.string().optional(),
  entityFieldsMaps: z
    .array(
      z.strictObject({
        fieldName: z.string().min(1),
        label: z.string().min(1),
        doFind: z.boolean(),
        isExactMatch: z.boolean(),
        doCreate: z.boolean(),
      }),
    )
    .min(1),
});

const factNames = Object.keys(defaultLabels) as [Fact, ...Fact[]];

/**
 * What an org adds to the pre-chat data: other labels and transcript fields per fact, the same for the answers to the
 * skill's own questions (by their label), and the records to find or create.
 */
export const prechatSettingsSchema = z.strictObject({
  facts: z.partialRecord(z.enum(factNames), detailSchema).default({}),
  answers: z.record(z.string(), detailSchema.omit({ label: true })).default({}),
  entities: z.array(entitySchema).default([]),
  /** The vendor names no limit; the oldest lines are cut first. */
  transcriptMaxLength: z.number().int().min(200).max(100_000).default(10_000),
});

export type PrechatSettings = z.output<typeof prechatSettingsSchema>;
export type PrechatEntity = z.output<typeof entitySchema>;
