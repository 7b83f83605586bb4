import type { JsonObject } from '../common/json';
import { errorCode } from '../common/log';
import type { Article } from '../knowledge/article';
import { rejectAnswer } from './answer';
import { articleNoted, markRead, showWholeArticle } from './articles';
import { replaceClickedCard } from './clickedCard';
import { textMember } from './customerInput';
import { shownArticle } from './state';
import { say, type Turn, text } from './turn';

/** "Read": shows the whole article, also from a card of long ago, and notes the reading of one that was shown here. */
export async function readArticle(turn: Turn, data: JsonObject): Promise<void> {
  const { articleId, kbRecordId } = readReference(data);
  const shown = shownArticle(turn.data, articleId, kbRecordId);
  const article = await findArticle(turn, articleId);
  if (!article) {
    await say(turn, 'article.gone', undefined, ['person']);
    return;
  }
  if (shown) await markRead(turn, shown);
  // A record the conversation does not know may be somebody else's, so no link is made for it.
  await showWholeArticle(turn, article, shown?.kbRecordId);
}

/** "This helped". */
export async function articleHelped(turn: Turn, data: JsonObject): Promise<void> {
  const { articleId, kbRecordId } = readReference(data);
  const shown = shownArticle(turn.data, articleId, kbRecordId);
  turn.data.misses = 0;
  await noteOnCard(turn, articleId, shown?.kbRecordId, 'card.helped');
  if (shown?.opinion === 'helped') {
    await say(turn, 'article.alreadyHelped', undefined, ['bye']);
    return;
  }
  if (shown) {
    shown.opinion = 'helped';
    await markRead(turn, shown);
  }
  await say(turn, 'article.gladItHelped', undefined, ['bye']);
}

/** "Not what I meant": a miss, unless it is said again or about an answer to an earlier question. */
export async function articleNotThis(turn: Turn, data: JsonObject): Promise<void> {
  const { articleId, kbRecordId } = readReference(data);
  const shown = shownArticle(turn.data, articleId, kbRecordId);
  await noteOnCard(turn, articleId, shown?.kbRecordId, 'card.notThis');
  if (!shown || shown.opinion === 'notThis') {
    await say(turn, 'article.askAgain', undefined, ['person']);
    return;
  }
  shown.opinion = 'notThis';
  await rejectAnswer(turn, rejectedArticles(turn));
}

/** "None of these" about a carousel. */
export async function noneOfThese(turn: Turn): Promise<void> {
  const latest = turn.data.articles.at(-1)?.shownAt;
  for (const shown of turn.data.articles) if (shown.shownAt === latest) shown.opinion = 'notThis';
  await rejectAnswer(turn, rejectedArticles(turn));
}

/** The card keeps the opinion that was given on it, where a channel can change cards. */
async function noteOnCard(turn: Turn, articleId: string, kbRecordId: string | undefined, key: string): Promise<void> {
  const article = await findArticle(turn, articleId);
  if (article) replaceClickedCard(turn, articleNoted(turn, article, kbRecordId, text(turn, key)));
}

function rejectedArticles(turn: Turn): Set<string> {
  return new Set(turn.data.articles.filter((shown) => shown.opinion === 'notThis').map((shown) => shown.articleId));
}

async function findArticle(turn: Turn, articleId: string): Promise<Article | undefined> {
  if (articleId === '') return undefined;
  try {
    return await turn.collaborators.knowledge.get(articleId);
  } catch (error) {
    turn.collaborators.log.error('An article could not be read', { code: errorCode(error), conversation: turn.conversationKey });
    return undefined;
  }
}

function readReference(data: JsonObject): { articleId: string; kbRecordId: string | undefined } {
  return { articleId: textMember(data, 'articleId'), kbRecordId: textMember(data, 'kbRecordId') || undefined };
}
