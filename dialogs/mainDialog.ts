import { type Verb, verbs } from '../cards/verbs';
import type { JsonObject } from '../common/json';
import { answerQuestion } from './answer';
import { answersWithCard, retireClickedCard } from './clickedCard';
import { articleHelped, articleNotThis, noneOfThese, readArticle } from './clicks';
import type { CustomerDialogs } from './customerDialogs';
import { maxTextLength, textMember } from './customerInput';
import { takeRating } from './feedbackDialog';
import { type HandoffOptions, handoffDialogId } from './handoffDialog';
import { chooseLanguage, switchLanguage } from './language';
import { offlineMessageDialogId } from './offlineMessageDialog';
import { inviteToPrivateChat } from './privateChat';
import { isShared } from './sharedPlace';
import type { PersonRequest } from './state';
import { sendTranscript, stillHere } from './transcript';
import { now, say, type Turn } from './turn';
import { endVisit } from './visit';
import { greetOnFirstMessage, help, welcome } from './welcome';
import type { Command } from './words';

const maxTopicLength = 500;

/** Answers one message: the dialog under way has it first, then words and buttons, then the knowledge base. */
export async function answerMessage(turn: Turn, dialogs: CustomerDialogs): Promise<void> {
  if (turn.namedLanguage !== undefined) return switchLanguage(turn, turn.namedLanguage);
  if (turn.command !== 'greeting' && !isShared(turn.context.activity)) await greetOnFirstMessage(turn);
  const isPersonOffered = turn.data.isPersonOffered === true;
  delete turn.data.isPersonOffered;
  if (dialogs.isActive(turn)) {
    await dialogs.continueActive(turn);
    if (!turn.isPassedOn) return;
  }
  if (turn.command === 'yes' && isPersonOffered) await requestPerson(turn, dialogs, undefined);
  else await route(turn, dialogs);
  // Whoever asks in between finds the way back to the form; a command or button that begins something else does not.
  if (turn.isPassedOn && turn.input.kind === 'text' && dialogs.isActive(turn)) {
    await say(turn, 'handoff.formStillOpen', undefined, ['cancel']);
  }
}

async function route(turn: Turn, dialogs: CustomerDialogs): Promise<void> {
  const { input } = turn;
  switch (input.kind) {
    case 'text':
      if (turn.command) return onCommand(turn, dialogs, turn.command, input.text);
      return answerQuestion(turn, input.text);
    case 'submission':
      return onClick(turn, dialogs, input.verb, input.data);
    case 'unknownSubmission':
      return say(turn, 'input.unknownButton', undefined, ['person']);
    case 'files':
      return say(turn, 'input.files', undefined, ['person']);
    case 'tooLong':
      return say(turn, 'input.tooLong', { count: maxTextLength }, ['person']);
    case 'empty':
      return say(turn, 'input.empty');
  }
}

async function onCommand(turn: Turn, dialogs: CustomerDialogs, command: Command, spoken: string): Promise<void> {
  switch (command) {
    case 'person':
      return requestPerson(turn, dialogs, turn.collaborators.skills.match(spoken, turn.language));
    case 'leaveMessage':
      return leaveMessage(turn, dialogs, undefined);
    case 'cancel':
      return nothingToCancel(turn);
    case 'transcript':
      return sendTranscript(turn);
    case 'stillHere':
      return stillHere(turn);
    case 'yes':
      return say(turn, 'input.whatElse');
    case 'language':
      return chooseLanguage(turn);
    case 'none':
      return noneOfThese(turn);
    case 'help':
      return help(turn);
    case 'greeting':
      return welcome(turn);
    case 'startOver':
      return startOver(turn, dialogs);
    case 'thanks':
    case 'bye':
      return sayGoodbye(turn, dialogs, command);
  }
}

