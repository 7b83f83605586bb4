import type { Activity, Attachment, CardAction } from 'botbuilder';
import { isJsonObject, type JsonObject, toJson } from '../../../common/json';
import { type Choice, flatten } from './adaptiveCard';
import { formOf } from './asked';
import { askQuestion } from './formOutput';
import { fromMarkdown, lines, link, type Markup, plain, strong, withoutMarkdown } from './markup';
import type { Output } from './output';
import { outgoingName, type WireCommand } from './wire';

const cardType = /^application\/vnd\.microsoft\.card\.(hero|thumbnail|adaptive)$/;
/** Events with this name, or whose name begins with it and a slash, carry a command to mluvii. */
const commandEvent = 'mluvii';

/** Writes one of the bot's activities in the channel's words. What the channel has no words for is left out. */
export function encode(activity: Partial<Activity>, output: Output): void {
  switch (activity.type) {
    case 'typing':
      if (output.abilities.typing) output.add({ activity: 'Typing', show: true });
      return;
    case 'endOfConversation':
      writeText(activity, output);
      output.add({ activity: 'EndConversation' });
      return;
    case 'event': {
      const command = eventCommand(activity) ?? channelCommand(activity.channelData);
      if (command) output.add(command);
      return;
    }
    case 'message':
      writeMessage(activity, output);
      return;
    default:
      return;
  }
}

function writeMessage(activity: Partial<Activity>, output: Output): void {
  writeText(activity, output);
  const attachments = Array.isArray(activity.attachments) ? activity.attachments : [];
  const heroes = attachments.filter(({ contentType }) => /\.(hero|thumbnail)$/.test(contentType) && cardType.test(contentType));
  if (heroes.length > 0) writeHeroes(heroes, activity.attachmentLayout === 'carousel', output);
  for (const attachment of attachments) {
    if (!cardType.test(attachment.contentType)) writeFile(attachment, output);
    else if (attachment.contentType.endsWith('.adaptive')) writeAdaptive(toJson(attachment.content), output);
  }
  // Quick replies would hide the input field, and the customer may always write instead.
  const replies = (activity.suggestedActions?.actions ?? []).map(choiceOf).filter((choice) => choice !== undefined);
  const fresh = replies.filter(({ title }) => !output.choices.some((choice) => choice.title === title));
  if (output.form === undefined) output.offer(fresh);
  output.flush();
  const command = channelCommand(activity.channelData);
  if (command) output.add(command);
  if (asksForFile(activity.channelData) && output.abilities.upload) output.add({ activity: 'ChatbotOpenFileUploadPrompt' });
  switchInput(activity.inputHint, output);
}

/** Somebody who waits for a file gets it quickest by a prompt. */
function asksForFile(channelData: unknown): boolean {
  return (channelData as { switchboard?: { fileRequested?: unknown } } | undefined)?.switchboard?.fileRequested === true;
}

/** A bot that takes no input hides the field, and shows it again with the first message that expects some. */
function switchInput(hint: Activity['inputHint'] | undefined, output: Output): void {
  if (hint === 'ignoringInput' && !output.isInputOff && output.abilities.inputSwitch) {
    output.add({ activity: 'DisableGuestInput' });
    output.isInputOff = true;
  } else if (hint === 'expectingInput' && output.isInputOff) {
    output.add({ activity: 'EnableGuestInput' });
    output.isInputOff = false;
  }
}

function writeText({ text, textFormat }: Partial<Activity>, output: Output): void {
  if (text) output.write(textFormat === 'plain' ? plain(text) : fromMarkdown(text));
}

function writeAdaptive(content: unknown, output: Output): void {
  if (!isJsonObject(content)) return;
  const card = flatten(content);
  output.write(strong(withoutMarkdown(card.title)));
  for (const text of card.texts) output.write(fromMarkdown(text));
  for (const { title, url } of card.links) output.write(linkLine(title, url, output));
  const form = card.questions.length > 0 ? formOf(card) : undefined;
  if (form) {
    output.form = form;
    const [question] = form.questions;
    if (question) askQuestion(output, form, question, { isFirst: true, isRepeated: false });
    return;
  }
  output.offer(card.buttons);
}

function writeHeroes(attachments: Attachment[], isCarousel: boolean, output: Output): void {
  const cards = attachments.map(({ content }) => toJson(content)).filter(isJsonObject);
  if (!output.abilities.heroCards) {
    for (const card of cards) writeHeroAsText(card, output);
    output.offer(distinct(cards.flatMap((card) => buttonsOf(card).map(choiceOf)).filter((choice) => choice !== undefined)));
    return;
  }
  const shown = cards.map((card) => heroOf(card, output));
  output.choices.push(...shown.flatMap(({ choices }) => choices));
  output.cards(
    shown.map(({ content }) => content),
    isCarousel,
  );
}

