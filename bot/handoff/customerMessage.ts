import { randomUUID } from 'node:crypto';
import type { Activity } from 'botbuilder';
import { type Clock, isoTime } from '../../common/clock';
import { isJsonObject, type JsonObject, toJson } from '../../common/json';
import type { CustomerMessage } from '../../handoff/request';
import { filesOf } from '../transcript';

/** Marks buttons on an agent's card, so that a submission is told apart from clicks on the bot's own older cards. */
export const agentCardMark = 'switchboardAgentCard';

/** What of an incoming activity goes to the agent; undefined when there is nothing an agent could read. */
export function toCustomerMessage(activity: Activity, clock: Clock): CustomerMessage | undefined {
  const files = filesOf(activity.attachments);
  const submission = agentCardSubmission(activity);
  const text = activity.text?.trim() ? activity.text : submission ? describe(submission) : '';
  if (!text && files.length === 0) return undefined;
  return {
    id: activity.id || randomUUID(),
    text,
    files,
    at: isoTime(clock.now()),
    ...(submission && { cardSubmission: submission }),
  };
}

/** What the customer submitted on an agent's card, without our mark. */
export function agentCardSubmission(activity: Activity): JsonObject | undefined {
  const value = toJson(activity.value);
  if (!isJsonObject(value) || value[agentCardMark] === undefined) return undefined;
  const { [agentCardMark]: _mark, ...submission } = value;
  return submission;
}

/** True for a click on one of the bot's own cards. */
export function isBotCardClick(activity: Activity): boolean {
  return isJsonObject(activity.value) && agentCardSubmission(activity) === undefined;
}

function describe(submission: JsonObject): string {
  return Object.entries(submission)
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join('\n');
}
