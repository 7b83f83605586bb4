import type { Clock } from '../../../common/clock';
import { HandoffError } from '../../errors';
import type { FetchedFile, FileLinker, FileReader } from '../../provider';
import type { CustomerFile, CustomerMessage } from '../../request';
import type { ChatGateway } from './client';
import { failure, PROVIDER } from './errors';
import type { AuthorType } from './wire';

export interface SendDependencies {
  gateway: ChatGateway;
  clock: Clock;
  readFile: FileReader;
  linkFile: FileLinker;
}

/** Uploads the files, then says the text and shows them with it. Nothing is visible before the last step. */
export async function sendMessage(
  { gateway, readFile, linkFile }: SendDependencies,
  conversationId: string,
  message: CustomerMessage,
  signal: AbortSignal,
): Promise<void> {
  const author = authorOf(message);
  const attachments: { id: string }[] = [];
  const links: string[] = [];
  for (const file of message.files) {
    const id = await upload(gateway, conversationId, { file, content: await readFile(file, signal), author }, signal);
    if (id === undefined) links.push(`${file.name}: ${linkFile(file)}`);
    else attachments.push({ id });
  }
  const text = [textOf(message), ...links].filter((part) => part !== '').join('\n');
  if (text === '') throw failure('invalid', 'nothing to say');
  await gateway.sendMessage(conversationId, { authorType: author, text, ...(attachments.length > 0 && { attachments }) }, signal);
}

/** The id of the uploaded file; undefined when the desk does not take files like this, so that a link has to do. */
async function upload(
  gateway: ChatGateway,
  conversationId: string,
  { file, content, author }: { file: CustomerFile; content: FetchedFile; author: AuthorType },
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    return await gateway.uploadAttachment(conversationId, { ...content, name: file.name }, author, signal);
  } catch (error) {
    if (!(error instanceof HandoffError)) throw error;
    // Size and type limits are not documented; a refusal of this one request is taken as one.
    if (error.code === 'invalid' || error.code === 'rejected') return undefined;
    throw unseen(error);
  }
}

/** A lost upload shows nothing to anybody, so the message surely did not arrive. */
function unseen(error: HandoffError): HandoffError {
  return new HandoffError({
    provider: PROVIDER,
    code: error.code,
    retriable: error.retriable,
    delivered: 'no',
    ...(error.retryAfterInMs !== undefined && { retryAfterInMs: error.retryAfterInMs }),
    ...(error.detail !== undefined && { detail: error.detail }),
    cause: error,
  });
}

/** How far back an equal text makes it impossible to tell one message from another. */
const AMBIGUOUS_IN_MS = 30_000;
/** Clocks differ, and the vendor's header tells seconds only. */
const TOLERANCE_IN_MS = 2_000;
const MAX_PAGES = 4;

/**
 * Looks for the message among those the desk has: same author, same text, not older than the message itself by the
 * desk's own clock. Undefined when an equal text from just before leaves it open.
 */
export async function wasDelivered(
  { gateway, clock }: SendDependencies,
  conversationId: string,
  message: CustomerMessage,
  signal: AbortSignal,
): Promise<boolean | undefined> {
  const [author, text] = [authorOf(message), textOf(message)];
  const matches = (found: string) => (message.files.length > 0 ? found.startsWith(text) : found === text);
  const sentAt = Date.parse(message.at);
  let isOpen = false;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const { items, hasMore, serverTime } = await gateway.listMessages(conversationId, page, signal);
    const earliest = sentAt + (serverTime === undefined ? 0 : serverTime - clock.now()) - TOLERANCE_IN_MS;
    for (const item of items) {
      if (item.createdAt !== undefined && item.createdAt < earliest - AMBIGUOUS_IN_MS) return isOpen ? undefined : false;
      if (item.authorType !== author || !matches(item.text)) continue;
      if (item.createdAt !== undefined && item.createdAt >= earliest) return true;
      isOpen = true;
    }
    if (!hasMore) break;
  }
  return isOpen ? undefined : false;
}

function authorOf(message: CustomerMessage): AuthorType {
  return message.author === 'bot' ? 'bot' : 'user';
}

/**
 * The text as it is sent. Attachments alone are not proven to be taken, so their names go along; what a customer
 * submitted on a card is told in words, because the operation for it is not proven either.
 */
function textOf(message: CustomerMessage): string {
  const submission = Object.entries(message.cardSubmission ?? {}).map(
    ([key, value]) => `${key}: ${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  // The words of a submission, where there are any, are all that a person needs of it.
  const text = message.text.trim() === '' ? submission.join('\n') : message.text;
  return text.trim() === '' ? message.files.map(({ name }) => name).join(', ') : text;
}
