import { randomBytes, randomUUID } from 'node:crypto';
import type { Clock } from '../../common/clock';
import { Conversation } from './conversation';
import { DirectLineError } from './exchange';
import { Journal, type JournalLine } from './journal';
import { Tokens } from './tokens';

export interface StoredFile {
  name: string;
  contentType: string;
  bytes: Buffer;
}

const keptForInMs = 7 * 24 * 60 * 60_000;

/** All conversations of one Direct Line, kept in its journal. */
export class Conversations {
  private readonly byId = new Map<string, Conversation>();
  private readonly files = new Map<string, { name: string; contentType: string; bytes?: Buffer }>();
  private readonly journal: Journal;
  readonly key: string;
  readonly secret: string;

  constructor(
    private readonly clock: Clock,
    dataFile?: string,
  ) {
    this.journal = new Journal(dataFile);
    const lines = this.forget(this.journal.read());
    const known = lines.find((line) => line.kind === 'key');
    this.key = known?.key ?? Tokens.newKey();
    this.secret = known?.secret ?? Tokens.newKey();
    if (!known) this.journal.add({ kind: 'key', key: this.key, secret: this.secret });
    for (const line of lines) this.restore(line);
  }

  /** A new conversation of this user; a user id is made when none is given. */
  create(user: { id?: string; name?: string }): Conversation {
    const id = randomBytes(16).toString('base64url');
    const userId = user.id ?? `dl_${randomUUID()}`;
    const conversation = this.add(id, userId, user.name, false);
    this.keep(conversation);
    return conversation;
  }

  /** The conversation of this id. Throws `DirectLineError` 404. */
  get(id: string): Conversation {
    const conversation = this.byId.get(id);
    if (!conversation) throw new DirectLineError(404, 'ConversationNotFound', 'There is no such conversation.');
    return conversation;
  }

  /** Notes that a client started the conversation; true when it was the first. */
  start(conversation: Conversation): boolean {
    if (conversation.isStarted) return false;
    conversation.isStarted = true;
    this.keep(conversation);
    return true;
  }

  noteDeleted(conversationId: string, activityId: string): void {
    this.journal.add({ kind: 'deleted', conversationId, activityId });
  }

  addFile(file: StoredFile): string {
    const id = randomBytes(18).toString('base64url');
    this.files.set(id, file);
    this.journal.writeFile(id, file.bytes);
    this.journal.add({ kind: 'file', id, name: file.name, contentType: file.contentType });
    return id;
  }

  findFile(id: string): StoredFile | undefined {
    const file = this.files.get(id);
    const bytes = file?.bytes ?? (file && this.journal.readFile(id));
    return file && bytes ? { name: file.name, contentType: file.contentType, bytes } : undefined;
  }

  private add(id: string, userId: string, userName: string | undefined, isStarted: boolean): Conversation {
    const conversation = new Conversation(id, userId, userName, isStarted, (position, activity) =>
      this.journal.add({ kind: 'activity', conversationId: id, position, activity }),
    );
    this.byId.set(id, conversation);
    return conversation;
  }

  private keep({ id, userId, userName, isStarted }: Conversation): void {
    this.journal.add({ kind: 'conversation', id, userId, ...(userName && { userName }), isStarted, at: this.clock.now() });
  }

  private restore(line: JournalLine): void {
    if (line.kind === 'file') this.files.set(line.id, { name: line.name, contentType: line.contentType });
    if (line.kind === 'conversation') {
      const known = this.byId.get(line.id);
      if (known) known.isStarted = line.isStarted;
      else this.add(line.id, line.userId, line.userName, line.isStarted);
    }
    if (line.kind === 'activity') this.byId.get(line.conversationId)?.restore(line.position, line.activity, this.clock.now());
    if (line.kind === 'deleted') this.byId.get(line.conversationId)?.remove(line.activityId);
  }

  /** Leaves out conversations that began long ago, so that the file does not grow forever. */
  private forget(lines: JournalLine[]): JournalLine[] {
    const oldest = this.clock.now() - keptForInMs;
    const old = new Set(
      lines.filter((line) => line.kind === 'conversation' && line.at < oldest).map((line) => 'id' in line && line.id),
    );
    if (old.size === 0) return lines;
    const kept = lines.filter((line) => {
      if (line.kind === 'conversation') return !old.has(line.id);
      return 'conversationId' in line ? !old.has(line.conversationId) : true;
    });
    this.journal.replace(kept);
    return kept;
  }
}
