import type { Attachment } from 'botframework-schema';
import { type ArticleCardData, articleCard, articleFullCard, notedArticleCard } from '../cards/articleCard';
import { articleCarousel } from '../cards/articleCarousel';
import { htmlToMarkdown, htmlToText } from '../cards/htmlText';
import { escapeMarkdown, shorten } from '../cards/markdown';
import type { Article } from '../knowledge/article';
import { rememberArticle, type ShownArticle } from './state';
import { now, send, type Turn, text } from './turn';
import { keep } from './visit';

/** The most a carousel shows. */
export const carouselLength = 5;
const maxBodyLength = 12_000;

interface Cleaned {
  summary: string;
  body: string;
}

// Cleaning HTML costs more than the rest of an answer. The index gives the same object until an article changes.
const cleaned = new WeakMap<Article, Cleaned>();

function clean(article: Article): Cleaned {
  let result = cleaned.get(article);
  if (!result) {
    const summary = htmlToText(article.summary, { maxLength: 600 }) || htmlToText(article.html, { maxLength: 400 });
    result = { summary, body: htmlToMarkdown(article.html, { maxLength: maxBodyLength }) };
    cleaned.set(article, result);
  }
  return result;
}

/** Shows the one article that answers. */
export async function showArticle(turn: Turn, article: Article): Promise<void> {
  const kbRecordId = await recordSent(turn, article);
  await send(turn, { text: text(turn, 'answer.sure'), attachments: [articleCard(cardData(turn, article, kbRecordId))] });
}

/** Shows the articles that may answer, to leaf through. */
export async function showArticles(turn: Turn, articles: readonly Article[], introduction: string): Promise<void> {
  const items = [];
  const shownAt = now(turn);
  for (const article of articles.slice(0, carouselLength)) {
    const kbRecordId = await recordSent(turn, article, shownAt);
    items.push({ ...reference(article, kbRecordId), summary: clean(article).summary, ...openUrl(turn, article, kbRecordId) });
  }
  const attachments = articleCarousel(items, {
    read: text(turn, 'article.read'),
    open: text(turn, 'article.open'),
    noneTitle: text(turn, 'carousel.noneTitle'),
    noneText: text(turn, 'carousel.noneText'),
    none: text(turn, 'replies.none'),
    person: text(turn, 'replies.person'),
  });
  await send(turn, {
    text: introduction,
    attachments,
    carousel: true,
    replies: [text(turn, 'replies.none'), text(turn, 'replies.person')],
  });
}

/** Shows the whole of an article on a card. */
export async function showWholeArticle(turn: Turn, article: Article, kbRecordId: string | undefined): Promise<void> {
  const data = cardData(turn, article, kbRecordId);
  const shortenBody = (limit: number) =>
    data.body.length <= limit ? data.body : htmlToMarkdown(article.html, { maxLength: limit });
  await send(turn, { attachments: [articleFullCard(data, shortenBody)] });
}

/** The card of an article with what the customer thinks of it. */
export function articleNoted(turn: Turn, article: Article, kbRecordId: string | undefined, note: string): Attachment {
  return notedArticleCard(cardData(turn, article, kbRecordId), note);
}

/** Notes once that a shown article was read. */
export async function markRead(turn: Turn, shown: ShownArticle): Promise<void> {
  const { kbRecordId } = shown;
  if (shown.isRead || kbRecordId === undefined) return;
  shown.isRead = true;
  await keep(turn, 'read', () => turn.collaborators.chatRecords.articleRead(kbRecordId));
}

async function recordSent(turn: Turn, article: Article, shownAt = now(turn)): Promise<string | undefined> {
  const turnId = turn.context.activity.id ?? shownAt;
  const record = await keep(turn, 'article', () =>
    turn.collaborators.chatRecords.articleSent(turn.conversationKey, { articleId: article.id, turnId }),
  );
  rememberArticle(turn.data, {
    articleId: article.id,
    number: article.number,
    title: shorten(article.title, 200),
    shownAt,
    ...(record && { kbRecordId: record.kbRecordId }),
  });
  return record?.kbRecordId;
}

function cardData(turn: Turn, article: Article, kbRecordId: string | undefined): ArticleCardData {
  const { summary, body } = clean(article);
  return {
    ...reference(article, kbRecordId),
    summary,
    body: body || escapeMarkdown(summary),
    ...openUrl(turn, article, kbRecordId),
    language: turn.language,
    texts: {
      source: text(turn, 'article.source', { number: article.number }),
      readMore: text(turn, 'article.readMore'),
      open: text(turn, 'article.open'),
      helped: text(turn, 'article.helped'),
      notThis: text(turn, 'article.notThis'),
      person: text(turn, 'replies.person'),
    },
  };
}

function reference(article: Article, kbRecordId: string | undefined) {
  return {
    articleId: article.id,
    number: article.number,
    title: article.title,
    ...(kbRecordId !== undefined && { kbRecordId }),
  };
}

function openUrl(turn: Turn, article: Article, kbRecordId: string | undefined): { openUrl?: string } {
  return kbRecordId === undefined ? {} : { openUrl: turn.collaborators.links.readArticle(kbRecordId, article) };
}
