import { isJsonObject, type JsonObject, type JsonValue } from '../../common/json';
import { type Call, Refusal, respond } from '../http';
import type { Account } from './account';
import type { ContextKeys } from './contextKeys';
import { jsonBody } from './http';

/** Leaves by the path to them; `additionalData` is free. */
const leaves = new Set([
  'chatActivityId',
  'skill',
  ...['id', 'firstName', 'lastName', 'email', 'accountName', 'companySize', 'language', 'country', 'city', 'os', 'isp'].map(
    (name) => `customer.${name}`,
  ),
  ...['device', 'ipAddress', 'sourceUrl'].map((name) => `customer.${name}`),
  ...['type', 'version', 'userAgent'].map((name) => `browser.${name}`),
]);
const groups = new Set(['customer', 'browser', 'additionalData']);

const labels: Record<string, string> = {
  chatActivityId: 'Chat activity',
  'customer.id': 'Contact',
  'customer.email': 'E-mail',
  'customer.language': 'Language',
  'customer.sourceUrl': 'Source page',
  'additionalData.phone': 'Phone',
  'additionalData.topic': 'Topic',
  'additionalData.channel': 'Channel',
  'additionalData.handoffId': 'Handoff',
  'additionalData.articles': 'Articles shown',
};
/** Shown as the customer's name and the chat's skill. */
const shownElsewhere = new Set(['customer.firstName', 'customer.lastName', 'skill']);

/** `POST /context-service/context`: 201 for a context that a registered key signed, 400 for any other. */
export function takeContext(account: Account, keys: ContextKeys, call: Call): void {
  const body = jsonBody(call);
  const unknown = Object.keys(body).find((name) => name !== 'accountId' && name !== 'contextData');
  if (unknown !== undefined) throw new Refusal(400, `The context has an unknown member ${unknown}`);
  if (body['accountId'] !== account.options.account) throw new Refusal(400, 'accountId has to be the account, as text');
  const claims = keys.claimsOf(String(body['contextData'] ?? ''));
  // A key that is not registered (yet) is the administrator's business.
  if (!claims) throw new Refusal(400, 'The signature fits no registered key', false);
  const exp = claims['exp'];
  if (exp !== undefined && !(typeof exp === 'number' && exp * 1000 > Date.now()))
    throw new Refusal(400, 'The context has expired');
  const { contextId, contextData } = claims;
  if (typeof contextId !== 'string') throw new Refusal(400, 'contextId is missing or no text');
  if (!isJsonObject(contextData)) throw new Refusal(400, 'contextData is no object');
  const chat = account.bySession(contextId);
  if (!chat) throw new Refusal(400, 'contextId is of no chat');
  const facts = factsOf(contextData);
  chat.context = contextData;
  chat.details = { ...Object.fromEntries(facts.flatMap(toDetail)), Skill: chat.skill };
  chat.topic = facts.find(({ path }) => path === 'additionalData.topic')?.value ?? '';
  const names = ['customer.firstName', 'customer.lastName'].map((path) => facts.find((one) => one.path === path)?.value);
  chat.visitorName ??= names.filter(Boolean).join(' ') || undefined;
  account.keepAlive(chat);
  account.changed();
  respond(call.response, 201, {});
}

interface Fact {
  path: string;
  value: string;
}

/** Every leaf with the path to it; refuses what no leaf may be. */
function factsOf(data: JsonObject, path = ''): Fact[] {
  return Object.entries(data).flatMap(([name, value]): Fact[] => {
    const here = path === '' ? name : `${path}.${name}`;
    const isFree = here.startsWith('additionalData.');
    if (isLeaf(value)) {
      if (!isFree && !leaves.has(here)) throw new Refusal(400, `${here} is no member of the context`);
      return [{ path: here, value: leafText(here, value) }];
    }
    if (!isJsonObject(value) || !(isFree || groups.has(here))) throw new Refusal(400, `${here} is no member of the context`);
    return factsOf(value, here);
  });
}

function isLeaf(value: JsonValue): value is JsonObject {
  return isJsonObject(value) && 'value' in value && !isJsonObject(value['value']);
}

function leafText(path: string, leaf: JsonObject): string {
  const { value, isAsserted, ...rest } = leaf;
  const isNumber = path === 'customer.companySize';
  if (typeof value !== (isNumber ? 'number' : 'string')) throw new Refusal(400, `${path} has a value of the wrong type`);
  if ((isAsserted !== undefined && typeof isAsserted !== 'boolean') || Object.keys(rest).length > 0)
    throw new Refusal(400, `${path} has to be {"value": …, "isAsserted": …}`);
  return String(value);
}

function toDetail({ path, value }: Fact): [string, string][] {
  if (shownElsewhere.has(path)) return [];
  return [[labels[path] ?? path.replace(/^.*\./, ''), value]];
}
