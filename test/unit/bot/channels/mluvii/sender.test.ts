import { ConnectorError } from '../../../../../bot/adapter';
import { Mailbox } from '../../../../../bot/channels/mluvii/mailbox';
import { Sender } from '../../../../../bot/channels/mluvii/sender';
import { type Session, Sessions } from '../../../../../bot/channels/mluvii/session';
import type { WireActivity } from '../../../../../bot/channels/mluvii/wire';
import { KeyedQueue } from '../../../../../common/keyedQueue';
import { silentLog } from '../../../../../common/log';
import { FakeClock } from '../../../../support/fakeClock';
import { Documents } from './fakes';

const text = (words: string): WireActivity => ({ activity: 'Text', text: words });

function setUp(): {
  clock: FakeClock;
  documents: Documents;
  sessions: Sessions;
  sender: Sender;
  sent: WireActivity[];
  failures: ConnectorError[];
} {
  const clock = new FakeClock();
  const documents = new Documents();
  const sessions = new Sessions(documents, clock);
  const sent: WireActivity[] = [];
  const failures: ConnectorError[] = [];
  const api = {
    send: async (_id: string, _session: Session, activity: WireActivity) => {
      const failure = failures.shift();
      if (failure) throw failure;
      sent.push(activity);
    },
  };
  return {
    clock,
    documents,
    sessions,
    sender: new Sender({ sessions, api, directLine: undefined, clock, log: silentLog }),
    sent,
    failures,
  };
}

describe('what goes out to mluvii', () => {
  it('keeps its order per session', async () => {
    const { sender, sent, clock } = setUp();
    const all = Promise.all([sender.say('1', [text('a'), text('b')]), sender.say('1', [text('c')])]);
    await clock.advance(0);
    expect(await all).toEqual([true, true]);
    expect(sent.map((activity) => activity['text'])).toEqual(['a', 'b', 'c']);
  });

  it('takes typing away before what follows it', async () => {
    const { sender, sent, clock } = setUp();
    const all = sender.say('1', [{ activity: 'Typing', show: true }, text('a'), text('b')]);
    await clock.advance(0);
    await all;
    expect(sent).toEqual([{ activity: 'Typing', show: true }, { activity: 'Typing', show: false }, text('a'), text('b')]);
  });

  it('waits when 120 were sent within a minute, and goes on when it may', async () => {
    const { sender, sent, clock } = setUp();
    void sender.say(
      '1',
      Array.from({ length: 125 }, (_, index) => text(String(index))),
    );
    void sender.say('2', [text('other')]);
    await clock.advance(1_000);
    expect(sent).toHaveLength(121);
    await clock.advance(60_000);
    expect(sent).toHaveLength(126);
  });

  it.each([
    ['no connection', new ConnectorError(undefined, 'refused', 'no')],
    ['too fast', new ConnectorError(429, 'refused', 'no', 1_000)],
    ['away for a moment', new ConnectorError(503, 'refused', 'no')],
    ['a login that is away for a moment', new ConnectorError(undefined, 'token: HTTP 503', 'no', 500)],
  ])('is tried again after: %s', async (_what, failure) => {
    const { sender, sent, failures, clock } = setUp();
    failures.push(failure);
    const said = sender.say('1', [text('a')]);
    await clock.advance(5_000);
    expect(await said).toBe(true);
    expect(sent).toHaveLength(1);
  });

  it.each([
    ['what may have arrived', new ConnectorError(undefined, 'timedOut', 'unknown')],
    ['a failure inside', new ConnectorError(500, 'refused', 'unknown')],
    ['a missing permission', new ConnectorError(403, 'refused', 'no')],
    ['a long pause', new ConnectorError(429, 'refused', 'no', 60_000)],
  ])('is left to whoever retries durably: %s', async (_what, failure) => {
    const { sender, failures, clock, sessions } = setUp();
    failures.push(failure);
    const said = sender.say('1', [text('a')]).catch((error: unknown) => error);
    await clock.advance(0);
    expect(await said).toBe(failure);
    expect((await sessions.get('1')).state).toBe('bot');
  });

  it.each([400, 404])('is silent in a session that is gone (%i), until it speaks again', async (status) => {
    const { sender, sent, failures, clock, sessions } = setUp();
    failures.push(new ConnectorError(status, 'refused', 'no'));
    const said = sender.say('1', [text('a')]).catch((error: unknown) => error);
    await clock.advance(0);
    expect(await said).toBeInstanceOf(ConnectorError);
    const next = sender.say('1', [text('b')]);
    await clock.advance(0);
    expect(await next).toBe(false);
    await sessions.change('1', (session) => ({ ...session, state: 'bot' }));
    const again = sender.say('1', [text('c')]);
    await clock.advance(0);
    expect(await again).toBe(true);
    expect(sent).toEqual([text('c')]);
  });

  it('is never written to an operator’s session', async () => {
    const { sender, sent, clock, sessions } = setUp();
    await sessions.change('1', (session) => ({ ...session, state: 'operator' }));
    const said = Promise.all([sender.say('1', [text('a')]), sender.command('1', { activity: 'HandOff' })]);
    await clock.advance(0);
    expect(await said).toEqual([false, false]);
    expect(sent).toEqual([]);
  });
});

