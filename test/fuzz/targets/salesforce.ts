import fc from 'fast-check';
import { isJsonObject, type JsonValue } from '../../../common/json';
import { silentLog } from '../../../common/log';
import { choiceAnswer } from '../../../handoff/providers/enhanced-chat/choices';
import { convertEntry, convertEvent } from '../../../handoff/providers/enhanced-chat/convert';
import { EntryView } from '../../../handoff/providers/enhanced-chat/entryView';
import { EventParser } from '../../../handoff/providers/enhanced-chat/eventParser';
import { formAnswer, formAnswerText, formContent } from '../../../handoff/providers/enhanced-chat/forms';
import { readContent } from '../../../handoff/providers/enhanced-chat/messageContent';
import { expiryOf, readEntries, readToken } from '../../../handoff/providers/enhanced-chat/wire';
import { convertAnswer } from '../../../handoff/providers/live-agent/convert';
import { mask } from '../../../handoff/providers/live-agent/masking';
import { readAnswer, readMaskingRules, readSession } from '../../../handoff/providers/live-agent/wire';
import { convertChat } from '../../../handoff/providers/live-assist/convert';
import {
  readAvailability,
  readBaseUri,
  readChat,
  readEstimatedWait,
  readInfo,
} from '../../../handoff/providers/live-assist/wire';
import { conversationId, fixtureBytes, sessionWith, settings } from '../../unit/handoff/providers/enhanced-chat/fixture';
import { liveAgentSession } from '../../unit/handoff/providers/live-agent/fixture';
import { liveAssistSession } from '../../unit/handoff/providers/live-assist/fixture';
import { damaged, fixtures, hostileText, textOf } from '../inputs';
import { target } from '../target';

const chatAnswers = fixtures('live-assist').map((sample) =>
  isJsonObject(sample) && sample['payload'] !== undefined ? sample['payload'] : sample,
);
const stream = fixtureBytes('stream.txt').toString('utf8');

/** Entries of the stream as it was recorded: as the listing would bring them. */
const streamEntries = stream
  .split('\n')
  .filter((line) => line.startsWith('data:'))
  .flatMap((line): JsonValue[] => {
    try {
      return [JSON.parse(line.slice(5)) as JsonValue];
    } catch {
      // A data line may be one of several of an event.
      return [];
    }
  });

const context = { settings, log: silentLog };
const view = () => new EntryView(sessionWith({ state: 'connected', agents: ['a'] }), () => 1_767_603_600_000);

export const salesforceTargets = [
  target('an answer of Live Agent', damaged(fixtures('live-agent')), (json) => {
    const answer = readAnswer(json);
    const session = readSession(json);
    return answer ? convertAnswer(liveAgentSession(), answer, 1, '2026-01-05T09:00:00.000Z', silentLog) : session;
  }),
  target(
    'rules of Live Agent for what must not be seen',
    fc.tuple(damaged([[{ name: 'card', pattern: '\\d{4}', replacement: '****', actionType: 'Replace' }]]), hostileText),
    ([rules, text]) => mask(text, readMaskingRules(rules), silentLog),
  ),
  target('an answer of Live Assist', damaged(chatAnswers), (json) => {
    const chat = readChat(json);
    const rest = [readInfo(json), readAvailability(json), readEstimatedWait(json), readBaseUri(json)];
    return chat ? convertChat(liveAssistSession(), chat, 1_767_603_600_000, silentLog) : rest;
  }),
  target('a listing of Enhanced Chat', damaged(fixtures('enhanced-chat')), (json) => {
    const entries = readEntries(json);
    const to = view();
    for (const [index, entry] of (entries ?? []).entries()) convertEntry(context, to, entry, String(index));
    return { token: readToken(json), taken: to.take() };
  }),
  target(
    'an event of Enhanced Chat',
    fc.tuple(
      damaged(streamEntries),
      fc.constantFrom('message', 'CONVERSATION_MESSAGE', 'CONVERSATION_ROUTING_RESULT', 'constructor', '__proto__', 'ping'),
    ),
    ([json, name]) => {
      const to = view();
      const own = isJsonObject(json) ? { ...json, conversationId } : json;
      convertEvent(context, to, { id: '1', name, data: JSON.stringify(own) });
      return to.take();
    },
  ),
  target('a message of Enhanced Chat', damaged(fixtures('enhanced-chat')), (message) => {
    if (!isJsonObject(message)) return undefined;
    const { form } = formContent('m', message);
    return {
      content: readContent('m', message),
      choice: choiceAnswer('i', message),
      answer: form && [formAnswer('i', form, message), formAnswerText(form, message)],
    };
  }),
  target('a token of Enhanced Chat', textOf('eyJhbGciOiJSUzI1NiJ9', '.', 'eyJleHAiOjF9', 'e30'), expiryOf),
  target(
    'a stream of events, however it is cut',
    fc.tuple(
      textOf('data: {}\n', 'id: 1\n', 'event: x\n', '\n', '\r\n', '\r', ':\n', 'data', stream.slice(0, 400)),
      fc.array(fc.nat({ max: 30 }), { maxLength: 20 }),
    ),
    ([text, cuts]) => {
      const bytes = Buffer.from(`${text}\n\n`);
      const parser = new EventParser();
      const events = [];
      let at = 0;
      for (const cut of cuts) {
        events.push(...parser.push(bytes.subarray(at, at + cut)));
        at += cut;
      }
      events.push(...parser.push(bytes.subarray(at)));
      const whole = new EventParser().push(bytes);
      expect(events).toEqual(whole);
      return events;
    },
  ),
];
