import type { FormField } from '../cards/formCard';
import { preChatCard } from '../cards/formCard';
import type { SubmitAction } from '../cards/submitAction';
import { verbs } from '../cards/verbs';
import type { JsonObject } from '../common/json';
import { errorCode } from '../common/log';
import { Dialog, type DialogContext, type DialogTurnResult } from './botDialogs';
import { answersWithCard, replaceClickedCard, retireClickedCard } from './clickedCard';
import type { Availability, EscalationSkill } from './collaborators';
import { textMember } from './customerInput';
import { isEmail, isPhone } from './form';
import { correctedFields, goodValues, readSubmittedForm } from './formTurn';
import { initiateHandoff } from './handoffInitiation';
import { tellUnavailable } from './personOffer';
import { type HandoffFacts, learn, learnContact, missingFields } from './preChat';
import { say, send, type Turn, text, turnOf } from './turn';

export const handoffDialogId = 'handoff';

export interface HandoffOptions {
  /** The skill the customer named. */
  skill?: string;
  /** The skill an earlier question suggests; still asked. */
  suggestedSkill?: string;
  topic?: string;
  /** Answers that are known already, by the names of the fields. */
  fields?: Record<string, string>;
}

interface HandoffDialogState {
  facts: HandoffFacts;
  suggestedSkill?: string;
}

/**
 * Asks what a person needs to know, checks that somebody can be there, and initiates the handoff. It is over with
 * that: the wait for the desk is a note in the conversation's data, so that a status that never comes cannot hang it.
 */
export class HandoffDialog extends Dialog<HandoffOptions> {
  constructor() {
    super(handoffDialogId);
  }

  override async beginDialog(dc: DialogContext, options: HandoffOptions = {}): Promise<DialogTurnResult> {
    const turn = turnOf(dc.context);
    const skills = listSkills(turn);
    if (skills.length === 0) {
      await say(turn, 'handoff.notOffered');
      return dc.endDialog();
    }
    const named = skills.find((skill) => skill.name === options.skill) ?? (skills.length === 1 ? skills[0] : undefined);
    const state = stateOf(dc);
    state.facts = {
      fields: { ...options.fields },
      ...(named && { skill: named.name }),
      ...(options.topic !== undefined && { topic: options.topic }),
    };
    if (options.suggestedSkill !== undefined) state.suggestedSkill = options.suggestedSkill;
    takeChannelName(turn);
    return this.advance(dc, turn);
  }

  override async continueDialog(dc: DialogContext): Promise<DialogTurnResult> {
    const turn = turnOf(dc.context);
    const { input } = turn;
    if (input.kind === 'submission') return this.onSubmission(dc, turn, input.verb, input.data);
    if (input.kind === 'text') return this.onText(dc, turn, input.text);
    return passOn(turn);
  }

  private async onSubmission(dc: DialogContext, turn: Turn, verb: string, data: JsonObject): Promise<DialogTurnResult> {
    switch (verb) {
      case verbs.submitPreChat:
        return this.onForm(dc, turn, data);
      case verbs.cancel:
      case verbs.leaveHandoff:
        return leave(dc, turn);
      case verbs.changeDetails:
        forgetContact(turn);
        return ask(turn, this.missing(dc, turn));
      case verbs.person:
        this.nameSkill(dc, turn, textMember(data, 'skill'));
        return this.advance(dc, turn);
      case verbs.leaveMessage:
        turn.isPassedOn = true;
        return dc.endDialog();
      default:
        return passOn(turn);
    }
  }

  private async onText(dc: DialogContext, turn: Turn, spoken: string): Promise<DialogTurnResult> {
    switch (turn.command) {
      case 'cancel':
        return leave(dc, turn);
      case 'person':
        this.nameSkill(dc, turn, turn.collaborators.skills.match(spoken, turn.language));
        return this.advance(dc, turn);
      case 'bye':
      case 'thanks':
      case 'startOver':
      case 'leaveMessage':
        turn.isPassedOn = true;
        return dc.endDialog();
      default:
        return this.onTyped(dc, turn, spoken);
    }
  }

  /** Some type their address instead of filling in the form. Anything else is a question for the bot; the form stays open. */
  private async onTyped(dc: DialogContext, turn: Turn, spoken: string): Promise<DialogTurnResult> {
    const isAsked = this.missing(dc, turn).some((field) => field.id === 'email');
    if (isAsked && isEmail(spoken)) learnContact(turn.customer, { email: spoken });
    else if (isAsked && isPhone(spoken)) learnContact(turn.customer, { phone: spoken });
    else return passOn(turn);
    return this.advance(dc, turn);
  }

