import type { JsonObject } from '../common/json';
import { incidents } from './cases';
import { isMissing } from './customers';
import type { DataverseGateway } from './gateway';
import { type EnvironmentNames, sets } from './names';
import { isGuid } from './query';
import type { CallOptions } from './transport';

/** What a note hangs on. */
export interface NoteTarget {
  kind: 'case' | 'chat';
  id: string;
}

export interface NoteFile {
  name: string;
  contentType: string;
  /** Base64, as Dynamics keeps it. */
  base64: string;
}

export interface Note {
  subject: string;
  text: string;
  file?: NoteFile;
}

export interface AttachedFile {
  /** Id of the row the note hangs on. */
  targetId: string;
  file: NoteFile;
}

const longestSubject = 500;
const longestText = 100_000;
const longestFileName = 255;

/** Notes with or without a file on cases and chat activities. Throws `DataverseError`. */
export class Notes {
  constructor(
    private readonly gateway: DataverseGateway,
    private readonly names: Pick<EnvironmentNames, 'noteChat'>,
  ) {}

  /** Adds a note under an id of our choosing. Twice is fine: `existed` leaves the first as it is. */
  add(id: string, target: NoteTarget, note: Note, options?: CallOptions): Promise<'created' | 'existed'> {
    return this.gateway.create({ set: sets.notes, id }, { ...toRow(note), ...this.bind(target) }, options);
  }

  /** Adds the note, or brings the one of this id to what it says now. Twice is fine. */
  async put(id: string, target: NoteTarget, note: Note, options?: CallOptions): Promise<'created' | 'changed'> {
    if ((await this.add(id, target, note, options)) === 'created') return 'created';
    await this.gateway.update({ set: sets.notes, id }, toRow(note), options);
    return 'changed';
  }

  /** The file of a note; undefined when there is no such note, or it has none. */
  async file(id: string, options?: CallOptions): Promise<AttachedFile | undefined> {
    if (!isGuid(id)) return undefined;
    const columns = ['filename', 'mimetype', 'documentbody', '_objectid_value'];
    try {
      const row = await this.gateway.get({ set: sets.notes, id }, columns, options);
      const { filename, mimetype, documentbody, _objectid_value: targetId } = row;
      if (typeof documentbody !== 'string' || typeof targetId !== 'string') return undefined;
      const name = typeof filename === 'string' && filename !== '' ? filename : 'file';
      const contentType = typeof mimetype === 'string' && mimetype !== '' ? mimetype : 'application/octet-stream';
      return { targetId, file: { name, contentType, base64: documentbody } };
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  private bind({ kind, id }: NoteTarget): JsonObject {
    return kind === 'case'
      ? { 'objectid_incident@odata.bind': `/${incidents}(${id})` }
      : { [`${this.names.noteChat}@odata.bind`]: `/${sets.chatActivities}(${id})` };
  }
}

function toRow({ subject, text, file }: Note): JsonObject {
  return {
    subject: cut(subject, longestSubject),
    notetext: cut(text, longestText),
    ...(file && {
      isdocument: true,
      filename: cut(file.name, longestFileName),
      mimetype: file.contentType,
      documentbody: file.base64,
    }),
  };
}

/** Cuts between characters, so that no half of an emoji is left. */
function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  const end = /[\uD800-\uDBFF]/.test(text.charAt(most - 2)) ? most - 2 : most - 1;
  return `${text.slice(0, end)}…`;
}
