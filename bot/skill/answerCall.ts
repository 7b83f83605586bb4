import { htmlToText } from '../../cards/htmlText';
import { errorCode } from '../../common/log';
import { carouselLength, showArticle, showArticles } from '../../dialogs/articles';
import { type Turn, text } from '../../dialogs/turn';
import { continueVisit } from '../../dialogs/visit';
import type { Article } from '../../knowledge/article';
import { readAnswer } from './skillRequest';
import type { FoundArticle, SkillResult } from './skillResult';

const summaryLength = 600;

/**
 * Answers one question for another bot: shows the customer the articles, unless that is not wanted, and resolves with what was
 * found. When nothing is found nothing is shown: what to say then is for the caller. Throws `InvalidRequest`.
 */
export async function answerCall(turn: Turn): Promise<SkillResult> {
  const { context, collaborators } = turn;
  const request = readAnswer(context.activity.value, context.activity.text);
  if (request.language !== undefined) turn.language = collaborators.texts.resolve(request.language);
  if (collaborators.knowledge.ready === false) return { outcome: 'failed', reason: 'notReady' };
  let found: Awaited<ReturnType<typeof collaborators.knowledge.search>>;
  try {
    found = await collaborators.knowledge.search(request.question, { language: turn.language });
  } catch (error) {
    collaborators.log.error('The knowledge base could not be searched', {
      code: errorCode(error),
      conversation: turn.conversationKey,
    });
    return { outcome: 'failed', reason: 'error' };
  }
  const isSure = found.decision === 'sure';
  const matches = found.decision === 'none' ? [] : found.matches.slice(0, isSure ? 1 : carouselLength);
  if (matches.length === 0) return { outcome: 'notFound', found: false, articles: [] };
  if (request.show)
    await show(
      turn,
      request.question,
      matches.map(({ article }) => article),
      isSure,
    );
  const articles = matches.map(({ article, confidence }) => result(turn, article, confidence, request.show));
  return { outcome: 'answered', found: true, articles, ...flat(articles[0]) };
}

async function show(turn: Turn, question: string, articles: Article[], isSure: boolean): Promise<void> {
  await continueVisit(turn, question);
  const [best] = articles;
  if (isSure && best) await showArticle(turn, best);
  else await showArticles(turn, articles, text(turn, 'answer.several'));
}

function result(turn: Turn, article: Article, confidence: number, isShown: boolean): FoundArticle {
  const kbRecordId = isShown ? turn.data.articles.findLast(({ articleId }) => articleId === article.id)?.kbRecordId : undefined;
  return {
    articleId: article.id,
    number: article.number,
    title: article.title,
    summary: htmlToText(article.summary || article.html, { maxLength: summaryLength }),
    confidence: Math.round(confidence * 1_000) / 1_000,
    ...(kbRecordId !== undefined && { url: turn.collaborators.links.readArticle(kbRecordId, article) }),
  };
}

function flat(best: FoundArticle | undefined): Partial<SkillResult> {
  if (!best) return {};
  const { number, title, summary, url } = best;
  return { articleNumber: number, articleTitle: title, articleSummary: summary, ...(url !== undefined && { articleUrl: url }) };
}
