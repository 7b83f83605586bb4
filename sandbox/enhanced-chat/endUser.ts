import { randomUUID } from 'node:crypto';
import { type JsonObject, parseJson } from '../../common/json';
import { type Call, Refusal, respond } from '../http';
import type { Conversation } from './conversation';
import { bodyOf, checked } from './http';
import type { Org, Sender } from './org';
import { acknowledgeSchema, type SendOptions, type SentMessage, sendSchema, typingSchema, uploadSchema } from './schemas';

const messagesPerMinute = 22;
const maxFileBytes = 5 * 1024 * 1024;
const refusedTypes = /^application\/(?:x-msdownload|x-sh|java-archive)\b/;

/** `POST /conversation/{id}/…`: what the customer's side sends. */
export class EndUserResources {
  constructor(private readonly org: Org) {}

  message(call: Call, conversation: Conversation): void {
    const { message, ...options } = bodyOf(call, sendSchema);
    this.admit(conversation, options);
    this.checkAnswer(conversation, message);
    if (this.isRepeated(call, conversation, message.id)) return;
    this.begin(conversation, options);
    for (const part of partsOf(message)) this.org.say(conversation, endUser(conversation), part);
    conversation.messageIds.add(message.id);
    conversation.customerIsTyping = false;
    const text = wordsOf(conversation, message);
    this.org.show(conversation, { from: 'customer', name: nameOf(conversation), text });
    this.accepted(call, message.id);
  }

  async file(call: Call, conversation: Conversation): Promise<void> {
    const form = await readForm(call);
    const entry = form.get('messageEntry');
    const file = form.get('fileData');
    const isWhole =
      entry instanceof Blob && /^application\/json/.test(entry.type) && file instanceof File && [...form.keys()].length === 2;
    if (!isWhole) throw new Refusal(400, 'The body has to have a messageEntry of JSON and the fileData');
    const { message, ...options } = checked(parseJson(await entry.text()), uploadSchema);
    if (!this.org.options.takesFiles) throw new Refusal(400, 'File transfer is off', false);
    if (file.size > maxFileBytes) throw new Refusal(413, 'The file is too large');
    if (refusedTypes.test(file.type)) throw new Refusal(415, 'The type of the file is not allowed');
    this.admit(conversation, options);
    if (this.isRepeated(call, conversation, message.id)) return;
    this.begin(conversation, options);
    const url = this.keep(message.fileId, {
      name: file.name,
      contentType: file.type,
      bytes: Buffer.from(await file.arrayBuffer()),
    });
    this.org.say(conversation, endUser(conversation), {
      id: message.id,
      messageType: 'StaticContentMessage',
      staticContent: {
        formatType: 'Attachments',
        text: message.text ?? '',
        attachments: [{ id: message.fileId, name: file.name, mimeType: file.type, url }],
      },
    });
    const files = [{ name: file.name, contentType: file.type || 'application/octet-stream', url }];
    this.org.show(conversation, { from: 'customer', name: nameOf(conversation), text: message.text ?? '', files });
    this.accepted(call, message.id);
  }

  /** What the customer has got or read; only messages of others can be. */
  acknowledge(call: Call, conversation: Conversation): void {
    const { acks } = bodyOf(call, acknowledgeSchema);
    for (const { entryType, conversationEntryId } of acks) {
      const index = conversation.entries.findIndex(({ identifier }) => identifier === conversationEntryId);
      const entry = conversation.entries[index];
      if (entry?.entryType !== 'Message' || entry.sender['role'] === 'EndUser')
        throw new Refusal(400, 'conversationEntryId names no message that could be acknowledged');
      if (entryType === 'Read') conversation.readUntil = Math.max(conversation.readUntil, entry.transcriptedTimestamp);
    }
    this.org.changed();
    respond(call.response, 200, {});
  }

  typing(call: Call, conversation: Conversation): void {
    const { entryType } = bodyOf(call, typingSchema);
    conversation.customerIsTyping = entryType === 'TypingStartedIndicator';
    const event = conversation.customerIsTyping ? 'STARTED' : 'STOPPED';
    this.org.record(conversation, entryType, `CONVERSATION_TYPING_${event}_INDICATOR`, endUser(conversation), {
      timestamp: Date.now(),
    });
    this.org.changed();
    respond(call.response, 200, {});
  }

  keep(id: string, file: { name: string; contentType: string; bytes: Buffer }): string {
    this.org.files.set(id, file);
    return `${this.org.url}/files/${id}`;
  }

