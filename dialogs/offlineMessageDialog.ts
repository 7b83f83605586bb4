import { type FormField, offlineMessageCard } from '../cards/formCard';
import type { SubmitAction } from '../cards/submitAction';
import { verbs } from '../cards/verbs';
import type { JsonObject } from '../common/json';
import { Dialog, type DialogContext, type DialogTurnResult } from './botDialogs';
import { answersWithCard, replaceClickedCard, retireClickedCard } from './clickedCard';
import type { OfflineMessage } from './collaborators';
import { correctedFields, readSubmittedForm } from './formTurn';
import { contactFields, learnContact } from './preChat';
import type { PersonRequest } from './state';
import { say, send, type Turn, text, turnOf } from './turn';
import { continueVisit, keep } from './visit';

export const offlineMessageDialogId = 'offlineMessage';
const maxMessageLength = 3_000;

/** Takes a message for people who are not there now, and says whether it was kept. */
export class OfflineMessageDialog extends Dialog<PersonRequest> {
  constructor() {
    super(offlineMessageDialogId);
  }

  override async beginDialog(dc: DialogContext, options?: PersonRequest): Promise<DialogTurnResult> {
    const request = requestOf(dc);
    request.skill = options?.skill ?? '';
    request.topic = options?.topic ?? '';
    const turn = turnOf(dc.context);
    return ask(turn, fieldsOf(turn));
  }

  override async continueDialog(dc: DialogContext): Promise<DialogTurnResult> {
    const turn = turnOf(dc.context);
    const { input } = turn;
    if (input.kind === 'submission') {
      if (input.verb === verbs.submitMessage) return onForm(dc, turn, input.data);
      if (input.verb === verbs.cancel) return leave(dc, turn);
      if (input.verb === verbs.changeDetails) {
        delete turn.customer.name;
        delete turn.customer.email;
        delete turn.customer.phone;
        return ask(turn, fieldsOf(turn));
      }
      return passOn(turn, dc, input.verb === verbs.person || input.verb === verbs.leaveMessage);
    }
    if (turn.command === 'cancel') return leave(dc, turn);
    // What is typed into the chat now is most likely the message itself: it is put into the form, not sent unasked.
    if (input.kind === 'text' && turn.command === undefined) {
      return ask(turn, fieldsOf(turn, input.text.slice(0, maxMessageLength)), text(turn, 'message.fromChat'));
    }
    return passOn(turn, dc, turn.command !== undefined && turn.command !== 'help');
  }
}

async function onForm(dc: DialogContext, turn: Turn, data: JsonObject): Promise<DialogTurnResult> {
  const fields = fieldsOf(turn);
  const reading = readSubmittedForm(fields, turn.customer, data);
  if (Object.keys(reading.problems).length > 0)
    return ask(turn, correctedFields(turn, fields, reading), text(turn, 'form.problem'));
  learnContact(turn.customer, reading.typed);
  const isKept = await keepMessage(turn, requestOf(dc), reading.typed['text'] ?? '');
  if (!isKept) {
    const same = correctedFields(turn, fieldsOf(turn), reading);
    return ask(turn, same, text(turn, 'message.notKept'));
  }
  delete turn.data.unmet;
  retireClickedCard(turn, 'message.title', 'card.sent');
  await say(turn, 'message.kept', undefined, ['bye']);
  return dc.endDialog();
}

async function keepMessage(turn: Turn, request: PersonRequest, message: string): Promise<boolean> {
  const { name, email, phone } = turn.customer;
  const topic = request.topic || text(turn, 'message.defaultTopic');
  await continueVisit(turn, topic);
  const kept: OfflineMessage = {
    name: name ?? '',
    ...(email !== undefined && { email }),
    ...(phone !== undefined && { phone }),
    text: message,
    topic,
    skill: request.skill,
  };
  const result = await keep(turn, 'message', async () => {
    await turn.collaborators.chatRecords.leaveMessage(turn.conversationKey, kept);
    return true;
  });
  return result === true;
}

function fieldsOf(turn: Turn, draft?: string): FormField[] {
  const texts = (key: string, params?: Record<string, string | number>) => text(turn, key, params);
  const label = text(turn, 'message.text');
  return [
    ...contactFields(turn.customer, texts),
    {
      id: 'text',
      kind: 'multiline',
      label,
      required: true,
      requiredMessage: text(turn, 'form.missing', { label }),
      maxLength: maxMessageLength,
      placeholder: text(turn, 'message.placeholder'),
      ...(draft !== undefined && { value: draft }),
    },
  ];
}

async function ask(turn: Turn, fields: FormField[], problem?: string): Promise<DialogTurnResult> {
  const others: SubmitAction[] = [{ title: text(turn, 'replies.cancel'), verb: verbs.cancel }];
  const isKnown = turn.customer.email !== undefined || turn.customer.phone !== undefined;
  if (isKnown) others.unshift({ title: text(turn, 'form.changeDetails'), verb: verbs.changeDetails });
  const card = offlineMessageCard({
    language: turn.language,
    title: text(turn, 'message.title'),
    text: text(turn, isKnown ? 'message.introductionKnown' : 'message.introduction'),
    ...(problem !== undefined && { problem }),
    fields,
    submit: { title: text(turn, 'message.submit'), verb: verbs.submitMessage },
    others,
  });
  if (answersWithCard(turn)) replaceClickedCard(turn, card);
  else await send(turn, { attachments: [card] });
  return Dialog.EndOfTurn;
}

async function leave(dc: DialogContext, turn: Turn): Promise<DialogTurnResult> {
  retireClickedCard(turn, 'message.title', 'card.canceled');
  await say(turn, 'message.canceled');
  return dc.endDialog();
}

async function passOn(turn: Turn, dc: DialogContext, isOver: boolean): Promise<DialogTurnResult> {
  turn.isPassedOn = true;
  return isOver ? dc.endDialog() : Dialog.EndOfTurn;
}

function requestOf(dc: DialogContext): PersonRequest {
  const instance = dc.activeDialog;
  if (!instance) throw new Error('the offline message dialog is not active');
  return instance.state as PersonRequest;
}
