import { randomUUID } from 'node:crypto';
import type { Activity } from 'botbuilder';
import { type Clock, isoTime } from '../../common/clock';
import { isJsonObject, type JsonObject, type JsonValue, toJson } from '../../common/json';
import { customerText } from '../../dialogs/customerInput';
import type { CustomerMessage } from '../../handoff/request';
import { filesOf } from '../transcript';
import { agentCardMark, describeSubmission } from './agentCard';

/** What of an incoming activity goes to the agent; undefined when there is nothing an agent could read. */
export function toCustomerMessage(activity: Activity, clock: Clock): CustomerMessage | undefined {
  const files = filesOf(activity);
  const submission = agentCardSubmission(activity);
  const spoken = activity.entities?.length ? customerText(activity) : activity.text;
  const text = submission
    ? withSubmission(spoken, describeSubmission(submission, wordsOf(activity)))
    : spoken?.trim()
      ? spoken
      : '';
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

/** Some channels send what the button says as text beside what was filled in. */
function withSubmission(spoken: string | undefined, described: string): string {
  const isSaid = !spoken?.trim() || described.split('\n').includes(spoken.trim());
  return isSaid ? described : `${spoken}\n${described}`;
}

function wordsOf(activity: Activity): JsonValue | undefined {
  const value = toJson(activity.value);
  return isJsonObject(value) ? value[agentCardMark] : undefined;
}
