import { welcomeCard } from '../cards/choiceCards';
import { verbs } from '../cards/verbs';
import { isShared } from './sharedPlace';
import { say, send, type Turn, text } from './turn';

/** Greets with the card that says what the assistant can do. */
export async function welcome(turn: Turn): Promise<void> {
  turn.data.isWelcomed = true;
  if (isShared(turn.context.activity)) await say(turn, 'group.welcome');
  else await showTopics(turn, 'welcome.title', 'welcome.text');
}

/** Answers "help". */
export function help(turn: Turn): Promise<void> {
  return showTopics(turn, 'help.title', 'help.text');
}

/** For channels that send no update before the first message: one sentence, then the answer. Once. */
export async function greetOnFirstMessage(turn: Turn): Promise<void> {
  if (turn.data.isWelcomed) return;
  turn.data.isWelcomed = true;
  await say(turn, 'welcome.short');
}

async function showTopics(turn: Turn, title: string, introduction: string): Promise<void> {
  const { suggestedQuestions, texts } = turn.collaborators;
  const questions = suggestedQuestions?.(turn.language) ?? texts.list('welcome.questions', turn.language);
  const card = welcomeCard({
    language: turn.language,
    title: text(turn, title),
    text: text(turn, introduction),
    detail: text(turn, 'welcome.detail'),
    actions: [
      ...questions.slice(0, 4).map((question) => ({ title: question, verb: verbs.ask, data: { question } })),
      { title: text(turn, 'replies.person'), verb: verbs.person },
    ],
  });
  await send(turn, { attachments: [card] });
}
