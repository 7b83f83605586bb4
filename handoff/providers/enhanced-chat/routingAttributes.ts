import { z } from 'zod';
import type { HandoffRequest } from '../../request';
import { type Fact, factLabels, factsOf } from '../../requestFacts';

/** The longest value a channel parameter takes unless the admin made it shorter. */
const defaultMaxLength = 255;

const name = z.string().regex(/^[A-Za-z]\w*$/, 'must be the API name of a channel parameter');
const parameterSchema = z.union([
  name.transform((parameter) => ({ parameter, maxLength: defaultMaxLength })),
  z.strictObject({ parameter: name, maxLength: z.number().int().min(1).max(255).default(defaultMaxLength) }),
]);

const factNames = Object.keys(factLabels) as [Fact, ...Fact[]];

/** Which channel parameter gets which fact, and which gets the answer to which question of the skill (by its label). */
export const routingSettingsSchema = z.strictObject({
  facts: z.partialRecord(z.enum(factNames), parameterSchema).default({}),
  answers: z.record(z.string(), parameterSchema).default({}),
});

export type RoutingSettings = z.output<typeof routingSettingsSchema>;

/**
 * The routing attributes of a request: only parameters the settings name, because the desk refuses others, cut to the
 * length they take. What the route's target says comes last and wins.
 */
export function routingAttributes(
  request: HandoffRequest,
  settings: RoutingSettings,
  fixed: Record<string, string>,
): Record<string, string> {
  const facts = factsOf(request);
  const attributes: Record<string, string> = {};
  const add = (value: string | undefined, { parameter, maxLength }: { parameter: string; maxLength: number }) => {
    if (value !== undefined && value !== '') attributes[parameter] = head(value, maxLength);
  };
  for (const fact of factNames) {
    const wanted = settings.facts[fact];
    if (wanted) add(facts[fact], wanted);
  }
  for (const [label, wanted] of Object.entries(settings.answers)) {
    add(Object.hasOwn(request.fields, label) ? request.fields[label] : undefined, wanted);
  }
  return { ...attributes, ...fixed };
}

/** The first characters without ending in the middle of one. */
function head(text: string, length: number): string {
  const cut = text.slice(0, length);
  const last = cut.charCodeAt(cut.length - 1);
  return last >= 0xd800 && last <= 0xdbff ? cut.slice(0, -1) : cut;
}
