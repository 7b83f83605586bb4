import type { JsonObject, JsonValue } from '../../../common/json';
import type { HandoffRequest } from '../../request';
import type { LiveAssistTarget } from './target';

/** One fact; `isAsserted` says that we vouch for it, which is so only after a verified sign-in. */
function fact(value: string | undefined, isAsserted: boolean): JsonObject | undefined {
  return value === undefined || value.trim() === '' ? undefined : { value: value.trim(), isAsserted };
}

/** Everything the agent's console is to know of the customer. Facts that are not known are left out. */
export function contextData(request: HandoffRequest, target: LiveAssistTarget): JsonObject {
  const { customer, fields } = request;
  const isKnown = customer.isAuthenticated;
  const [firstName, lastName] = namesOf(customer.name ?? '');
  const known = compact({
    id: fact(customer.contactId, isKnown),
    firstName: fact(firstName, isKnown),
    lastName: fact(lastName, isKnown),
    email: fact(customer.email, isKnown),
    language: fact(request.language, false),
    sourceUrl: fact(request.sourcePageUrl, false),
  });
  const articles = [...new Set(request.transcript.flatMap((entry) => entry.articles ?? []).map(({ number }) => number))];
  const additional = compact({
    topic: fact(request.topic, false),
    phone: fact(customer.phone, isKnown),
    channel: fact(request.channel, false),
    handoffId: fact(request.id, false),
    articles: fact(articles.join(', '), false),
    fields: orNothing(compact(Object.fromEntries(Object.entries(fields).map(([label, value]) => [label, fact(value, false)])))),
  });
  return compact({
    chatActivityId: fact(request.chatActivityId, false),
    skill: target.skill === undefined ? undefined : { value: target.skill },
    customer: orNothing(known),
    additionalData: orNothing(additional),
  });
}

/** Customers give one name; the last word is taken for the family's. */
function namesOf(name: string): [string | undefined, string | undefined] {
  const words = name.trim().split(/\s+/);
  return words.length < 2 ? [words[0], undefined] : [words.slice(0, -1).join(' '), words.at(-1)];
}

function compact(members: Record<string, JsonValue | undefined>): JsonObject {
  return Object.fromEntries(Object.entries(members).filter((entry): entry is [string, JsonValue] => entry[1] !== undefined));
}

function orNothing(object: JsonObject): JsonObject | undefined {
  return Object.keys(object).length > 0 ? object : undefined;
}
