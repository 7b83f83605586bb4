import { errorCode } from '../common/log';
import { inviteToPrivateChat } from './privateChat';
import { isShared } from './sharedPlace';
import { localTimeZone } from './timeZone';
import { say, send, type Turn, text } from './turn';

/**
 * Gives the customer what was said in this conversation, as a file. Where others read along their words would be in it too, so it
 * is declined there.
 */
export async function sendTranscript(turn: Turn): Promise<void> {
  if (isShared(turn.context.activity)) return inviteToPrivateChat(turn);
  const { transcriptFiles, log } = turn.collaborators;
  const timeZone = localTimeZone(turn);
  try {
    const file = await transcriptFiles?.make({
      conversationKey: turn.conversationKey,
      channelId: turn.context.activity.channelId,
      language: turn.language,
      ...(timeZone !== undefined && { timeZone }),
    });
    if (!file) return await say(turn, 'transcript.none', undefined, ['person']);
    const date = new Intl.DateTimeFormat(turn.language, { dateStyle: 'long', timeZone: timeZone ?? 'UTC' });
    await send(turn, {
      text: text(turn, 'transcript.ready', { date: date.format(file.until) }),
      attachments: [file.attachment],
      replies: [text(turn, 'replies.bye')],
    });
  } catch (error) {
    log.error('A transcript could not be made for the customer', { code: errorCode(error), conversation: turn.conversationKey });
    await say(turn, 'transcript.failed', undefined, ['transcript']);
  }
}

/** "I am still here": the reply to a reminder, said when the chat is over already. */
export async function stillHere(turn: Turn): Promise<void> {
  if (!turn.data.endedHandoffs?.length) return say(turn, 'input.whatElse');
  turn.data.isPersonOffered = true;
  await say(turn, 'handoff.chatIsOver', undefined, ['person', 'noThanks']);
}
