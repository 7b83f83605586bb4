import { z } from 'zod';

/** Text by language; `en` is what every other language falls back to. */
const localized = z
  .record(z.string().regex(/^[a-z]{2}(-[A-Za-z]+)?$/, 'must be a language code such as "en"'), z.string().trim().min(1))
  .refine((texts) => 'en' in texts, 'needs a text for "en"');
const localizedList = z.record(z.string(), z.array(z.string().trim().min(1)));

const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'must be a time such as "08:30"');
const period = z.tuple([time, time]).refine(([from, to]) => from < to, 'must end after it begins (split a period at midnight)');
export const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
const date = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'must be a date such as "2026-12-25"');

const openingHoursSchema = z.strictObject({
  timeZone: z.string().refine(isTimeZone, 'must be an IANA time zone such as "Europe/London"'),
  /** Periods by weekday; a day that is missing is closed. */
  weekly: z.partialRecord(z.enum(weekdays), z.array(period)),
  closedOn: z.array(date).default([]),
});

const fieldSchema = z
  .strictObject({
    name: z.string().regex(/^[a-zA-Z][a-zA-Z0-9_]{0,49}$/, 'must be letters, digits and _ only'),
    label: localized,
    kind: z.enum(['text', 'multiline', 'choice']).default('text'),
    /** A choice that is one text is shown in every language. */
    choices: z.array(z.union([z.string().trim().min(1), localized])).optional(),
    required: z.boolean().default(false),
  })
  .refine((field) => field.kind !== 'choice' || (field.choices?.length ?? 0) > 0, 'a field of kind "choice" needs "choices"');

const routeSchema = z.strictObject({
  provider: z.string().min(1),
  target: z.record(z.string(), z.json()),
  acceptWithinSeconds: z.number().int().min(5).max(7200).default(180),
});

const skillSchema = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9-]{0,49}$/, 'must be lower-case letters, digits and "-"'),
  title: localized,
  description: localized.optional(),
  /** Words and phrases that mean this skill, by language. */
  words: localizedList.default({}),
  fields: z.array(fieldSchema).default([]),
  hours: openingHoursSchema.optional(),
  routes: z.array(routeSchema).min(1, 'needs at least one route'),
});

/** The skills file: what customers can be handed to, and where to. */
export const skillsFileSchema = z.strictObject({
  $schema: z.string().optional(),
  skills: z
    .array(skillSchema)
    .min(1, 'needs at least one skill')
    .refine((skills) => new Set(skills.map((skill) => skill.name)).size === skills.length, 'two skills have the same name'),
});

export type Skill = z.infer<typeof skillSchema>;
export type OpeningHours = z.infer<typeof openingHoursSchema>;
export type SkillsFile = z.infer<typeof skillsFileSchema>;

/** The text in this language, in its base language, or in English. */
export function inLanguage(texts: string | Record<string, string>, language: string): string {
  if (typeof texts === 'string') return texts;
  return texts[language] ?? texts[baseLanguage(language)] ?? texts['en'] ?? '';
}

/** `pt-BR` → `pt`. */
export function baseLanguage(language: string): string {
  return language.split('-')[0]?.toLowerCase() ?? 'en';
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    // A RangeError is how Intl says that it does not know the zone.
    return false;
  }
}
