import { HandoffError } from '../../errors';
import type { FetchedFile, FileLinker, FileReader } from '../../provider';
import type { CustomerFile, CustomerMessage } from '../../request';
import { failure, unseen } from './errors';
import { type MediaUpload, uploadKind } from './upload';
import type { MediaKind, OutgoingMessage } from './wire';

/** Takes a customer's message apart into what the platform takes: one text, and each picture or video by itself. */
export class MessageParts {
  constructor(
    private readonly deps: { upload: MediaUpload; readFile: FileReader; linkFile: FileLinker; textContent: 'object' | 'string' },
  ) {}

  /** Uploads what can be uploaded, which nobody sees yet; the rest becomes links in the text. Not empty. */
  async prepare(chatId: number, message: CustomerMessage, signal: AbortSignal): Promise<OutgoingMessage[]> {
    const media: OutgoingMessage[] = [];
    const links: string[] = [];
    for (const file of message.files) {
      const uploaded = await this.upload(chatId, file, signal);
      if (uploaded) media.push(uploaded);
      else links.push(`${file.name}: ${this.deps.linkFile(file)}`);
    }
    const text = [message.text, ...submitted(message), ...links].filter((line) => line.trim() !== '').join('\n');
    if (text === '' && media.length === 0) throw failure('invalid', 'nothing to say');
    const isObject = this.deps.textContent === 'object';
    return [...(text === '' ? [] : [{ type: 'text', content: isObject ? { text } : text } as const]), ...media];
  }

  private async upload(chatId: number, file: CustomerFile, signal: AbortSignal): Promise<OutgoingMessage | undefined> {
    if (!uploadKind(file.contentType, 0)) return undefined;
    const content: FetchedFile = await this.deps.readFile(file, signal);
    // The channel's word for it decided on reading; the bytes' own type and size decide on sending.
    const kind: MediaKind | undefined = uploadKind(content.contentType, content.bytes.length);
    if (!kind) return undefined;
    try {
      const mediaId = await this.deps.upload.upload(chatId, kind, { ...content, name: file.name }, signal);
      return { type: kind, content: { media_id: mediaId } };
    } catch (error) {
      // A refusal of this one file is no refusal of the message.
      if (error instanceof HandoffError && (error.code === 'invalid' || error.code === 'rejected')) return undefined;
      throw unseen(error);
    }
  }
}

/** The platform has no cards: what a customer submitted on one is told in words. */
function submitted({ text, cardSubmission = {} }: CustomerMessage): string[] {
  // The words of a submission, where there are any, are all that a person needs of it.
  if (text.trim() !== '') return [];
  return Object.entries(cardSubmission).map(
    ([key, value]) => `${key}: ${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
}

const MAX_REMEMBERED = 1_000;

/** One message under way. */
interface Work {
  /** The next part to send; undefined when all were taken. */
  next(): OutgoingMessage | undefined;
  /** The desk has taken the part. */
  done(): void;
}

/** Parts that were taken before a later one failed, so that the relay's next attempt goes on after them. */
export class PartlySent {
  private readonly left = new Map<string, OutgoingMessage[]>();

  async begin(key: string, prepare: () => Promise<OutgoingMessage[]>): Promise<Work> {
    const parts = this.left.get(key) ?? (await prepare());
    return {
      next: () => parts[0],
      done: () => {
        parts.shift();
        this.left.delete(key);
        if (parts.length > 0) this.left.set(key, parts);
        const [oldest] = this.left.keys();
        if (this.left.size > MAX_REMEMBERED && oldest !== undefined) this.left.delete(oldest);
      },
    };
  }
}
