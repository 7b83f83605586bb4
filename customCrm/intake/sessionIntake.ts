import { createHash } from 'node:crypto';
import { parseJson } from '../../common/json';
import { KeyedQueue } from '../../common/keyedQueue';
import { nameBasedId } from '../../dynamics/ledger/nameBasedId';
import type { Note, NoteTarget } from '../../dynamics/notes';
import type { CallOptions } from '../../dynamics/transport';
import { Parameters } from '../containers/parameters';
import type { CrmDependencies } from '../dependencies';
import { createAccount, search } from '../endpoints/accounts';
import { caseIdOfSession } from '../endpoints/records';
import { recordOf, rememberRecord } from '../endpoints/sessionRecords';
import { findTarget } from '../endpoints/target';
import { fileTypeOf } from '../files/fileType';
import { CrmProblem } from '../problem';
import { readCourseEvents } from './courseEvents';
import { SessionCourse } from './sessionCourse';
import { keyOf, type SessionFile } from './sessionFile';
import { readSessionMetadata, type SessionMetadata } from './sessionMetadata';

/** `taken`: the CRM has it now. `older`: a later version was taken before. `same`: it was taken before. */
export type IntakeOutcome = 'taken' | 'older' | 'same';

const longestNoteText = 90_000;

/**
 * Takes what the contact center tells of sessions after they ended, and hangs it on the record of the session: the chat activity
 * of the bot's conversation, else the session's case, else a new case of the customer. Files are written more than once: one note
 * per session and kind of file, and of metadata the version changed last.
 */
export class SessionIntake {
  /** Versions of one session are taken one after the other. */
  private readonly perSession = new KeyedQueue();
  private readonly course: SessionCourse;

  constructor(private readonly dependencies: CrmDependencies) {
    this.course = new SessionCourse(dependencies);
  }

  /**
   * Takes what is pushed while sessions run. Each step is written down first: what comes before the session has a record stands on it
   * with the next step, or with the metadata. Resolves with how many were new. Throws `CrmProblem` `invalid`.
   */
  async takeEvents(bytes: Buffer, options: CallOptions): Promise<number> {
    const events = readCourseEvents(parseJson(bytes.toString('utf8')) ?? null);
    if (!events) throw new CrmProblem('invalid', 'these are no session events: JSON with a list of events');
    const sessions = Map.groupBy(events, keyOf);
    const counts = await Promise.all(
      [...sessions].map(([session, ofSession]) =>
        this.perSession.run(`${session}/course`, async () => {
          const added = await this.course.add(session, ofSession);
          const [first] = ofSession;
          const target = first && (await this.targetOf(first, options));
          if (target) await this.course.note(target, session, options);
          return added;
        }),
      ),
    );
    return counts.reduce((sum, count) => sum + count, 0);
  }

  /**
   * Takes a metadata document. Throws `CrmProblem` `invalid` when it is none, or when neither a record nor a customer can be
   * found for it.
   */
  takeMetadata(bytes: Buffer, kind: 'chat' | 'call' | undefined, options: CallOptions): Promise<IntakeOutcome> {
    const metadata = readSessionMetadata(parseJson(bytes.toString('utf8')) ?? null, kind);
    if (!metadata) throw new CrmProblem('invalid', 'this is no session metadata: JSON with the id of a chat or call');
    const session = keyOf(metadata);
    return this.once(`${session}/metadata`, bytes, metadata.updatedAt, async () => {
      const target = (await this.targetOf(metadata, options)) ?? (await this.newCase(metadata, options));
      const base64 = bytes.toString('base64');
      const file = { name: `${session}.json`, contentType: 'application/json', base64 };
      const { subject, text } = metadata;
      await this.put(target, 'metadata', session, { subject, text, file }, options);
      await this.course.note(target, session, options);
    });
  }