describe('a question to mluvii', () => {
  const mailboxOf = (rig: ReturnType<typeof setUp>) =>
    new Mailbox({
      documents: rig.documents,
      clock: rig.clock,
      turns: (
        (queue) => () =>
          queue
      )(new KeyedQueue()),
      send: (id, command) => rig.sender.command(id, command),
      timeoutInMs: 3_000,
    });
  const body = { activity: 'GetCallParamsResponse', callParams: {} };

  it('gets its answer, also when that came to another instance', async () => {
    const rig = setUp();
    const [here, there] = [mailboxOf(rig), mailboxOf(rig)];
    const asked = here.ask('1', { activity: 'GetCallParams' });
    await rig.clock.advance(100);
    expect(await there.receive('1', 'getcallparamsresponse', body)).toBe('taken');
    await rig.clock.advance(300);
    expect(await asked).toEqual(body);
    expect(await here.receive('1', 'GetCallParamsResponse', body)).toBe('unasked');
  });

  it('is given up after its time, and a late answer is dropped', async () => {
    const rig = setUp();
    const mailbox = mailboxOf(rig);
    const asked = mailbox.ask('1', { activity: 'GetCallParams' }).catch((error: Error) => error.name);
    await rig.clock.advance(4_000);
    expect(await asked).toBe('NoAnswer');
    expect(await mailbox.receive('1', 'GetCallParamsResponse', body)).toBe('late');
    expect(await mailbox.receive('1', 'GetCallParamsResponse', body)).toBe('unasked');
  });

  it('waits for the one before it, and other questions do not', async () => {
    const rig = setUp();
    const mailbox = mailboxOf(rig);
    const first = mailbox.ask('1', { activity: 'GetCallParams' });
    const second = mailbox.ask('1', { activity: 'GetCallParams' });
    const other = mailbox.ask('1', { activity: 'GetGuestIdentity' });
    await rig.clock.advance(100);
    expect(rig.sent).toHaveLength(2);
    await mailbox.receive('1', 'GetCallParamsResponse', { n: 1 });
    await rig.clock.advance(100);
    expect(await first).toEqual({ n: 1 });
    await mailbox.receive('1', 'GetCallParamsResponse', { n: 2 });
    await mailbox.receive('1', 'GetGuestIdentityResponse', { n: 3 });
    await rig.clock.advance(100);
    expect([await second, await other]).toEqual([{ n: 2 }, { n: 3 }]);
  });

  it('is not asked in a session that is not ours', async () => {
    const rig = setUp();
    await rig.sessions.change('1', (session) => ({ ...session, state: 'operator' }));
    const asked = mailboxOf(rig).ask('1', { activity: 'GetCallParams' });
    await rig.clock.advance(0);
    expect(await asked).toBeUndefined();
  });
});