  /** Limits and the state of the session, before anything takes effect. */
  private admit(conversation: Conversation, options: SendOptions): void {
    if (options.esDeveloperName !== this.org.options.deployment) throw new Refusal(400, 'esDeveloperName is not this deployment');
    if (conversation.countMessage() > messagesPerMinute) {
      this.org.violation(`more than ${messagesPerMinute} messages a minute in one conversation`);
      throw new Refusal(429, 'Too many messages');
    }
    if (options.isNewMessagingSession) {
      if (!options.routingAttributes || !options.language)
        throw new Refusal(400, 'A new session wants routingAttributes and language');
      return;
    }
    const { session } = conversation;
    const wantsPreChat = session === 'ended' || (session === 'inactive' && this.org.options.wantsPreChatAgain);
    if (wantsPreChat) throw new Refusal(417, 'A new session needs pre-chat');
  }

  private begin(conversation: Conversation, options: SendOptions): void {
    if (options.isNewMessagingSession) this.org.takeAttributes(conversation, options.routingAttributes ?? {});
    if (conversation.session !== 'waiting' && conversation.session !== 'active') this.org.route(conversation);
  }

  private isRepeated(call: Call, conversation: Conversation, id: string): boolean {
    const { repeatedIds } = this.org.options;
    if (!conversation.messageIds.has(id) || repeatedIds === 'doubled') return false;
    if (repeatedIds === 'refused') throw new Refusal(409, 'The message exists');
    this.accepted(call, id);
    return true;
  }

  private checkAnswer(conversation: Conversation, message: SentMessage): void {
    if (message.messageType === 'StaticContentMessage') return;
    const question = conversation.questions.get(message.inReplyToMessageId);
    if (message.messageType === 'ChoicesResponseMessage') {
      const isOffered = message.choicesResponse.selectedOptions.every(({ optionIdentifier }) =>
        question?.options.has(optionIdentifier),
      );
      if (question?.kind !== 'choices' || !isOffered) throw new Refusal(400, 'The answer is to no choice that was offered');
      return;
    }
    if (!this.org.options.takesFormAnswers) throw new Refusal(400, 'formResponse is not known', false);
    const isAsked = message.formResponse.inputs.every(({ inputId }) => question?.fields.has(inputId));
    if (question?.kind !== 'form' || !isAsked) throw new Refusal(400, 'The answer is to no form that was sent');
  }

  private accepted(call: Call, id: string): void {
    respond(call.response, 202, { conversationEntries: [{ id, clientTimestamp: Date.now() }] });
  }
}

export function endUser(conversation: Conversation): Sender {
  return { role: 'EndUser', name: 'Guest', subject: conversation.subject };
}

export function nameOf(conversation: Conversation): string {
  return conversation.attributes['Customer_Name'] ?? 'Guest';
}

/** An address at the beginning or end makes two messages of one: the text, and a link of its own. */
function partsOf(message: SentMessage): JsonObject[] {
  const whole = JSON.parse(JSON.stringify(message)) as JsonObject;
  if (message.messageType !== 'StaticContentMessage') return [whole];
  const { text } = message.staticContent;
  const [url] = /^https?:\/\/\S+|https?:\/\/\S+$/.exec(text) ?? [];
  if (url === undefined || url === text) return [whole];
  const rest = text.startsWith(url) ? text.slice(url.length) : text.slice(0, -url.length);
  const staticContent = { formatType: 'RichLink', linkItem: { titleItem: { title: url }, url } };
  return [
    { ...whole, staticContent: { formatType: 'Text', text: rest.trim() } },
    { messageType: 'StaticContentMessage', id: randomUUID(), staticContent },
  ];
}

/** What the agent reads of a message. */
function wordsOf(conversation: Conversation, message: SentMessage): string {
  if (message.messageType === 'StaticContentMessage') return message.staticContent.text;
  if (message.messageType === 'ChoicesResponseMessage') {
    const titles = conversation.questions.get(message.inReplyToMessageId)?.options;
    return message.choicesResponse.selectedOptions.map(({ optionIdentifier: id }) => titles?.get(id) ?? id).join(', ');
  }
  return message.formResponse.inputs
    .map(({ inputLabel, value, selectedOptions }) => {
      const chosen = selectedOptions?.map(({ optionTitle }) => optionTitle).join(', ');
      return `${inputLabel}: ${chosen ?? value ?? ''}`;
    })
    .join('\n');
}

async function readForm(call: Call): Promise<FormData> {
  try {
    const headers = { 'content-type': call.header('content-type') ?? '' };
    return await new Response(new Uint8Array(call.body), { headers }).formData();
  } catch (error) {
    throw new Refusal(400, `The body is not multipart form data: ${error instanceof Error ? error.name : 'unreadable'}`);
  }
}
