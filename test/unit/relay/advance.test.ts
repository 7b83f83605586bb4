import fc from 'fast-check';
import type { HandoffEvent } from '../../../handoff/events';
import { type Advanced, type Advancing, advance } from '../../../relay/advance';
import type { LinkData } from '../../../relay/linkData';

const rules = { now: 1_000_000, agentLeftGraceInMs: 5_000, acceptWithinInMs: 60_000 };
const data = (changes: Partial<LinkData> = {}): LinkData => ({
  routeIndex: 0,
  openAttempts: 1,
  opening: false,
  deadlines: { accept: 900 },
  closings: [],
  ...changes,
});
const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
const queued: Advancing = { state: 'queued', data: data() };
const connected: Advancing = {
  state: 'connected',
  data: data({ deadlines: {}, agentName: 'Kim', connectedAt: 1, stateAt: at(10) }),
};
const said = (second: number, text = 'hello'): HandoffEvent => ({
  eventId: `m${second}`,
  at: at(second),
  kind: 'agentMessage',
  text,
  attachments: [],
  cards: [],
});
const event = (kind: HandoffEvent['kind'], second: number, more: object = {}): HandoffEvent =>
  ({ eventId: `${kind}${second}`, at: at(second), kind, ...more }) as HandoffEvent;
const kinds = (result: Advanced) => result.deliveries.map((delivery) => delivery.kind);

