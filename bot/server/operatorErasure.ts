import { createHash } from 'node:crypto';
import { type Clock, sleep } from '../../common/clock';
import { type LiveLink, toLiveLink } from '../../relay/linkData';
import type { Relay } from '../../relay/relay';
import type { LinkStore } from '../../store/links';
import type { Erasure, OperationsStore } from '../../store/operations';
import type { DocumentStore } from '../../store/store';
import type { TaskStore } from '../../store/tasks';
import type { ServedChannel } from '../channels/servedChannel';
import { HttpProblem } from './answer';
import { placesOf, recordPlacesOf } from './operatorErasurePlaces';
import { bodyOf, textOf } from './operatorRequest';
import type { AddAct } from './operatorRoute';

const endsWithinInMs = 10_000;
const pollInMs = 250;
const kbRecords = 'kbRecord/';

export interface OperatorErasureOptions {
  relay: Pick<Relay, 'command'>;
  links: Pick<LinkStore, 'findOpen'>;
  operations: Pick<OperationsStore, 'linksOf' | 'documentsOf' | 'erase'>;
  tasks: Pick<TaskStore, 'unfinished'>;
  documents: Pick<DocumentStore, 'read'>;
  /** Channels that keep something of their own. */
  channels: readonly Pick<ServedChannel, 'channelId' | 'placesOf'>[];
  clock: Clock;
}

/**
 * `POST /operator/erase` with `{conversation}` as a handoff's detail names it (channel id, `|`, conversation id) removes what is kept
 * of it, after ending what is open. Records in Dynamics stay: they are named, for whoever owns them. `force` does not wait for a
 * desk that does not take the end.
 */
export function addOperatorErasure(act: AddAct, options: OperatorErasureOptions): void {
  act('/operator/erase', async (request) => {
    const body = await bodyOf(request);
    const conversation = textOf(body, 'conversation', 1_000);
    const force = body['force'] === true;
    if (!conversation.includes('|'))
      throw new HttpProblem(400, 'give conversation as a handoff shows it: channel id, |, conversation id');
    return {
      act: 'erase conversation',
      // The list of acts is kept longer than the conversation: it can tell a conversation that is named to it, and names none.
      target: `sha256:${createHash('sha256').update(conversation).digest('hex').slice(0, 32)}`,
      details: { force },
      work: () => erase(conversation, force, options),
    };
  });
}

async function erase(conversation: string, force: boolean, options: OperatorErasureOptions) {
  const { operations } = options;
  const isEnded = await endAll(conversation, options);
  if (!isEnded && !force)
    throw new HttpProblem(409, 'a handoff of this conversation is not over at the desk yet: try again, or give force');
  const links = (await operations.linksOf(conversation)).map(toLiveLink);
  const places = placesOf(
    conversation,
    [...new Set(links.map(({ request }) => request.handoff.customer.id))],
    links.map(({ id }) => id),
    options.channels,
  );
  const naming = await operations.documentsOf(conversation);
  const state = await options.documents.read(places.documentKeys);
  const known = [
    ...links.map(({ request }) => request.handoff.chatActivityId),
    ...[...naming.values(), ...[...state.values()].map(({ value }) => value)].map((value) => value['chatActivityId']),
  ];
  const chatActivityIds = [...new Set(known.filter((id) => typeof id === 'string'))];
  const kbRecordIds = [...naming.keys()].filter((key) => key.startsWith(kbRecords)).map((key) => key.slice(kbRecords.length));
  const records = chatActivityIds.map(recordPlacesOf);
  const taskGroups = [...records.map(({ taskGroup }) => taskGroup), ...places.taskGroups];
  const recordsNotWritten = await unfinishedAfterAWhile(taskGroups, options);
  const erased = await operations.erase(conversation, {
    documentKeys: [...places.documentKeys, ...records.map(({ documentKey }) => documentKey)],
    sessions: links.flatMap(pastSessions),
    taskGroups,
  });
  return { outcome: 'erased', details: { erased: { ...erased }, dynamics: { chatActivityIds, kbRecordIds }, recordsNotWritten } };
}

/** Whether all is over for the customer and at the desks, as soon as it is or after a while. */
async function endAll(conversation: string, { links, operations, relay, clock }: OperatorErasureOptions): Promise<boolean> {
  const open = await links.findOpen(conversation);
  if (open) await relay.command(open.id, 'operatorEnded');
  const until = clock.monotonic() + endsWithinInMs;
  for (;;) {
    if ((await operations.linksOf(conversation)).every(({ isFinished }) => isFinished)) return true;
    if (clock.monotonic() >= until) return false;
    await sleep(clock, pollInMs);
  }
}

/** How much of the records is not in Dynamics: what is under way gets a moment, because a record left open is nobody's wish. */
async function unfinishedAfterAWhile(groups: string[], { tasks, clock }: OperatorErasureOptions): Promise<number> {
  const until = clock.monotonic() + endsWithinInMs / 2;
  for (;;) {
    const counts = await Promise.all(groups.map(async (group) => (await tasks.unfinished(group)).length));
    const count = counts.reduce((sum, next) => sum + next, 0);
    if (count === 0 || clock.monotonic() >= until) return count;
    await sleep(clock, pollInMs);
  }
}

function pastSessions({ data, request }: LiveLink): Erasure['sessions'] {
  const desks = new Set(request.routes.map(({ provider }) => provider));
  return (data.pastKeys ?? []).flatMap((sessionKey) => [...desks].map((provider) => ({ provider, sessionKey })));
}
