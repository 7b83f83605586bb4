import { make, setText } from './dom.js';
import { ago, clock, duration } from './format.js';
import { Table } from './table.js';

/** One handoff: its facts, its routes and what happened to it. Brought up to date in place. */
export class HandoffView {
  constructor() {
    this.facts = new Map();
    this.list = make('dl', { className: 'facts' });
    this.routes = new Table({
      caption: 'Routes',
      keyOf: ({ route }) => route,
      empty: '',
      columns: [
        { label: 'Route', text: ({ route }) => route },
        { label: 'Desk', text: ({ desk }) => desk },
        { label: 'Accept within', text: ({ acceptWithinInMs }) => duration(acceptWithinInMs) },
        { label: 'New chats', text: ({ isOff }) => (isOff ? 'off' : 'on'), mark: ({ isOff }) => (isOff ? 'bad' : 'good') },
      ],
    });
    this.timeline = new Table({
      caption: 'What happened',
      keyOf: ({ key }) => key,
      empty: 'Nothing yet.',
      columns: [
        { label: 'When', text: ({ at }) => clock(at) },
        { label: 'Who', text: ({ who }) => who },
        { label: 'What', text: ({ what, times }) => (times > 1 ? `${what} (${times}×)` : what) },
        { label: 'State', text: ({ state }) => state ?? '', mark: ({ state }) => (state === 'failed' ? 'bad' : '') },
        { label: 'Attempts', text: ({ attempts }) => attempts ?? '' },
        { label: 'Error', text: ({ error }) => error ?? '' },
      ],
    });
    this.element = make(
      'div',
      {},
      this.list,
      make('h3', { className: 'section' }, 'Routes'),
      this.routes.element,
      make('h3', { className: 'section' }, 'What happened'),
      this.timeline.element,
    );
  }

  update(handoff) {
    const facts = {
      Handoff: handoff.id,
      State: handoff.isOpen ? handoff.state : `${handoff.state}, the customer is back`,
      Desk: `${handoff.desk} (route ${handoff.route} of ${handoff.ofRoutes})`,
      Age: duration(Date.now() - Date.parse(handoff.requestedAt)),
      Connected: handoff.connectedAt ? ago(handoff.connectedAt) : 'no agent yet',
      Instance: handoff.instance ?? 'nobody yet',
      Skill: handoff.skill,
      Channel: handoff.channel,
      Conversation: handoff.conversation,
      'Chat activity': handoff.chatActivityId ?? '',
      Waiting: `${handoff.waitingToDesk} for the desk, ${handoff.waitingToCustomer} for the customer, ${handoff.givenUp} given up`,
      'Decided at': Object.entries(handoff.deadlines)
        .map(([name, at]) => `${name} ${clock(at)}`)
        .join(', '),
    };
    for (const [name, text] of Object.entries(facts)) {
      if (!this.facts.has(name)) {
        const value = make('dd');
        this.facts.set(name, value);
        this.list.append(make('dt', {}, name), value);
      }
      setText(this.facts.get(name), text);
    }
    this.routes.update(handoff.routes);
    this.timeline.update(handoff.timeline.map((line, index) => ({ ...line, key: `${index} ${line.at} ${line.what}` })));
  }
}
