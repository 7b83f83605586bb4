import { z } from 'zod';
import type { JsonObject } from '../../../common/json';
import type { HandoffRequest } from '../../request';
import type { MluviiSettings } from './settings';
import { transcriptText } from './transcriptText';
import { GUEST_EMAIL, GUEST_NAME, GUEST_PHONE } from './wire';

const targetSchema = z.strictObject({
  /** Value of the routing parameter; the skill's name when absent. */
  reason: z.string().trim().min(1, 'reason must not be empty').max(200, 'reason is too long').optional(),
  /** Whose being online counts for availability; everybody's when absent. */
  operatorIds: z.array(z.number().int().positive()).min(1, 'operatorIds must not be empty').optional(),
});

/** A place in mluvii's routing. Throws an `Error` that says what is wrong. */
export function parseTarget(target: JsonObject): JsonObject {
  const parsed = targetSchema.safeParse(target);
  if (parsed.success) return JSON.parse(JSON.stringify(parsed.data)) as JsonObject;
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`.trim());
  throw new Error(`mluvii target must be { "reason"?: "…", "operatorIds"?: [1, 2] }: ${problems.join('; ')}`);
}

export function operatorIdsOf(target: JsonObject): number[] | undefined {
  return targetSchema.parse(target).operatorIds;
}

/** Session parameters of the new session: what the routing decides by and what operators see beside the chat. */
export function toMetadata(request: HandoffRequest, settings: MluviiSettings): Record<string, string> {
  const { customer } = request;
  const maxLength = settings.MLUVII_MAX_TEXT_LENGTH;
  const own: [string, string | undefined][] = [
    [settings.MLUVII_ROUTING_PARAM, targetSchema.parse(request.target).reason ?? request.skill],
    [GUEST_NAME, customer.name],
    [GUEST_EMAIL, customer.email],
    [GUEST_PHONE, customer.phone],
    ['HandoffId', request.id],
    ['HandoffTopic', request.topic],
    ['HandoffSkill', request.skill],
    ['HandoffLanguage', request.language],
    ['HandoffChannel', request.channel],
    ['HandoffAuthenticated', customer.isAuthenticated ? 'yes' : 'no'],
    ['HandoffContact', customer.contactId],
    ['HandoffChatActivity', request.chatActivityId],
    ['HandoffPage', request.sourcePageUrl],
    ['HandoffTranscript', transcriptText(request.transcript, maxLength)],
  ];
  const reserved = new Set(own.map(([name]) => name.toLowerCase()));
  const answers = Object.entries(request.fields).map(([label, value]): [string, string] => {
    const name = label.trim();
    return [reserved.has(name.toLowerCase()) ? `${name} (answer)` : name, value];
  });
  const known = [...own, ...answers]
    .map(([name, value]): [string, string] => [name, value?.trim().slice(0, maxLength) ?? ''])
    .filter(([name, value]) => name !== '' && value !== '');
  return Object.fromEntries(known);
}

/**
 * The first message. Without one there is no session, and nobody knows where mluvii shows the parameters of a Generic Channel: so it
 * says all that an operator needs, with the newest of what was said before.
 */
export function toSummary(request: HandoffRequest, maxLength: number): string {
  const { customer } = request;
  const facts: [string, string | undefined][] = [
    ['Topic', request.topic],
    ['Name', customer.name],
    ['E-mail', customer.email],
    ['Phone', customer.phone],
    ['Signed in', customer.isAuthenticated ? 'yes' : undefined],
    ...Object.entries(request.fields),
  ];
  const lines = facts.filter(([name, value]) => name.trim() && value?.trim()).map(([name, value]) => `${name}: ${value?.trim()}`);
  const head = ['Handed over by the bot', ...lines].join('\n').slice(0, Math.floor(maxLength / 2));
  const past = transcriptText(request.transcript, maxLength - head.length - 2);
  return past === '' ? head : `${head}\n\n${past}`;
}
