import type { JsonObject, JsonValue } from '../../../common/json';
import type { CustomerFile, CustomerMessage } from '../../request';
import { maxTextLength } from './capabilities';
import { choiceAnswer } from './choices';
import type { WireMessage } from './client';
import { failure } from './errors';
import { formAnswer, formAnswerText } from './forms';
import { idFrom } from './ids';
import type { EnhancedChatSession } from './session';
import { splitText } from './splitText';

/** What one request carries. Its id is equal on every attempt. */
export type Part =
  | {
      kind: 'message';
      id: string;
      message: WireMessage;
      /** Said instead when the desk does not take the message as it is. */
      instead?: WireMessage;
    }
  | { kind: 'file'; id: string; fileId: string; file: CustomerFile; linkId: string };

/** The requests a message becomes, in order: what was said or answered, then a file each. Throws `invalid` when there are none. */
export function partsOf(session: EnhancedChatSession, message: CustomerMessage): Part[] {
  const id = (...part: string[]) => idFrom(session.conversationId, message.id, ...part);
  const files = message.files.map((file, index): Part => {
    const place = String(index);
    return { kind: 'file', id: id('file', place), fileId: id('bytes', place), linkId: id('link', place), file };
  });
  const answered = message.cardSubmission && answer(session, id('answer'), message.cardSubmission);
  const written = answered
    ? [answered]
    : splitText(textOf(message), maxTextLength).map((text, index) => said(id('text', String(index)), text));
  const parts = [...written, ...files];
  if (parts.length === 0) throw failure({ code: 'invalid', retriable: false, delivered: 'no', detail: 'nothing to say' });
  return parts;
}

export function textMessage(id: string, text: string, inReplyToMessageId?: string): WireMessage {
  return {
    id,
    messageType: 'StaticContentMessage',
    staticContent: { formatType: 'Text', text },
    ...(inReplyToMessageId !== undefined && { inReplyToMessageId }),
  };
}

function said(id: string, text: string): Part {
  return { kind: 'message', id, message: textMessage(id, text) };
}

/** The answer to a card we made of the desk's choices or form; undefined for any other card. */
function answer(session: EnhancedChatSession, id: string, submission: JsonObject): Part | undefined {
  const choice = choiceAnswer(id, submission);
  if (choice) return { kind: 'message', id, message: choice };
  const form = session.forms.find(({ messageId }) => messageId === submission['form']);
  if (!form) return undefined;
  const instead = textMessage(id, formAnswerText(form, submission).slice(0, maxTextLength), form.messageId);
  return { kind: 'message', id, message: formAnswer(id, form, submission), instead };
}

function textOf(message: CustomerMessage): string {
  if (message.text !== '') return message.text;
  return Object.entries(message.cardSubmission ?? {})
    .map(([name, value]) => `${name}: ${valueText(value)}`)
    .join('\n');
}

function valueText(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