describe('advance', () => {
  it('tells a new queue position and keeps quiet about the same one', () => {
    const first = advance(queued, event('queued', 1, { position: 3 }), rules);
    expect(first.deliveries).toEqual([{ kind: 'queued', position: 3 }]);
    expect(advance(first, event('queued', 2, { position: 3 }), rules).deliveries).toEqual([]);
  });

  it('connects when an agent joins, and forgets that nobody had accepted', () => {
    const result = advance(queued, event('agentJoined', 1, { agentName: 'Kim' }), rules);
    expect(result.state).toBe('connected');
    expect(result.data).toMatchObject({ agentName: 'Kim', deadlines: {}, connectedAt: rules.now });
    expect(kinds(result)).toEqual(['agentJoined']);
  });

  it('announces the same agent only once', () => {
    expect(kinds(advance(connected, event('agentJoined', 11), rules))).toEqual([]);
    expect(kinds(advance(connected, event('agentJoined', 12, { agentName: 'Kim' }), rules))).toEqual([]);
    expect(kinds(advance(connected, event('agentJoined', 12, { agentName: 'Ola' }), rules))).toEqual(['agentJoined']);
  });

  it('takes a message of an agent whose joining was lost as the joining', () => {
    const result = advance(queued, said(3), rules);
    expect(result.state).toBe('connected');
    expect(kinds(result)).toEqual(['agentJoined', 'agentMessage']);
  });

  it('puts a chat aside, once, and only one that somebody has', () => {
    const paused = advance(connected, event('paused', 11), rules);
    expect(paused).toMatchObject({ state: 'connected', data: { isPaused: true }, deliveries: [{ kind: 'paused' }] });
    expect(advance(paused, event('paused', 12), rules)).toMatchObject({ ignored: true });
    expect(advance(queued, event('paused', 12), rules)).toMatchObject({ ignored: true });
    expect(advance(connected, event('paused', 9), rules)).toMatchObject({ ignored: true });
  });

  it('forgets that an agent left who only put the chat aside', () => {
    const left = advance(connected, event('agentLeft', 11), rules);
    expect(advance(left, event('paused', 12), rules).data.deadlines).toEqual({});
  });

  it.each([event('agentJoined', 13), said(13)])('takes a chat that was put aside up again when the agent does: $kind', (back) => {
    const again = advance(advance(connected, event('paused', 11), rules), back, rules);
    expect(again.state).toBe('connected');
    expect(again.data).not.toHaveProperty('isPaused');
    expect(kinds(again)[0]).toBe('agentJoined');
  });

  it('waits after an agent left, and goes on when the chat was transferred, in either order', () => {
    const left = advance(connected, event('agentLeft', 11), rules);
    expect(left.data.deadlines.grace).toBe(rules.now + rules.agentLeftGraceInMs);
    const transferred = advance(left, event('transferred', 12), rules);
    expect(transferred).toMatchObject({ state: 'queued', data: { deadlines: { accept: rules.now + rules.acceptWithinInMs } } });
    expect(transferred.data.deadlines.grace).toBeUndefined();
    const other = advance(advance(connected, event('transferred', 11), rules), event('agentLeft', 12), rules);
    expect(other.state).toBe('queued');
    expect(other.ignored).toBe(true);
  });

  it('delivers a late message of the former agent without going back to connected', () => {
    const transferred = advance(connected, event('transferred', 20), rules);
    const result = advance(transferred, said(19), rules);
    expect(result.state).toBe('queued');
    expect(kinds(result)).toEqual(['agentMessage']);
  });

  it('does not let an old event undo a newer state', () => {
    const rejoined = advance(
      advance(connected, event('transferred', 20), rules),
      event('agentJoined', 25, { agentName: 'Ola' }),
      rules,
    );
    expect(advance(rejoined, event('queued', 21, { position: 1 }), rules)).toMatchObject({ ignored: true, state: 'connected' });
  });

  it('asks after a while whether an end that seems older than the state is one', () => {
    const result = advance(connected, event('ended', 9, { by: 'agent' }), rules);
    expect(result).toMatchObject({
      state: 'connected',
      data: { deadlines: { grace: rules.now + rules.agentLeftGraceInMs }, stateAt: at(10) },
    });
  });

  it('tries the next route when the desk ends a chat that nobody took', () => {
    expect(advance(queued, event('ended', 1, { by: 'system', reason: 'idle' }), rules)).toMatchObject({
      nextRoute: true,
      data: { failure: 'noAgentAvailable' },
    });
    expect(advance(queued, event('ended', 1, { by: 'customer' }), rules)).toMatchObject({ state: 'ended' });
  });

  it('tries the next route when the desk gives up before anybody joined, and ends the chat afterwards', () => {
    expect(advance(queued, event('failed', 1, { reason: 'noAgentAvailable' }), rules)).toMatchObject({
      nextRoute: true,
      state: 'queued',
      data: { failure: 'noAgentAvailable' },
    });
    expect(advance(connected, event('failed', 11, { reason: 'error' }), rules)).toMatchObject({
      state: 'ended',
      data: { ended: { by: 'system', reason: 'error' } },
    });
  });

  it('changes nothing once the link is over', () => {
    const ended = advance(connected, event('ended', 11, { by: 'agent' }), rules);
    expect(ended.state).toBe('ended');
    expect(kinds(advance(ended, said(12), rules))).toEqual(['agentMessage']);
    const told: Advancing = { ...ended, data: { ...ended.data, finalQueued: true } };
    expect(advance(told, said(12), rules)).toMatchObject({ ignored: true, deliveries: [] });
    for (const later of [event('agentJoined', 13), event('queued', 14), event('ended', 15, { by: 'customer' })]) {
      expect(advance(ended, later, rules)).toMatchObject({ ignored: true, state: 'ended', deliveries: [] });
    }
  });

  it('never drops what an agent said before the end, and never leaves a terminal state, whatever comes in whatever order', () => {
    const events = fc.array(
      fc.record({
        kind: fc.constantFrom(
          'queued',
          'agentJoined',
          'agentMessage',
          'transferred',
          'agentLeft',
          'paused',
          'ended',
          'failed',
          'fileRequested',
        ),
        second: fc.integer({ min: 0, max: 59 }),
      }),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(events, (list) => {
        let link: Advancing = queued;
        let isOver = false;
        for (const { kind, second } of list) {
          const next = advance(
            link,
            kind === 'agentMessage'
              ? said(second)
              : event(kind as HandoffEvent['kind'], second, { by: 'agent', reason: 'error' }),
            rules,
          );
          if (isOver) expect(next.state).toBe(link.state);
          else if (kind === 'agentMessage') expect(kinds(next)).toContain('agentMessage');
          isOver ||= next.state === 'ended' || next.state === 'failed';
          link = next;
        }
      }),
    );
  });
});
