import type { Attachment } from 'botframework-schema';
import type { JsonObject } from '../common/json';
import { cardTemplate, fittingCard } from './cardTemplate';
import { escapeMarkdown, shorten, singleLine } from './markdown';
import { type SubmitAction, submitData } from './submitAction';
import payload from './templates/article.json';
import { verbs } from './verbs';

/** What identifies a shown article in a button, so that it works long after. */
export interface ArticleReference {
  articleId: string;
  number: string;
  title: string;
  /** Absent when no record could be made; the card then works without the link that notes the reading. */
  kbRecordId?: string;
}

export interface ArticleCardData extends ArticleReference {
  /** Plain text. */
  summary: string;
  /** Markdown for cards; the whole article. */
  body: string;
  /** Signed link that notes the reading and shows the article. */
  openUrl?: string;
  language: string;
  texts: { source: string; readMore: string; open: string; helped: string; notThis: string; person: string };
}

const maxTitleLength = 200;
const maxSummaryLength = 600;
const maxBodyLength = 12_000;
const expand = cardTemplate<object>(payload);

/** The answer in short, with what the customer can do with it. */
export function articleCard(data: ArticleCardData): Attachment {
  return build(data, escapeMarkdown(shorten(data.summary, maxSummaryLength)), [
    { title: data.texts.readMore, verb: verbs.readArticle, place: 'first' },
    { title: data.texts.helped, verb: verbs.helped, place: 'last' },
    { title: data.texts.notThis, verb: verbs.notThis, place: 'last' },
    { title: data.texts.person, verb: verbs.person, place: 'last' },
  ]);
}

/** The same card once the customer has said what they think of it: with that, and with nothing left to decide. */
export function notedArticleCard(data: ArticleCardData, note: string): Attachment {
  const readMore: SubmitAction & { place: 'first' } = { title: data.texts.readMore, verb: verbs.readArticle, place: 'first' };
  return build(data, escapeMarkdown(shorten(data.summary, maxSummaryLength)), [readMore], note);
}

/** The whole article as a card, as much of it as a message may hold; the link leads to the rest. */
export function articleFullCard(data: ArticleCardData, shortenBody: (limit: number) => string = () => data.body): Attachment {
  return fittingCard(maxBodyLength, (limit) =>
    build(data, shortenBody(limit), [
      { title: data.texts.helped, verb: verbs.helped, place: 'last' },
      { title: data.texts.notThis, verb: verbs.notThis, place: 'last' },
      { title: data.texts.person, verb: verbs.person, place: 'last' },
    ]),
  );
}

function build(
  data: ArticleCardData,
  body: string,
  actions: (SubmitAction & { place: 'first' | 'last' })[],
  note = '',
): Attachment {
  const title = shorten(singleLine(data.title), maxTitleLength);
  const reference = referenceData(data);
  return expand({
    lang: data.language,
    title: escapeMarkdown(title),
    body,
    source: escapeMarkdown(data.texts.source),
    note: escapeMarkdown(note),
    fallbackText: title,
    speak: title,
    url: data.openUrl ?? '',
    openTitle: data.texts.open,
    submits: actions.map((action) => ({
      title: action.title,
      place: action.place,
      data: submitData({ ...action, data: reference }),
    })),
  });
}

/** The members of a button's data that name its article. */
export function referenceData(article: ArticleReference): JsonObject {
  return {
    articleId: article.articleId,
    number: article.number,
    title: shorten(singleLine(article.title), maxTitleLength),
    ...(article.kbRecordId !== undefined && { kbRecordId: article.kbRecordId }),
  };
}