/** Only buttons that say something are attested; a link is written into the card when there is no other way to it. */
function heroOf(card: JsonObject, output: Output): { content: JsonObject; choices: Choice[] } {
  const said = buttonsOf(card)
    .map(choiceOf)
    .filter((choice) => choice !== undefined);
  const choices = said.slice(0, output.abilities.buttons);
  const links = said.length > 0 ? [] : linksOf(card).map(({ title, url }) => `${title}: ${url}`);
  const words = [textOf(card['subtitle']), withoutMarkdown(textOf(card['text'])), ...links].filter((part) => part !== '');
  const images = Array.isArray(card['images']) ? card['images'].filter(isJsonObject) : [];
  return {
    choices,
    content: {
      title: textOf(card['title']) || output.texts('channel.choose'),
      ...(words.length > 0 && { subtitle: words.join('\n') }),
      ...(images.length > 0 && { images: images.map((image) => ({ url: textOf(image['url']) })) }),
      ...(choices.length > 0 && { buttons: choices.map(({ title, text }) => ({ type: 'imBack', title, value: text ?? title })) }),
    },
  };
}

function writeHeroAsText(card: JsonObject, output: Output): void {
  output.write(
    lines(
      strong(textOf(card['title'])),
      plain(textOf(card['subtitle'])),
      fromMarkdown(textOf(card['text'])),
      ...linksOf(card).map(({ title, url }) => linkLine(title, url, output)),
    ),
  );
}

/** Where tags may not arrive, the address itself is shown. */
function linkLine(title: string, url: string, output: Output): Markup {
  return output.abilities.heroCards ? link(title, url) : plain(`${title}: ${url}`);
}

function writeFile({ contentUrl, name, contentType }: Attachment, output: Output): void {
  if (typeof contentUrl !== 'string' || !/^https?:/i.test(contentUrl) || contentType === 'text/html') return;
  if (output.abilities.files) output.add({ activity: 'ShareFile', url: contentUrl });
  else output.write(linkLine(name ?? contentUrl, contentUrl, output));
}

/** A button that comes back to the bot. */
function choiceOf(action: CardAction | JsonObject): Choice | undefined {
  const { type, title, value, text, displayText } = action as { [K in keyof CardAction]?: unknown };
  const words = [displayText, text, typeof value === 'string' ? value : undefined].find(
    (each) => typeof each === 'string' && each,
  );
  const label = textOf(toJson(title)) || textOf(toJson(words));
  if (label === '' || type === 'openUrl' || type === 'call' || type === 'signin') return undefined;
  const said = typeof words === 'string' && words !== label ? { text: words } : {};
  const data = toJson(value);
  if (isJsonObject(data)) return { title: label, ...said, value: data };
  return typeof value === 'number' ? { title: label, text: String(value) } : { title: label, ...said };
}

function buttonsOf(card: JsonObject): JsonObject[] {
  return Array.isArray(card['buttons']) ? card['buttons'].filter(isJsonObject) : [];
}

function linksOf(card: JsonObject): { title: string; url: string }[] {
  return buttonsOf(card)
    .filter((button) => button['type'] === 'openUrl')
    .map((button) => ({ title: textOf(button['title']), url: textOf(button['value']) }));
}

/** Two cards may have the same button; in a list of numbers the words tell them apart. */
function distinct(choices: Choice[]): Choice[] {
  return choices.map((choice) => {
    const isAlone = choices.filter(({ title }) => title === choice.title).length === 1;
    return isAlone || choice.text === undefined ? choice : { ...choice, title: choice.text };
  });
}

/** `channelData` that is a command of the channel goes through, in the vendor's spelling of its name. */
function channelCommand(channelData: unknown): WireCommand | undefined {
  const data = toJson(channelData);
  if (!isJsonObject(data)) return undefined;
  const member = Object.entries(data).find(([name]) => name.toLowerCase() === 'activity');
  const name = member && typeof member[1] === 'string' ? outgoingName(member[1]) : undefined;
  if (!member || !name) return undefined;
  const { [member[0]]: _name, sessionId: _session, ...rest } = data;
  return { ...rest, activity: name };
}

function eventCommand({ name, value }: Partial<Activity>): WireCommand | undefined {
  if (name?.startsWith(`${commandEvent}/`) !== true) return undefined;
  const command = outgoingName(name.slice(commandEvent.length + 1));
  const data = toJson(value);
  return command && { ...(isJsonObject(data) && data), activity: command };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}
