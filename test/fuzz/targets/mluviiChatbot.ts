import { flatten } from '../../../bot/channels/mluvii/adaptiveCard';
import { crmMatchesOf, decode, groupsOf, isPing, operatorsOf, sessionIdOf } from '../../../bot/channels/mluvii/decode';
import { looseObject, parseExactly } from '../../../bot/channels/mluvii/looseJson';
import { toActivity } from '../../../bot/channels/mluvii/toActivity';
import { isJsonObject } from '../../../common/json';
import { damaged, fixtures, textOf } from '../inputs';
import { target } from '../target';

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
  target(
    'JSON with long numbers',
    textOf('{', '}', '"a":', '12345678901234567890', '-1', '1e5', '[', ']', ',', '"x"'),
    (text) => [parseExactly(text), looseObject(text)],
  ),
  target('a card on its way to mluvii', damaged(fixtures('8x8')), (card) => (isJsonObject(card) ? flatten(card) : undefined)),
];
