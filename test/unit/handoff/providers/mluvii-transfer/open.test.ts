import { silentLog } from '../../../../../common/log';
import { callParams, summary } from '../../../../../handoff/providers/mluvii-transfer/callParams';
import { transfer } from '../../../../../handoff/providers/mluvii-transfer/open';
import { settingsSchema } from '../../../../../handoff/providers/mluvii-transfer/settings';
import { parseTarget } from '../../../../../handoff/providers/mluvii-transfer/target';
import type { Group, Leaving, Outcome, SessionControl } from '../../../../../handoff/providers/mluvii-transfer/wire';
import type { HandoffRequest } from '../../../../../handoff/request';

const request: HandoffRequest = {
  id: 'h1',
  target: {},
  skill: 'cards',
  topic: 'a lost card',
  language: 'en',
  customer: { id: 'guest-5', name: 'Test', isAuthenticated: false, contactId: 'c-1' },
  fields: { 'Last four digits': '1234' },
  channel: 'mluvii',
  transcript: [
    { at: '', from: 'customer', text: 'where is\n my card' },
    { at: '', from: 'bot', text: 'This may help:', articles: [{ number: 'KA-1', title: 'Lost cards' }] },
    { at: '', from: 'customer', text: '', files: [{ name: 'card.png', contentType: 'image/png', url: 'x' }] },
  ],
  requestedAt: '',
};

/** A session whose answers are given; notes what it is asked in order. */
class Control implements SessionControl {
  readonly calls: unknown[][] = [];
  away: Outcome<boolean> = { is: 'done', value: false };
  set: Outcome<boolean>[] = [{ is: 'done', value: true }];
  found: Outcome<Group[]>[] = [{ is: 'done', value: [group('ONLINE')] }];
  there: number[] = [];
  left: Outcome<true> = { is: 'done', value: true };
  has = (channel: string) => channel === 'mluvii';
  isAway = async () => this.away;
  setCallParams = async (_customer: string, params: Record<string, string>) => this.note(this.set, 'set', params);
  groups = async (_customer: string, ids: number[] | undefined) => this.note(this.found, 'groups', ids);
  operators = async (_customer: string, groupId: number | undefined) => {
    this.calls.push(['operators', groupId]);
    return { is: 'done' as const, value: this.there.map((userId) => ({ userId })) };
  };
  leave = async (_customer: string, leaving: Leaving) => {
    this.calls.push(['leave', leaving]);
    return this.left;
  };
  private note<T>(answers: T[], ...call: unknown[]): T {
    this.calls.push(call);
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    if (answer === undefined) throw new Error('no answer is left');
    return answer;
  }
}

function group(state: Group['state'], reasons: string[] = []): Group {
  return { groupId: 11, displayName: 'Cards', state, reasons, waiting: 0 };
}

const run = (control: Control, target: object = {}, env: Record<string, string> = {}) =>
  transfer(
    { control, settings: settingsSchema.parse(env), log: silentLog },
    { ...request, target: parseTarget(target as never) },
    new AbortController().signal,
  );

describe('giving a session to operators', () => {
  it('sets parameters, asks who is there, and only then lets go', async () => {
    const control = new Control();
    await run(control);
    expect(control.calls.map(([name]) => name)).toEqual(['set', 'groups', 'leave']);
    expect(control.calls[1]).toEqual(['groups', undefined]);
    expect(control.calls[2]).toEqual(['leave', { by: 'routing' }]);
  });

  it('asks about the groups of the route, or of the one it forwards to', async () => {
    const control = new Control();
    await run(control, { groupIds: [4, 5] });
    await run(control, { forward: { operatorGroupId: 7 } });
    expect(control.calls.filter(([name]) => name === 'groups')).toEqual([
      ['groups', [4, 5]],
      ['groups', [7]],
    ]);
    expect(control.calls.at(-1)).toEqual(['leave', { by: 'forward', operatorGroupId: 7 }]);
  });

  it('forwards to an operator only who is there', async () => {
    const control = new Control();
    await expect(run(control, { forward: { userId: 5 } })).rejects.toMatchObject({ code: 'unavailable' });
    control.there = [5];
    await run(control, { forward: { userId: 5 } });
    expect(control.calls.at(-1)).toEqual(['leave', { by: 'forward', userId: 5 }]);
  });

  it.each(['BUSINESS_HOURS', 'NO_OPERATORS', 'QUEUE_FULL', 'DELETED', 'CHANNEL_BLOCKED', 'AWAY_IS_OFFLINE'])(
    'keeps the customer when all are offline: %s',
    async (reason) => {
      const control = new Control();
      control.found = [{ is: 'done', value: [group('OFFLINE', [reason])] }];
      await expect(run(control)).rejects.toMatchObject({ code: 'unavailable', delivered: 'no' });
      expect(control.calls.map(([name]) => name)).not.toContain('leave');
    },
  );

  it('lets customers wait for busy operators unless told otherwise', async () => {
    const control = new Control();
    control.found = [{ is: 'done', value: [group('BUSY'), group('OFFLINE')] }];
    await run(control);
    await expect(run(control, {}, { MLUVII_CHATBOT_TRANSFER_WHEN_BUSY: 'false' })).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('asks once more when no answer comes, and then goes by the settings', async () => {
    const control = new Control();
    control.set = [{ is: 'noAnswer' }, { is: 'done', value: true }];
    await run(control);
    expect(control.calls.filter(([name]) => name === 'set')).toHaveLength(2);
    control.set = [{ is: 'noAnswer' }];
    await expect(run(control)).rejects.toMatchObject({ code: 'unavailable' });
    control.found = [{ is: 'noAnswer' }];
    await run(control, {}, { MLUVII_CHATBOT_WHEN_SILENT: 'transfer' });
    expect(control.calls.at(-1)?.[0]).toBe('leave');
  });

  it('does not give away what is away already, nor what is refused or lost', async () => {
    const control = new Control();
    control.away = { is: 'done', value: true };
    await run(control);
    expect(control.calls).toEqual([]);
    control.away = { is: 'lost' };
    await expect(run(control)).rejects.toMatchObject({ code: 'sessionEnded' });
    control.away = { is: 'done', value: false };
    control.set = [{ is: 'done', value: false }];
    await expect(run(control)).rejects.toMatchObject({ code: 'rejected' });
  });
});

describe('what operators find in the session', () => {
  const settings = settingsSchema.parse({});

  it('is why, who, about what, and what was said', () => {
    expect(callParams(request, { params: { segment: 'gold' } }, settings)).toEqual({
      segment: 'gold',
      oo1_guest_ident: 'Test',
      HandoffTopic: 'a lost card',
      ContactId: 'c-1',
      HandoffReason: 'cards',
      HandoffSummary:
        'Last four digits: 1234\nCustomer: where is my card\nBot: This may help: [KA-1 Lost cards]\nCustomer: [card.png]',
    });
  });

  it('names the reason of the route, under the name of the settings', () => {
    const named = settingsSchema.parse({ MLUVII_CHATBOT_HANDOFF_PARAM: 'Why' });
    expect(callParams(request, { reason: 'fraud' }, named)).toMatchObject({ Why: 'fraud' });
  });

  it('keeps the newest of what was said within the limit', () => {
    const short = summary(request, 60);
    expect(short.length).toBeLessThanOrEqual(60);
    expect(short).toContain('Last four digits: 1234');
    expect(short).toContain('[card.png]');
    expect(short).not.toContain('where is my card');
  });
});
