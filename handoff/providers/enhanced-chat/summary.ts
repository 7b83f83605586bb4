import type { HandoffRequest } from '../../request';
import { type Fact, factLabels, factsOf } from '../../requestFacts';
import { articlesText, transcriptText } from '../../transcriptText';
import { maxTextLength } from './capabilities';
import { splitText } from './splitText';

/** Each counts against the limit of messages a minute, so a long past is cut at its beginning. */
const mostMessages = 4;
/** What splitting between lines may leave unused of each message. */
const reserve = 200;

/**
 * What the agent has to know on arrival, as the first messages of the conversation: channel parameters are not shown to
 * agents unless the admin made them so. Never empty.
 */
export function summaryTexts(request: HandoffRequest): string[] {
  const facts = factsOf(request);
  const known = (Object.keys(factLabels) as Fact[]).filter((fact) => facts[fact] !== '');
  const lines = [
    ...known.map((fact) => `${factLabels[fact]}: ${facts[fact]}`),
    ...Object.entries(request.fields).map(([label, value]) => `${label}: ${value}`),
  ];
  const articles = articlesText(request.transcript);
  const head = [lines.join('\n'), articles && `Articles shown:\n${articles}`].filter(Boolean).join('\n\n');
  const room = Math.max(maxTextLength - reserve, mostMessages * (maxTextLength - reserve) - head.length);
  const said = transcriptText(request.transcript, room);
  const whole = said === '' ? head : `${head}\n\nConversation so far:\n${said}`;
  return splitText(whole, maxTextLength);
}
