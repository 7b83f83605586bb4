import type { Attachment } from 'botbuilder';
import { heroCardType } from '../cards/articleCarousel';
import type { Clock } from '../common/clock';
import { isoTime } from '../common/clock';
import type { JsonObject } from '../common/json';
import type { Texts, TranscriptFiles } from '../dialogs/collaborators';
import { HandoffError } from '../handoff/errors';
import type { FetchedFile } from '../handoff/provider';
import { abilitiesOf } from './channels/channelAbilities';
import { fileAddress, type SignedLinks } from './signedLinks';
import type { Transcript } from './transcript';
import { transcriptText } from './transcriptText';

/** As long as that of any other file: enough to come back to it, short enough that a leaked link dies. */
const linksLastInMs = 7 * 86_400_000;

export interface TranscriptFileDependencies {
  transcript: Pick<Transcript, 'newest'>;
  links: SignedLinks;
  texts: Texts;
  publicUrl: string;
  clock: Clock;
  /** How long transcripts are kept after the last change. */
  keptForInMs: number;
}

/** What the link of a transcript stands for; marks it among the references of files. */
const mark = 'transcript';

export const isTranscript = (reference: JsonObject): boolean => reference['from'] === mark;

/**
 * Gives customers what was said in their conversation as a text file behind a signed link. Nothing is stored for it: the file is
 * written when it is opened, from what is kept then, and ends where the conversation was when it was asked for.
 */
export class TranscriptFile implements TranscriptFiles {
  constructor(private readonly deps: TranscriptFileDependencies) {}

  async make(asked: Parameters<TranscriptFiles['make']>[0]): Promise<{ attachment: Attachment; until: number } | undefined> {
    const { links, texts, publicUrl, clock, transcript, keptForInMs } = this.deps;
    const { conversationKey, channelId, language, timeZone } = asked;
    const now = clock.now();
    if ((await transcript.newest(conversationKey, isoTime(now))).entries.length === 0) return undefined;
    const until = now + Math.min(linksLastInMs, keptForInMs);
    const reference = {
      from: mark,
      key: conversationKey,
      until: isoTime(now),
      language,
      ...(timeZone !== undefined && { timeZone }),
    };
    const name = `chat-${isoTime(now).slice(0, 10)}.txt`;
    const url = fileAddress(publicUrl, links, reference, name, until);
    if (abilitiesOf(channelId).takesFileAddresses)
      return { attachment: { contentType: 'text/plain', name, contentUrl: url }, until };
    const button = { type: 'openUrl', title: texts.t('transcript.open', language), value: url };
    return { attachment: { contentType: heroCardType, name, content: { title: name, buttons: [button] } }, until };
  }

  /** The bytes behind a link. Throws `HandoffError` with `sessionEnded` when nothing is kept any more. */
  async read(reference: JsonObject): Promise<FetchedFile> {
    const { texts } = this.deps;
    const { entries, isCut } = await this.deps.transcript.newest(String(reference['key']), String(reference['until']));
    if (entries.length === 0)
      throw new HandoffError({ provider: mark, code: 'sessionEnded', retriable: false, delivered: 'no', detail: 'deleted' });
    const language = texts.resolve(String(reference['language']));
    const timeZone = typeof reference['timeZone'] === 'string' ? reference['timeZone'] : 'UTC';
    const text = transcriptText(entries, { isCut, timeZone, language, t: (key, params) => texts.t(key, language, params) });
    return { bytes: Buffer.from(text), contentType: 'text/plain' };
  }
}
