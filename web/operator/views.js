import { act } from './api.js';
import { confirm } from './confirm.js';
import { ago, clock, duration, words } from './format.js';

const marks = { connected: 'good', queued: 'warm', requested: 'warm', transferred: 'good', ended: '', failed: 'bad' };
const short = (id) => (id.length > 13 ? `${id.slice(0, 8)}…` : id);

/** What went wrong last, or what is still to come. */
function remarks(handoff) {
  const parts = [];
  if (handoff.isOpening) parts.push(`desk asked, attempt ${handoff.openAttempts}`);
  if (handoff.waitingToDesk) parts.push(`${handoff.waitingToDesk} waiting for the desk`);
  if (handoff.waitingToCustomer) parts.push(`${handoff.waitingToCustomer} waiting for the customer`);
  if (handoff.givenUp) parts.push(`${handoff.givenUp} given up`);
  if (handoff.closingsLeft) parts.push(`${handoff.closingsLeft} to close at the desk`);
  if (handoff.trouble)
    parts.push(`${handoff.trouble.call} at ${handoff.trouble.desk}: ${handoff.trouble.code} (${handoff.trouble.times}×)`);
  return parts.join(' · ');
}

export async function endHandoff({ id }, done) {
  const wish = await confirm({
    title: 'End this handoff?',
    text: 'The customer is told and is back with the assistant. The desk is told too, as soon as it listens.',
    action: 'End the handoff',
  });
  if (wish) await done(() => act(`handoffs/${encodeURIComponent(id)}/end`));
}

export async function requeueHandoff(handoff, done) {
  const wish = await confirm({
    title: 'Send to another desk?',
    text: 'The chat is closed at the present desk, the customer reads that another team is tried, and what was said goes along.',
    action: 'Send',
    isDanger: false,
    fields: [
      {
        name: 'route',
        label: 'Route',
        kind: 'select',
        choices: [
          ...(handoff.route < handoff.ofRoutes ? [{ value: '', title: 'The next one' }] : []),
          ...Array.from({ length: handoff.ofRoutes }, (_, index) => ({
            value: String(index + 1),
            title: `Route ${index + 1}${handoff.route === index + 1 ? ' (the present one, anew)' : ''}`,
          })),
        ],
      },
    ],
  });
  if (!wish) return;
  const body = wish.route === '' ? {} : { route: Number(wish.route) };
  await done(() => act(`handoffs/${encodeURIComponent(handoff.id)}/requeue`, body));
}

export const canRequeue = ({ isOpen, state }) => isOpen && ['requested', 'queued', 'connected'].includes(state);