async function onClick(turn: Turn, dialogs: CustomerDialogs, verb: Verb, data: JsonObject): Promise<void> {
  switch (verb) {
    case verbs.refresh:
      return say(turn, 'input.unknownButton', undefined, ['person']);
    case verbs.ask:
      return answerSuggested(turn, textMember(data, 'question'));
    case verbs.readArticle:
      return readArticle(turn, data);
    case verbs.helped:
      return articleHelped(turn, data);
    case verbs.notThis:
      return articleNotThis(turn, data);
    case verbs.noneOfThese:
      return noneOfThese(turn);
    case verbs.person:
      return requestPerson(turn, dialogs, textMember(data, 'skill') || undefined);
    case verbs.leaveMessage:
      return leaveMessage(turn, dialogs, textMember(data, 'skill') || undefined);
    case verbs.rate:
      await takeRating(turn, data);
      return;
    case verbs.cancel:
    case verbs.skipRating:
      if (answersWithCard(turn)) retireClickedCard(turn, 'card.closedTitle', 'card.closed');
      return nothingToCancel(turn);
    case verbs.leaveHandoff:
      return say(turn, 'handoff.notInChat', undefined, ['person']);
    case verbs.submitPreChat:
    case verbs.changeDetails:
      retireClickedCard(turn, 'handoff.formTitle', 'card.closed');
      return say(turn, turn.data.handoff ? 'handoff.alreadyPassedOn' : 'handoff.formClosed', undefined, ['person']);
    case verbs.submitMessage:
      retireClickedCard(turn, 'message.title', 'card.closed');
      return say(turn, 'message.formClosed', undefined, ['leaveMessage']);
  }
}

async function answerSuggested(turn: Turn, question: string): Promise<void> {
  if (question === '' || question.length > maxTextLength) return say(turn, 'input.unknownButton', undefined, ['person']);
  return answerQuestion(turn, question);
}

/** Begins the way to a person, with what the conversation already tells about skill and topic. */
async function requestPerson(turn: Turn, dialogs: CustomerDialogs, skill: string | undefined): Promise<void> {
  const { data, collaborators, language } = turn;
  if (isShared(turn.context.activity)) return inviteToPrivateChat(turn);
  const topic = data.lastQuestion?.slice(0, maxTopicLength);
  const suggestedSkill = topic === undefined ? undefined : collaborators.skills.match(topic, language);
  // A handoff whose end was never told is over as soon as a message gets here: nobody else is answering.
  delete data.handoff;
  const options: HandoffOptions = {
    ...(skill !== undefined && { skill }),
    ...(suggestedSkill !== undefined && { suggestedSkill }),
    ...(topic !== undefined && { topic }),
  };
  if (turn.elsewhere) await turn.elsewhere({ ...(skill !== undefined && { skill }), ...(topic !== undefined && { topic }) });
  else await dialogs.begin(turn, handoffDialogId, options);
}

async function leaveMessage(turn: Turn, dialogs: CustomerDialogs, skill: string | undefined): Promise<void> {
  if (isShared(turn.context.activity)) return inviteToPrivateChat(turn);
  const { unmet, lastQuestion } = turn.data;
  const known = turn.collaborators.skills.list(turn.language).map((candidate) => candidate.name);
  const chosen = skill !== undefined && known.includes(skill) ? skill : (unmet?.skill ?? known[0] ?? '');
  const request: PersonRequest = { skill: chosen, topic: unmet?.topic ?? lastQuestion?.slice(0, maxTopicLength) ?? '' };
  await dialogs.begin(turn, offlineMessageDialogId, request);
}

async function nothingToCancel(turn: Turn): Promise<void> {
  turn.data.misses = 0;
  await say(turn, 'cancel.nothing');
}

async function startOver(turn: Turn, dialogs: CustomerDialogs): Promise<void> {
  dialogs.cancel(turn);
  await endVisit(turn, 'visitorStartedNew', now(turn));
  forgetQuestion(turn);
  await welcome(turn);
}

async function sayGoodbye(turn: Turn, dialogs: CustomerDialogs, command: 'thanks' | 'bye'): Promise<void> {
  dialogs.cancel(turn);
  await endVisit(turn, 'visitorEnded', now(turn));
  forgetQuestion(turn);
  await say(turn, `goodbye.${command}`);
}

function forgetQuestion(turn: Turn): void {
  delete turn.data.lastQuestion;
  turn.data.misses = 0;
}
