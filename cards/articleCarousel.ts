import type { Attachment, CardAction } from 'botframework-schema';
import type { JsonObject } from '../common/json';
import { type ArticleReference, referenceData } from './articleCard';
import { escapeMarkdown, shorten, singleLine } from './markdown';
import { type Verb, verbs } from './verbs';

export const heroCardType = 'application/vnd.microsoft.card.hero';

export interface CarouselItem extends ArticleReference {
  /** Plain text. */
  summary: string;
  openUrl?: string;
}

export interface CarouselTexts {
  read: string;
  open: string;
  noneTitle: string;
  noneText: string;
  none: string;
  person: string;
}

const maxSummaryLength = 240;

/** One hero card per article to leaf through, and a last one for "none of these". */
export function articleCarousel(items: CarouselItem[], texts: CarouselTexts): Attachment[] {
  return [...items.map((item) => articleHero(item, texts)), noneHero(texts)];
}

function articleHero(item: CarouselItem, texts: CarouselTexts): Attachment {
  const buttons = [messageBack(texts.read, verbs.readArticle, referenceData(item), `${texts.read}: ${singleLine(item.title)}`)];
  if (item.openUrl !== undefined) buttons.push({ type: 'openUrl', title: texts.open, value: item.openUrl });
  return {
    contentType: heroCardType,
    content: {
      title: shorten(singleLine(item.title), 120),
      subtitle: item.number,
      // Clients render this text as Markdown (Web Chat) or simple HTML (Teams): shown as it is in both.
      text: escapeMarkdown(shorten(singleLine(item.summary), maxSummaryLength)),
      buttons,
    },
  };
}

function noneHero(texts: CarouselTexts): Attachment {
  return {
    contentType: heroCardType,
    content: {
      title: texts.noneTitle,
      text: texts.noneText,
      buttons: [messageBack(texts.none, verbs.noneOfThese), messageBack(texts.person, verbs.person)],
    },
  };
}

/** A button that says something in the conversation and carries data to the bot. */
export function messageBack(title: string, verb: Verb, data: JsonObject = {}, said: string = title): CardAction {
  const displayText = shorten(said, 200);
  return { type: 'messageBack', title, text: displayText, displayText, value: { ...data, verb } };
}
