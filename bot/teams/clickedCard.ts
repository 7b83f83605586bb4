import type { Attachment, TurnContext } from 'botbuilder';
import { errorCode, type Log } from '../../common/log';
import { abilitiesOf } from '../channels/channelAbilities';

/**
 * Answers a pressed `Action.Execute`: with the card that takes the place of the pressed one, or with nothing to show. The client
 * waits for this, at most 15 s in Teams.
 */
export function cardAnswer(replacement: Attachment | undefined): object {
  return replacement
    ? { statusCode: 200, type: 'application/vnd.microsoft.card.adaptive', value: replacement.content }
    : messageAnswer('');
}

/** Answers a pressed `Action.Execute` with a line that is shown for a moment. */
export function messageAnswer(text: string): object {
  return { statusCode: 200, type: 'application/vnd.microsoft.activity.message', value: text };
}

/** Answers the invoke of this turn; its client waits for that. */
export async function respond(context: TurnContext, status: number, body?: object): Promise<void> {
  await context.sendActivity({ type: 'invokeResponse', value: { status, ...(body && { body }) } });
}

/** What invokes other than card actions are answered with: a dialog that cannot be opened says so, all else is not known. */
export function otherInvokeAnswer(name: string | undefined, noDialogs: string): { status: number; body?: object } {
  if (name === 'task/fetch' || name === 'task/submit')
    return { status: 200, body: { task: { type: 'message', value: noDialogs } } };
  return { status: 501 };
}

/**
 * Changes the pressed card in the conversation, so that it is still changed when the customer comes back to it: the answer to an
 * `Action.Execute` is shown only at once, and a plain submit has no answer. Best effort: pressing a card twice does no harm.
 */
export async function updateClickedCard(context: TurnContext, replacement: Attachment | undefined, log: Log): Promise<void> {
  const { channelId, replyToId } = context.activity;
  if (!replacement || !replyToId || !abilitiesOf(channelId).updatesMessages) return;
  try {
    await context.updateActivity({ type: 'message', id: replyToId, attachments: [replacement] });
  } catch (error) {
    log.debug('a pressed card could not be changed', { code: errorCode(error) });
  }
}
