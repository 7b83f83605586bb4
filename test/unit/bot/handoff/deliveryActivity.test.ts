import { toActivities } from '../../../../bot/handoff/deliveryActivity';
import type { Delivery, DeliveryContext, HandoffNotice } from '../../../../relay/delivery';
import { teamsProblems } from '../../../../scripts/teams/teamsCardLimits';

const context: DeliveryContext = { handoffId: 'h1', deliveryId: 'd', skill: 'cards', provider: 'x', language: 'en' };
const texts = {
  t: (key: string) => key,
  fileAddress: (file: { name: string }) => `https://bot.example/files/${file.name}`,
  leave: () => ({ title: 'Leave', text: 'leave' }),
};
const notices: HandoffNotice[] = [
  { kind: 'queued', position: 2 },
  { kind: 'agentJoined', agentName: 'Kim' },
  { kind: 'transferred' },
  { kind: 'agentLeft' },
  { kind: 'ended', by: 'agent', wasConnected: true },
  { kind: 'failed', reason: 'closed' },
];
const said: Delivery = {
  kind: 'agentMessage',
  text: 'see here',
  files: [{ name: 'a.pdf', contentType: 'application/pdf' }],
  cards: [],
};
const of = (delivery: Delivery, channel: string) => toActivities(delivery, context, channel, texts as never);

describe('events about the handoff', () => {
  it.each(['directline', 'webchat', 'emulator', 'test'])('go to %s with every change', (channel) => {
    expect(notices.flatMap((notice) => of(notice, channel)).filter(({ type }) => type === 'event')).toHaveLength(notices.length);
  });

  it.each(['msteams', 'slack', 'facebook', 'telegram', 'sms', 'email', 'skype', ''])('never go to %j', (channel) => {
    const all = [...notices, said].flatMap((delivery) => of(delivery, channel));
    expect(all.map(({ type }) => type)).toEqual(all.map(() => 'message'));
    expect(all.length).toBeGreaterThan(notices.length);
  });
});

describe('a reminder', () => {
  it.each(['webchat', 'msteams', 'sms'])('offers %s to stay or to leave, each with a word that says so', (channel) => {
    const [message, ...more] = of({ kind: 'reminder', endsInMs: 600_000 }, channel);
    expect(more).toEqual([]);
    expect(message).toMatchObject({ type: 'message', text: 'notice.reminder notice.reminderEnds' });
    expect(message?.suggestedActions?.actions.map(({ value }) => value)).toEqual(['replies.stillHere', 'leave']);
  });
});

describe('an agent’s file', () => {
  it('is an address where the channel takes one, and a card in Teams', () => {
    expect(of(said, 'webchat')[0]?.attachments).toEqual([
      { contentType: 'application/pdf', name: 'a.pdf', contentUrl: 'https://bot.example/files/a.pdf' },
    ]);
    const [card] = of(said, 'msteams')[0]?.attachments ?? [];
    expect(card && teamsProblems(card)).toEqual([]);
    expect(JSON.stringify(card)).toContain('https://bot.example/files/a.pdf');
  });
});