  private async onForm(dc: DialogContext, turn: Turn, data: JsonObject): Promise<DialogTurnResult> {
    const fields = this.missing(dc, turn);
    const reading = readSubmittedForm(fields, turn.customer, data);
    if (Object.keys(reading.problems).length > 0) return ask(turn, correctedFields(turn, fields, reading), true);
    learn(stateOf(dc).facts, turn.customer, fields, goodValues(reading));
    retireClickedCard(turn, 'handoff.formTitle', 'card.sent');
    return this.advance(dc, turn);
  }

  /** Asks what is missing, or goes to the desk. Nobody fills in a form to learn that nobody is there. */
  private async advance(dc: DialogContext, turn: Turn): Promise<DialogTurnResult> {
    const { facts } = stateOf(dc);
    const skill = listSkills(turn).find((candidate) => candidate.name === facts.skill);
    const availability = skill && (await checkAvailability(turn, skill.name));
    if (skill && availability && !availability.available) {
      await tellUnavailable(turn, { skill: skill.name, topic: facts.topic ?? skill.title }, availability);
      return dc.endDialog();
    }
    const missing = this.missing(dc, turn);
    if (!skill || missing.length > 0) return ask(turn, missing);
    await initiateHandoff(turn, skill, facts, availability);
    return dc.endDialog();
  }

  private missing(dc: DialogContext, turn: Turn): FormField[] {
    const { facts, suggestedSkill } = stateOf(dc);
    return missingFields(facts, turn.customer, listSkills(turn), suggestedSkill, (key, params) => text(turn, key, params));
  }

  private nameSkill(dc: DialogContext, turn: Turn, name: string | undefined): void {
    if (listSkills(turn).some((skill) => skill.name === name) && name !== undefined) stateOf(dc).facts.skill = name;
  }
}

function stateOf(dc: DialogContext): HandoffDialogState {
  const instance = dc.activeDialog;
  if (!instance) throw new Error('the handoff dialog is not active');
  return instance.state as HandoffDialogState;
}

function listSkills(turn: Turn): EscalationSkill[] {
  return turn.collaborators.skills.list(turn.language);
}

/** Not knowing is no refusal: the desk itself will tell. */
async function checkAvailability(turn: Turn, skill: string): Promise<Availability> {
  try {
    const { channelId } = turn.context.activity;
    return await turn.collaborators.skills.availability(skill, turn.language, channelId);
  } catch (error) {
    turn.collaborators.log.warn('The availability of a skill could not be checked', { skill, code: errorCode(error) });
    return { available: true };
  }
}

/** Teams tells the real name; other channels send placeholders or what a page chose. */
function takeChannelName(turn: Turn): void {
  const { channelId, from } = turn.context.activity;
  if (channelId === 'msteams' && from?.name && turn.customer.name === undefined) turn.customer.name = from.name.slice(0, 100);
}

function forgetContact(turn: Turn): void {
  delete turn.customer.name;
  delete turn.customer.email;
  delete turn.customer.phone;
}

async function ask(turn: Turn, fields: FormField[], hasProblems = false): Promise<DialogTurnResult> {
  const { name, email, phone } = turn.customer;
  const others: SubmitAction[] = [{ title: text(turn, 'replies.cancel'), verb: verbs.cancel }];
  // Known details are not shown: on the web, who the customer is has not been proven.
  if (name ?? email ?? phone) others.unshift({ title: text(turn, 'form.changeDetails'), verb: verbs.changeDetails });
  const card = preChatCard({
    language: turn.language,
    title: text(turn, 'handoff.formTitle'),
    text: text(turn, 'handoff.formText'),
    ...(hasProblems && { problem: text(turn, 'form.problem') }),
    fields,
    submit: { title: text(turn, 'handoff.submit'), verb: verbs.submitPreChat },
    others,
  });
  if (answersWithCard(turn)) replaceClickedCard(turn, card);
  else await send(turn, { attachments: [card] });
  return Dialog.EndOfTurn;
}

async function leave(dc: DialogContext, turn: Turn): Promise<DialogTurnResult> {
  retireClickedCard(turn, 'handoff.formTitle', 'card.canceled');
  await say(turn, 'handoff.canceled');
  return dc.endDialog();
}

function passOn(turn: Turn): DialogTurnResult {
  turn.isPassedOn = true;
  return Dialog.EndOfTurn;
}
