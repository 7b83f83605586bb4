import type { Activity } from 'botbuilder';
import { isJsonObject } from '../../common/json';
import { HttpProblem } from './answer';

const texts = ['id', 'text', 'name', 'replyToId', 'label', 'textFormat', 'deliveryMode'] as const;
const lists = ['attachments', 'entities', 'membersAdded', 'membersRemoved', 'reactionsAdded', 'reactionsRemoved'] as const;
const accounts = ['from', 'recipient'] as const;

/**
 * Checks that a body has the shape of an activity before anything relies on it, and turns its times into dates as the
 * SDK expects. Throws `HttpProblem` 400 that names the member that is wrong. A locale that is no language tag is dropped.
 */
export function readActivity(body: unknown): Activity {
  if (!isJsonObject(body)) throw wrong('the body is not an activity');
  const activity: Record<string, unknown> = body;
  for (const name of ['type', 'channelId', 'serviceUrl']) {
    if (typeof activity[name] !== 'string' || activity[name] === '') throw wrong(`"${name}" is missing or not text`);
  }
  if (!isWebAddress(activity['serviceUrl'] as string)) throw wrong('"serviceUrl" is not an http(s) address');
  if (!hasId(activity['conversation'])) throw wrong('"conversation" is missing or has no id');
  for (const name of accounts) {
    if (activity[name] != null && !hasId(activity[name])) throw wrong(`"${name}" has no id`);
  }
  if (activity['type'] === 'message' && !hasId(activity['from'])) throw wrong('"from" is missing');
  for (const name of texts) {
    if (activity[name] != null && typeof activity[name] !== 'string') throw wrong(`"${name}" is not text`);
  }
  for (const name of lists) {
    const value = activity[name];
    if (value == null) continue;
    if (!Array.isArray(value) || !value.every(isJsonObject)) throw wrong(`"${name}" is not a list of objects`);
  }
  if (activity['locale'] != null && !isLocale(activity['locale'])) delete activity['locale'];
  toDate(activity, 'timestamp', 'rawTimestamp');
  toDate(activity, 'localTimestamp', 'rawLocalTimestamp');
  toDate(activity, 'expiration', 'rawExpiration');
  return activity as unknown as Activity;
}

function wrong(reason: string): HttpProblem {
  return new HttpProblem(400, reason);
}

function hasId(value: unknown): boolean {
  return isJsonObject(value) && typeof value['id'] === 'string' && value['id'] !== '';
}

function isWebAddress(text: string): boolean {
  const parsed = URL.canParse(text) ? new URL(text) : undefined;
  return parsed?.protocol === 'http:' || parsed?.protocol === 'https:';
}

function isLocale(value: unknown): boolean {
  return typeof value === 'string' && /^[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*$/.test(value);
}

function toDate(activity: Record<string, unknown>, name: string, rawName: string): void {
  const value = activity[name];
  if (value == null) return;
  const date = typeof value === 'string' ? new Date(value) : undefined;
  if (!date || Number.isNaN(date.getTime())) {
    delete activity[name];
    return;
  }
  activity[rawName] = value;
  activity[name] = date;
}
