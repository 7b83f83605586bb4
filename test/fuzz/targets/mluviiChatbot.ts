import { flatten } from '../../../bot/channels/mluvii/adaptiveCard';
import { crmMatchesOf, decode, groupsOf, isPing, operatorsOf, sessionIdOf } from '../../../bot/channels/mluvii/decode';
import { looseObject, parseExactly } from '../../../bot/channels/mluvii/looseJson';
import { readSessionEvent } from '../../../bot/channels/mluvii/sessionEvent';
import { toActivity } from '../../../bot/channels/mluvii/toActivity';
import { isJsonObject } from '../../../common/json';
import { damaged, fixtures, textOf } from '../inputs';
import { target } from '../target';

const sessionEvents = [
  { eventType: 'SessionOperatorJoined', data: { id: 23647, tenantId: 1, userId: 5, time: '2026-01-05T09:00:00.000Z' } },
  { eventType: 'SessionEnded', data: { id: 23647, started: '2026-01-05T09:00:00Z', ended: '2026-01-05T09:10:00Z' } },
];

const place = {
  sessionId: '1',
  id: 'i',
  receivedAt: 0,
  serviceUrl: 'https://a.example',
  session: { state: 'bot', facts: {} },
} as const;

export const chatbotTargets = [
  target('a call of mluvii’s chatbot interface', damaged(fixtures('mluvii-chatbot')), (json) => {
    const body = parseExactly(JSON.stringify(json));
    if (!isJsonObject(body)) return undefined;
    const event = decode(body);
    const answers = [groupsOf(body), operatorsOf(body), crmMatchesOf(body)];
    return {
      event,
      answers,
      session: sessionIdOf(body),
      isPing: isPing(body),
      activity: toActivity(event, { ...place, session: { ...place.session } }),
    };
  }),
  target('an event of mluvii’s session webhook', damaged(sessionEvents), (json) =>
    isJsonObject(json) ? readSessionEvent(json) : undefined,
  ),
  target(
    'JSON with long numbers',
    textOf('{', '}', '"a":', '12345678901234567890', '-1', '1e5', '[', ']', ',', '"x"'),
    (text) => [parseExactly(text), looseObject(text)],
  ),
  target('a card on its way to mluvii', damaged(fixtures('8x8')), (card) => (isJsonObject(card) ? flatten(card) : undefined)),
];