  /** Takes any other file of a session. Throws `CrmProblem` `notFound` while there is no record of the session. */
  takeFile(file: SessionFile, name: string, bytes: Buffer, options: CallOptions): Promise<IntakeOutcome> {
    const session = keyOf(file);
    const isTranscript = file.what === 'transcript';
    return this.once(`${session}/${isTranscript ? file.what : name}`, bytes, 0, async () => {
      const target = await this.targetOf(file, options);
      if (!target) throw new CrmProblem('notFound', 'there is no record of this session yet: its metadata goes first');
      const isTooLarge = bytes.length > this.dependencies.largestFile;
      const text = isTranscript
        ? bytes.toString('utf8').slice(0, longestNoteText)
        : isTooLarge
          ? `${name} is too large for the CRM (${bytes.length} bytes). It is in the external storage.`
          : '';
      const { contentType } = fileTypeOf(bytes);
      const subject = `Contact center ${file.kind} ${file.id}: ${file.what}`;
      const attached = isTooLarge ? {} : { file: { name, contentType, base64: bytes.toString('base64') } };
      await this.put(target, isTranscript ? file.what : name, session, { subject, text, ...attached }, options);
    });
  }

  private async put(target: NoteTarget, what: string, session: string, note: Note, options: CallOptions): Promise<void> {
    await this.dependencies.notes.put(nameBasedId('customCrmSession', what, session), target, note, options);
  }

  /** Does it unless it was done before, or something later was. What was done is noted afterwards: a crash makes it done twice. */
  private once(key: string, bytes: Buffer, updatedAt: number, take: () => Promise<void>): Promise<IntakeOutcome> {
    const { documents, clock } = this.dependencies;
    const documentKey = `customCrm/intake/${key}`;
    return this.perSession.run(key, async () => {
      const known = (await documents.read([documentKey])).get(documentKey)?.value;
      const digest = createHash('sha256').update(bytes).digest('base64url');
      if (known?.['digest'] === digest) return 'same';
      if (typeof known?.['updatedAt'] === 'number' && known['updatedAt'] > updatedAt) return 'older';
      await take();
      await documents.write(new Map([[documentKey, { value: { digest, updatedAt } }]]), clock.now());
      return 'taken';
    });
  }

  private async targetOf(
    session: Pick<SessionMetadata, 'kind' | 'id'> & { ticketId?: string },
    options: CallOptions,
  ): Promise<NoteTarget | undefined> {
    const { conversations, chats, cases } = this.dependencies;
    const conversation = session.kind === 'chat' ? await conversations.findByChat(session.id) : undefined;
    const chatActivityId = conversation?.chatActivityId;
    const chat = chatActivityId === undefined ? undefined : await chats.get(chatActivityId, options);
    if (chat) return { kind: 'chat', id: chat.id };
    const remembered = await recordOf(keyOf(session), this.dependencies);
    if (remembered) return remembered;
    const known = await cases.get(caseIdOfSession(keyOf(session)), options);
    if (known) return { kind: 'case', id: known.id };
    return session.ticketId === undefined ? undefined : findTarget(session.ticketId, this.dependencies, options);
  }

  /** A session nobody made a record of gets one, when its customer can be told. */
  private async newCase(metadata: SessionMetadata, options: CallOptions): Promise<NoteTarget> {
    const contactId = await this.contactOf(metadata, options);
    if (contactId === undefined)
      throw new CrmProblem('invalid', 'the session has no record, and nothing in it tells the customer');
    const id = caseIdOfSession(keyOf(metadata));
    const origin = metadata.kind === 'call' ? 'phone' : 'web';
    await this.dependencies.cases.create(id, contactId, { subject: metadata.subject, origin }, options);
    await rememberRecord(keyOf(metadata), { kind: 'case', id }, this.dependencies);
    return { kind: 'case', id };
  }

  private async contactOf({ endUsers }: SessionMetadata, options: CallOptions): Promise<string | undefined> {
    for (const endUser of endUsers) {
      const found = await search(endUser, this.dependencies, options);
      if (found) return found.id;
    }
    const known = endUsers.find(({ identifier, email, phone }) => identifier ?? email ?? phone);
    if (!known) return undefined;
    const signal = options.signal ?? AbortSignal.timeout(options.timeoutInMs ?? 20_000);
    const created = await createAccount({ path: {}, parameters: new Parameters({ ...known }), signal }, this.dependencies);
    const { id } = created.body as { id: string };
    return id;
  }
}
