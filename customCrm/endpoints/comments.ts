import { nameBasedId } from '../../dynamics/ledger/nameBasedId';
import { plainText } from '../containers/plainText';
import { CrmProblem } from '../problem';
import { type Endpoint, recordIdOf } from './endpoint';
import { sessionKeyOf } from './sessionKey';
import { rememberRecord } from './sessionRecords';
import { requireTarget } from './target';

const longestSubject = 80;

/** Adds a comment to a record as a note. The same words of the same session again are the same note. */
export const addComment: Endpoint = async (call, deps) => {
  const { parameters, signal } = call;
  const comment = parameters.text('comment', 'commentBody', 'body', 'text');
  if (comment === undefined) throw new CrmProblem('invalid', 'comment is missing');
  const target = await requireTarget(recordIdOf(call), deps, { signal });
  await rememberRecord(sessionKeyOf(parameters), target, deps);
  const text = plainText(comment);
  const event = parameters.text('event', 'eventId', 'key') ?? '';
  const id = nameBasedId('customCrmComment', target.id, sessionKeyOf(parameters) ?? '', event, text);
  const [firstLine = ''] = text.split('\n');
  const subject = firstLine.length > longestSubject ? `${[...firstLine].slice(0, longestSubject).join('')}…` : firstLine;
  const outcome = await deps.notes.add(id, target, { subject: subject || 'Comment of the contact center', text }, { signal });
  return { status: outcome === 'created' ? 201 : 200, body: { id } };
};