/** All places of the page. `done(work)` does something and tells how it went; `open(id)` shows one handoff. */
export function views({ done, open }) {
  return [
    {
      id: 'handoffs',
      title: 'Handoffs',
      hint: 'Every chat that a person has or waits for, oldest first. No names and no words of customers are shown.',
      path: 'handoffs',
      rowsOf: ({ handoffs }) => handoffs,
      keyOf: ({ id }) => id,
      empty: 'No handoff is open.',
      columns: [
        { label: 'Handoff', text: ({ id }) => short(id), className: 'id', open: ({ id }) => open(id) },
        { label: 'State', text: ({ state }) => state, mark: ({ state }) => marks[state] ?? '' },
        { label: 'Desk', text: ({ desk, route, ofRoutes }) => `${desk} (route ${route} of ${ofRoutes})` },
        { label: 'Age', className: 'short', text: ({ requestedAt }) => duration(Date.now() - Date.parse(requestedAt)) },
        { label: 'Last activity', className: 'short', text: ({ lastActivityAt }) => ago(lastActivityAt) },
        { label: 'Instance', className: 'short', text: ({ instance }) => instance ?? 'nobody yet' },
        { label: 'Remarks', text: remarks },
      ],
      acts: [
        { label: () => 'Other desk', isFor: canRequeue, run: (row) => requeueHandoff(row, done) },
        { label: () => 'End', isFor: ({ isOpen }) => isOpen, run: (row) => endHandoff(row, done) },
      ],
    },
    {
      id: 'dead-letters',
      title: 'Dead letters',
      hint: 'Messages that were given up after many tries. Replaying helps while the handoff is open; discarding deletes the text.',
      path: 'dead-letters',
      rowsOf: ({ deadLetters }) => deadLetters,
      keyOf: ({ id }) => id,
      empty: 'No message was given up.',
      columns: [
        { label: 'Handoff', text: ({ linkId }) => short(linkId), className: 'id', open: ({ linkId }) => open(linkId) },
        { label: 'Direction', text: ({ direction }) => (direction === 'toDesk' ? 'to the desk' : 'to the customer') },
        { label: 'Desk', text: ({ provider }) => provider },
        { label: 'Error', text: ({ error }) => error ?? '' },
        { label: 'Attempts', text: ({ attempts }) => attempts },
        { label: 'Accepted', className: 'short', text: ({ acceptedAt }) => ago(acceptedAt) },
        { label: 'Handoff is', text: ({ isOpen }) => (isOpen ? 'open' : 'over'), mark: ({ isOpen }) => (isOpen ? 'warm' : '') },
      ],
      acts: [
        { label: () => 'Replay', isFor: ({ isOpen }) => isOpen, run: ({ id }) => done(() => act('dead-letters/retry', { id })) },
        {
          label: () => 'Discard',
          run: async ({ id }) => {
            const wish = await confirm({
              title: 'Discard this message?',
              text: 'Its text is deleted and it is never sent.',
              action: 'Discard',
            });
            if (wish) await done(() => act('dead-letters/discard', { id }));
          },
        },
      ],
    },
    {
      id: 'ledger',
      title: 'Ledger',
      hint: 'Work that is done in the background, records in Dynamics above all. Dead ones were refused for good and wait for you.',
      path: 'ledger',
      rowsOf: ({ tasks }) => tasks,
      keyOf: ({ id }) => id,
      empty: 'Everything is written.',
      columns: [
        { label: 'Task', text: ({ kind, id }) => kind ?? short(id) },
        { label: 'State', text: ({ state }) => state, mark: ({ state }) => ({ dead: 'bad', failing: 'warm' })[state] ?? '' },
        { label: 'Group', text: ({ group }) => group, className: 'id' },
        { label: 'Attempts', text: ({ attempts }) => attempts },
        { label: 'Last error', text: ({ lastError }) => lastError ?? '' },
        { label: 'Added', className: 'short', text: ({ addedAt }) => ago(addedAt) },
        {
          label: 'Due',
          className: 'short',
          text: ({ dueInMs }) => (dueInMs === undefined ? '' : dueInMs <= 0 ? 'now' : `in ${duration(dueInMs)}`),
        },
      ],
      acts: [
        {
          label: ({ state }) => (state === 'dead' ? 'Replay' : 'Try now'),
          run: ({ id }) => done(() => act('ledger/retry', { id })),
        },
      ],
    },
    {
      id: 'desks',
      title: 'Desks',
      hint: 'A desk that is switched off gets no new chats; running ones go on. Customers are led to the next route, or told that nobody is there.',
      path: 'desks',
      rowsOf: ({ desks }) => desks,
      keyOf: ({ desk }) => desk,
      empty: 'No desk is configured.',
      columns: [
        { label: 'Desk', text: ({ desk }) => desk },
        { label: 'New chats', text: ({ isOff }) => (isOff ? 'off' : 'on'), mark: ({ isOff }) => (isOff ? 'bad' : 'good') },
        { label: 'Because', text: ({ off }) => (off ? `${off.because} (${off.by}, ${ago(off.at)})` : '') },
        { label: 'Calls', text: ({ seenFrom }) => calls(seenFrom) },
        { label: 'Trouble', text: ({ seenFrom }) => troubles(seenFrom) },
      ],
      acts: [
        {
          label: ({ isOff }) => (isOff ? 'Switch on' : 'Switch off'),
          run: async ({ desk, isOff }) => {
            if (isOff) return done(() => act(`desks/${encodeURIComponent(desk)}/on`));
            const wish = await confirm({
              title: `Switch ${desk} off?`,
              text: 'No new chat goes there until it is switched on again. Running chats go on.',
              action: 'Switch off',
              fields: [{ name: 'because', label: 'Because', kind: 'text', required: true }],
            });
            if (wish) await done(() => act(`desks/${encodeURIComponent(desk)}/off`, { because: wish.because }));
          },
        },
      ],
    },
    {
      id: 'instances',
      title: 'Instances',
      hint: 'Processes of Switchboard. A draining one gives its handoffs to the others and tells the load balancer to send nothing.',
      path: 'instances',
      rowsOf: ({ instances }) => instances,
      keyOf: ({ instance }) => instance,
      empty: 'No instance reports.',
      columns: [
        {
          label: 'Instance',
          className: 'short',
          text: ({ instance, isThis }) => `${instance}${isThis ? ' (answers this page)' : ''}`,
        },
        {
          label: 'State',
          text: ({ isAlive, isDraining }) => (!isAlive ? 'silent' : isDraining ? 'draining' : 'in use'),
          mark: ({ isAlive, isDraining }) => (!isAlive ? 'bad' : isDraining ? 'warm' : 'good'),
        },
        { label: 'Handoffs', text: ({ links }) => links },
        { label: 'Last report', className: 'short', text: ({ silentForInMs }) => `${duration(silentForInMs)} ago` },
        { label: 'Started', className: 'short', text: ({ startedAt }) => ago(startedAt) },
        { label: 'Version', text: ({ version }) => version },
      ],
      acts: [
        {
          label: ({ isDraining }) => (isDraining ? 'Take back into use' : 'Drain'),
          run: async ({ instance, isDraining }) => {
            if (isDraining) return done(() => act(`instances/${encodeURIComponent(instance)}/undrain`));
            const wish = await confirm({
              title: 'Drain this instance?',
              text: 'It says that it is not ready and gives its handoffs to the others. When there is no other, it keeps them.',
              action: 'Drain',
            });
            if (wish) await done(() => act(`instances/${encodeURIComponent(instance)}/drain`));
          },
        },
      ],
    },
    {
      id: 'audit',
      title: 'Audit',
      hint: 'What operators did last, newest first. The command line has all of it.',
      path: 'audit?limit=100',
      rowsOf: ({ acts }) => acts,
      keyOf: ({ seq }) => seq,
      empty: 'Nothing was done yet.',
      columns: [
        { label: 'When', className: 'short', text: ({ at }) => clock(at) },
        { label: 'Who', className: 'short', text: ({ operator }) => operator },
        { label: 'What', text: (row) => row.act },
        { label: 'To', text: ({ target }) => target, className: 'id' },
        { label: 'Details', text: ({ details }) => words(details) },
        {
          label: 'Outcome',
          text: ({ outcome }) => outcome,
          mark: ({ outcome }) => (/^(refused|failed|not known)/.test(outcome) ? 'bad' : 'good'),
        },
      ],
    },
  ];
}

function calls(seenFrom) {
  const sum = (name) => seenFrom.reduce((total, state) => total + state[name], 0);
  const waiting = sum('callsWaiting');
  return seenFrom.length === 0 ? 'none yet' : `${sum('callsUnderWay')} under way${waiting ? `, ${waiting} waiting` : ''}`;
}

function troubles(seenFrom) {
  return seenFrom
    .flatMap(({ instance, failures, leftAlone }) => {
      if (leftAlone) return [`${instance} leaves it alone (${leftAlone.because}), ${duration(leftAlone.forInMs)} yet`];
      return failures > 0 ? [`${failures} failures in a row seen from ${instance}`] : [];
    })
    .join(' · ');
}
