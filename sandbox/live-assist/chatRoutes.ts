import { isJsonObject, type JsonObject } from '../../common/json';
import { type Call, Refusal, respond } from '../http';
import type { Account } from './account';
import type { Chat } from './chat';
import { jsonBody, onlyMember } from './http';

const requestMembers = new Set(['skill', 'language', 'interactionTimeout', 'preChatLines']);
const preChatLine = /^(\d{4}-\d\d-\d\dT[\d:.]+Z) (\+?)([^:]+): ([\s\S]*)$/;

/** `GET …/service/conversationVep/baseURI.json` */
export function conversationDomain(account: Account, call: Call): void {
  if (call.query.get('version') !== '1.0') throw new Refusal(400, 'version has to be 1.0');
  const baseURI = new URL(account.url).host;
  respond(call.response, 200, { service: 'conversationVep', account: account.options.account, baseURI });
}

/** `GET …/chat/availability.json` */
export function availability(account: Account, call: Call): void {
  knownSkill(account, call.query.get('skill') ?? undefined);
  respond(call.response, 200, { availability: account.isStaffed });
}

/** `GET …/chat/estimatedWaitTime` */
export function estimatedWait(account: Account, call: Call): void {
  const skill = knownSkill(account, call.query.get('skill') ?? undefined);
  respond(call.response, 200, { estimatedWaitTime: account.estimatedWait(skill) });
}

/** `POST …/chat/request.json` */
export function requestChat(account: Account, call: Call): void {
  const request = onlyMember(jsonBody(call), 'request');
  const unknown = Object.keys(request).find((name) => !requestMembers.has(name));
  if (unknown !== undefined) throw new Refusal(400, `The request has an unknown member ${unknown}`);
  const { skill, language, interactionTimeout, preChatLines } = request;
  if (skill !== undefined && typeof skill !== 'string') throw new Refusal(400, 'skill is no text');
  if (language !== undefined && typeof language !== 'string') throw new Refusal(400, 'language is no text');
  if (interactionTimeout !== undefined && !Number.isInteger(interactionTimeout))
    throw new Refusal(400, 'interactionTimeout is no whole number');
  const wanted = typeof interactionTimeout === 'number' ? interactionTimeout * 1000 : account.options.chatTimeoutInMs;
  const lines = linesOf(preChatLines);
  const chat = account.request(knownSkill(account, skill), language ?? '', Math.min(wanted, account.options.chatTimeoutInMs));
  for (const line of lines) addPreChatLine(chat, line);
  account.changed();
  respond(call.response, 201, undefined, { location: addressOf(account, chat) });
}

/** `GET {session}.json`, whole or from a position on. */
export function readChat(account: Account, chat: Chat, call: Call): void {
  const from = Number(call.query.get('from') ?? '1');
  if (!Number.isInteger(from) || from < 1) throw new Refusal(400, 'The position is none of ours');
  const events = chat.events.slice(from - 1);
  const address = addressOf(account, chat);
  const link = (rel: string, href: string) => ({ '@href': href, '@rel': rel });
  respond(call.response, 200, {
    chat: {
      link: [
        link('self', address),
        link('events', `${address}/events`),
        link('info', `${address}/info`),
        link('next', `${address}?from=${chat.events.length + 1}`),
        link('transcript-request', `${address}/transcriptRequest`),
      ],
      // One event is itself, several are a list, none is nothing.
      events: {
        link: [link('self', `${address}/events`)],
        ...(events.length > 0 && { event: events.length === 1 ? (events[0] as JsonObject) : events }),
      },
      info: infoOf(account, chat),
    },
  });
}

/** `GET {session}/info.json` */
export function readInfo(account: Account, chat: Chat, call: Call): void {
  respond(call.response, 200, { info: infoOf(account, chat) });
}

