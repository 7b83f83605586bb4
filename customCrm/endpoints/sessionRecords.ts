import type { NoteTarget } from '../../dynamics/notes';
import type { CrmDependencies } from '../dependencies';

type Remembering = Pick<CrmDependencies, 'documents' | 'clock'>;

/**
 * Remembers on which record a session's work lands: a record is used again for later sessions, and what is told of a session
 * after its end must find it. Twice is fine; the last one counts.
 */
export async function rememberRecord(
  session: string | undefined,
  { kind, id }: NoteTarget,
  { documents, clock }: Remembering,
): Promise<void> {
  if (session === undefined) return;
  const known = await recordOf(session, { documents });
  if (known?.kind === kind && known.id === id) return;
  await documents.write(new Map([[keyOf(session), { value: { kind, id } }]]), clock.now());
}

/** The record a session's work landed on last, as far as it was told. */
export async function recordOf(session: string, { documents }: Pick<Remembering, 'documents'>): Promise<NoteTarget | undefined> {
  const value = (await documents.read([keyOf(session)])).get(keyOf(session))?.value;
  const { kind, id } = value ?? {};
  return (kind === 'case' || kind === 'chat') && typeof id === 'string' ? { kind, id } : undefined;
}

const keyOf = (session: string) => `customCrm/session/${session}`;
