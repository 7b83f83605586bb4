import { isoTime } from '../../common/clock';
import { isJsonObject, type JsonObject } from '../../common/json';
import { nameBasedId } from '../../dynamics/ledger/nameBasedId';
import type { NoteTarget } from '../../dynamics/notes';
import type { CallOptions } from '../../dynamics/transport';
import { ETagMismatch, noDocument } from '../../store/store';
import type { CrmDependencies } from '../dependencies';
import type { CourseEvent } from './courseEvents';

/** A session's steps by the contact center's id of each: when, and what. */
type Course = Record<string, { at: number; text: string }>;

const mostSteps = 200;
const mostTries = 10;

/** Keeps the steps of each session, in whatever order and how often they come, and writes them as one note. */
export class SessionCourse {
  constructor(private readonly dependencies: CrmDependencies) {}

  /** Adds steps of one session. Resolves when they are written down, with how many were new. Twice is fine. */
  async add(session: string, events: readonly CourseEvent[]): Promise<number> {
    const { documents, clock } = this.dependencies;
    const key = keyOf(session);
    for (let tries = 1; ; tries += 1) {
      const stored = (await documents.read([key])).get(key);
      const known = courseIn(stored?.value);
      const fresh = events.filter(({ eventId }) => !Object.hasOwn(known, eventId));
      if (fresh.length === 0) return 0;
      const added: Course = Object.fromEntries(fresh.map(({ eventId, at, text }) => [eventId, { at, text }]));
      const steps: Course = Object.fromEntries(Object.entries({ ...known, ...added }).slice(-mostSteps));
      try {
        await documents.write(new Map([[key, { value: { steps }, eTag: stored?.eTag ?? noDocument }]]), clock.now());
        return fresh.length;
      } catch (error) {
        if (!(error instanceof ETagMismatch) || tries >= mostTries) throw error;
      }
    }
  }

  /** Brings the note on the session's record to what is known; nothing when no step is. Throws `DataverseError`. */
  async note(target: NoteTarget, session: string, options: CallOptions): Promise<void> {
    const { documents, notes } = this.dependencies;
    const steps = Object.values(courseIn((await documents.read([keyOf(session)])).get(keyOf(session))?.value));
    if (steps.length === 0) return;
    const lines = steps
      .sort((one, other) => one.at - other.at)
      .map(({ at, text }) => (at === 0 ? text : `${isoTime(at)} ${text}`));
    const note = { subject: `Contact center ${session.replace('-', ' ')}: course`, text: lines.join('\n') };
    await notes.put(nameBasedId('customCrmSession', 'course', session), target, note, options);
  }
}

const keyOf = (session: string) => `customCrm/course/${session}`;

function courseIn(value: JsonObject | undefined): Course {
  // Written by `add` from this very type.
  return isJsonObject(value?.['steps']) ? (value['steps'] as Course) : {};
}
