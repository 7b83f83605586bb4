import { until } from '../../support/fakeClock';
import { MluviiRig } from '../../support/mluviiRig';

jest.setTimeout(30_000);

describe('mluvii’s session webhook', () => {
  let rig: MluviiRig;
  beforeEach(async () => {
    rig = await MluviiRig.start();
    rig.subscribe();
  });
  afterEach(async () => {
    const { violations } = rig.mluvii;
    await rig.stop();
    expect(violations).toEqual([]);
  });

  const handedOver = async () => {
    const callParams = { oo1_guest_ident: 'Ada Example', oo1_guest_email: 'ada@example.com' };
    const guest = await rig.mluvii.guest.start({ callParams });
    await guest.sees((entry) => entry.text.includes('virtual assistant'));
    await guest.say('where is my card');
    await guest.say('talk to a person');
    await until('operators have it', () => guest.place() === 'queue');
    const [chat] = rig.mluvii.desk.chats();
    return { guest, chatId: chat?.id ?? '' };
  };
  const openLinks = () => rig.openLinks();

  it('tells that an operator came, and ends the link when the session is over', async () => {
    const { chatId } = await handedOver();
    expect(await openLinks()).toBe(1);
    await rig.mluvii.desk.accept(chatId, 'Kim');
    await until('it is noted', () => rig.lines.some((line) => line.includes('an operator has joined a session')));
    await rig.mluvii.desk.end(chatId);
    await until('the link is over', async () => (await openLinks()) === 0);
    const names = rig.mluvii.sessionEvents.calls.map(({ body }) => body['eventType']);
    expect(names).toEqual(
      expect.arrayContaining(['SessionCreated', 'SessionForwarded', 'SessionOperatorJoined', 'SessionEnded']),
    );
  });

  it('counts once, however often and in whichever order it comes', async () => {
    const { guest, chatId } = await handedOver();
    await rig.mluvii.desk.accept(chatId, 'Kim');
    rig.mluvii.behavior.duplicate = true;
    rig.mluvii.behavior.tellsEndAfterHandoff = true;
    await rig.mluvii.desk.end(chatId);
    await until('the link is over', async () => (await openLinks()) === 0);
    rig.mluvii.sessionEvents.tell(guest.sessionId, 'SessionOperatorJoined', { userId: 1 });
    const { calls } = rig.mluvii.sessionEvents;
    const late = () => calls.filter(({ body }) => JSON.stringify(body).includes('"userId":1}'));
    await until('the late word was taken twice', () => late().length === 2 && late().every(({ status }) => status !== undefined));
    expect(calls.map(({ status }) => status)).toEqual(calls.map(() => 200));
    expect(await openLinks()).toBe(0);
  });

  it('leaves a session alone that is still the bot’s, and sessions of others', async () => {
    const guest = await rig.mluvii.guest.start({});
    await guest.sees((entry) => entry.text.includes('virtual assistant'));
    const other = await fetch(`${rig.url}/channels/mluvii-sessions/${rig.mluvii.env['MLUVII_CHATBOT_CALLBACK_SECRET']}`, {
      method: 'POST',
      body: JSON.stringify({ eventType: 'SessionEnded', data: { id: 999_999, ended: '2026-01-05T09:00:00Z' } }),
    });
    expect(other.status).toBe(200);
    await guest.say('where is my card');
    await guest.sees((entry) => entry.text.includes('within five days'));
  });
});
