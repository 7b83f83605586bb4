import type { Activity } from 'botbuilder';
import { z } from 'zod';

/** Name of the event with which a dialog asks for a person (Bot Framework handoff protocol). */
export const initiateEvent = 'handoff.initiate';
/** Name of the event that tells dialogs and channels how it went. */
export const statusEvent = 'handoff.status';

const schema = z.object({
  skill: z.string().min(1),
  topic: z.string().default(''),
  language: z.string().min(2).default('en'),
  customer: z
    .object({
      name: z.string().optional(),
      email: z.string().optional(),
      phone: z.string().optional(),
      contactId: z.string().optional(),
      isAuthenticated: z.boolean().optional(),
    })
    .default({}),
  fields: z.record(z.string(), z.string()).default({}),
  chatActivityId: z.string().optional(),
  sourcePageUrl: z.string().optional(),
  since: z.string().optional(),
});

/** What a dialog says about the handoff it wants. */
export type Initiation = z.infer<typeof schema>;

/** The initiation among outgoing activities, checked; throws when a dialog built it wrong. */
export function findInitiation(activities: Partial<Activity>[]): Initiation | undefined {
  const event = activities.find(isInitiation);
  return event && schema.parse(event.value);
}

export function isInitiation(activity: Partial<Activity>): boolean {
  return activity.type === 'event' && activity.name === initiateEvent;
}
