import { errorCode } from '../common/log';
import { count, record, span } from '../common/telemetry';
import type { Article } from '../knowledge/article';
import { carouselLength, showArticle, showArticles } from './articles';
import type { KnowledgeAnswer } from './collaborators';
import { say, type Turn, text } from './turn';
import { continueVisit } from './visit';

/** After so many misses in a row a person is offered unasked. */
const missesBeforeOffer = 2;
const maxQuestionKept = 1_000;
/** Matches below this are not worth showing as "perhaps this one". */
const leastConfidence = 0.03;

/** Answers a question in the customer's own words from the knowledge base. */
export async function answerQuestion(turn: Turn, question: string): Promise<void> {
  await continueVisit(turn, question);
  turn.data.lastQuestion = question.slice(0, maxQuestionKept);
  if (canBeEdited(turn)) turn.data.lastQuestionId = turn.context.activity.id ?? '';
  const found = await search(turn, question);
  if (!found) {
    await say(turn, 'answer.unavailable', undefined, ['person']);
    return;
  }
  note(found);
  const articles = found.matches.map((match) => match.article);
  const best = articles[0];
  if (found.decision === 'sure' && best) {
    turn.data.misses = 0;
    await showArticle(turn, best);
  } else if (found.decision === 'several' && best) {
    // Misses are not forgotten: whether one of these helps is not known yet.
    await showArticles(turn, articles, text(turn, 'answer.several'));
  } else await miss(turn, 'answer.none');
}

/**
 * The customer says that what was shown is not it: shows what else may answer the same question, or asks to rephrase;
 * the second time in a row offers a person.
 */
export async function rejectAnswer(turn: Turn, rejected: ReadonlySet<string>): Promise<void> {
  const isLastTry = turn.data.misses + 1 >= missesBeforeOffer;
  const others = isLastTry ? [] : await otherArticles(turn, rejected);
  if (others.length === 0) return miss(turn, 'answer.rejected');
  turn.data.misses += 1;
  await showArticles(turn, others, text(turn, 'answer.others'));
}

function note({ decision, matches }: KnowledgeAnswer): void {
  count('switchboard.answers', { decision });
  const best = matches[0];
  if (best) record('switchboard.answer.confidence', best.confidence, { decision });
}

/** Only Teams tells of corrections. */
function canBeEdited({ context }: Turn): boolean {
  return context.activity.channelId === 'msteams';
}

async function miss(turn: Turn, key: string): Promise<void> {
  turn.data.misses += 1;
  turn.data.isPersonOffered = true;
  if (turn.data.misses >= missesBeforeOffer) await say(turn, 'answer.offerPerson', undefined, ['person', 'noThanks']);
  else await say(turn, key, undefined, ['person']);
}

async function otherArticles(turn: Turn, rejected: ReadonlySet<string>): Promise<Article[]> {
  const question = turn.data.lastQuestion;
  const found = question === undefined ? undefined : await search(turn, question, carouselLength);
  if (!found || found.decision === 'none') return [];
  return found.matches
    .filter((match) => match.confidence >= leastConfidence && !rejected.has(match.article.id))
    .map((match) => match.article);
}

async function search(turn: Turn, question: string, limit?: number): Promise<KnowledgeAnswer | undefined> {
  const { knowledge, log } = turn.collaborators;
  if (knowledge.ready === false) return undefined;
  try {
    // Without a limit only what is worth showing comes back.
    return await span('knowledge.search', {}, async ({ set }) => {
      const found = await knowledge.search(question, { language: turn.language, ...(limit !== undefined && { limit }) });
      set({ 'switchboard.decision': found.decision, 'switchboard.articles': found.matches.length });
      return found;
    });
  } catch (error) {
    log.error('The knowledge base could not be searched', { code: errorCode(error), conversation: turn.conversationKey });
    return undefined;
  }
}