/** `POST {session}/events`: one line, or the end. */
export function addEvent(account: Account, chat: Chat, call: Call): void {
  const event = onlyMember(jsonBody(call), 'event');
  // No status is documented for a chat that is over.
  if (chat.phase === 'ended') throw new Refusal(400, 'The chat has ended', false);
  if (event['@type'] === 'state') {
    if (event['state'] !== 'ended') throw new Refusal(400, 'A visitor can only end the chat');
    account.end(chat, 'visitor', 'visitor');
    created(account, chat, String(chat.events.length), call);
    return;
  }
  const { text } = event;
  if (event['@type'] !== 'line' || typeof text !== 'string' || text === '' || Object.keys(event).length !== 2)
    throw new Refusal(400, 'An event has to be a line with text, or the end');
  if (!chat.hadAgent) throw new Refusal(400, 'Nobody is there to read the line');
  const id = chat.addEvent('line', { source: 'visitor', by: chat.visitorName ?? 'you', text, textType: 'plain' });
  chat.visitorIsTyping = false;
  chat.addEntry({ from: 'customer', text, ...(chat.visitorName !== undefined && { name: chat.visitorName }) });
  account.changed();
  created(account, chat, id, call);
}

/** `PUT {session}/info/visitorName.json` and `…/visitorTyping`, as POST with the header that says so. */
export function changeInfo(account: Account, chat: Chat, member: string, call: Call): void {
  if (call.header('x-http-method-override') !== 'PUT') throw new Refusal(405, 'X-HTTP-Method-Override: PUT is missing');
  const body = jsonBody(call);
  const value = body[member];
  if (typeof value !== 'string' || Object.keys(body).length !== 1)
    throw new Refusal(400, `The body has to be {"${member}": "…"}`);
  if (member === 'visitorName') chat.visitorName = value;
  else if (value === 'typing' || value === 'not-typing') chat.visitorIsTyping = value === 'typing';
  else throw new Refusal(400, 'visitorTyping has to be typing or not-typing');
  account.changed();
  respond(call.response, 200, {});
}

function created(account: Account, chat: Chat, id: string, call: Call): void {
  respond(call.response, 201, undefined, { location: `${addressOf(account, chat)}/events/${id}` });
}

function addressOf(account: Account, chat: Chat): string {
  return `${account.url}/api/account/${account.options.account}/chat/${chat.id}`;
}

function infoOf(account: Account, chat: Chat): JsonObject {
  return {
    state: chat.phase,
    chatTimeout: chat.timeoutInSeconds,
    startTime: chat.startedAt,
    lastUpdate: chat.lastUpdate,
    rtSessionId: chat.rtSessionId,
    agentTyping: chat.agentIsTyping ? 'typing' : 'not-typing',
    visitorTyping: chat.visitorIsTyping ? 'typing' : 'not-typing',
    skillName: chat.skill,
    link: [{ '@href': `${addressOf(account, chat)}/info`, '@rel': 'self' }],
    ...(chat.agentName !== undefined && { agentName: chat.agentName }),
    ...(chat.visitorName !== undefined && { visitorName: chat.visitorName }),
  };
}

/** The skill itself, `''` for none; an unknown one is an error of whoever wrote the skills file. */
function knownSkill(account: Account, skill: string | undefined): string {
  if (skill !== undefined && !account.options.skills.some(({ id }) => id === skill))
    throw new Refusal(400, 'There is no such skill', false);
  return skill ?? '';
}

function linesOf(value: unknown): RegExpExecArray[] {
  if (value === undefined) return [];
  const lines = isJsonObject(value) ? value['line'] : undefined;
  if (!Array.isArray(lines)) throw new Refusal(400, 'preChatLines has to be {"line": […]}');
  return lines.map((line) => {
    const match = typeof line === 'string' ? preChatLine.exec(line) : null;
    if (!match) throw new Refusal(400, 'A line before the chat has to be "<time> [+]<name>: <text>"');
    return match;
  });
}

function addPreChatLine(chat: Chat, [line, at, plus, name, text]: RegExpExecArray): void {
  // The service hands these lines back with number 0.
  chat.addEvent('line', { source: 'visitor', by: 'you', text: line, textType: 'plain', systemMessageId: '0' });
  chat.addEntry({
    from: plus === '+' ? 'bot' : name === 'Agent' ? 'agent' : 'customer',
    name: name ?? '',
    text: text ?? '',
    at: at ?? chat.startedAt,
    isEarlier: true,
  });
}
