import { until } from '../../support/fakeClock';
import { MluviiRig } from '../../support/mluviiRig';

jest.setTimeout(40_000);

describe('a chatbot of mluvii in trouble', () => {
  let rig: MluviiRig;
  let isStrict = true;
  afterEach(async () => {
    const { violations } = rig.mluvii;
    await rig.stop();
    if (isStrict) expect(violations).toEqual([]);
    isStrict = true;
  });

  const greeted = async (options: Parameters<MluviiRig['mluvii']['guest']['start']>[0] = {}) => {
    const known = { oo1_guest_ident: 'Ada Example', oo1_guest_email: 'ada@example.com' };
    const guest = await rig.mluvii.guest.start({ callParams: known, ...options });
    await guest.sees((entry) => JSON.stringify(entry).includes('person at any time'));
    return guest;
  };
  const answers = (seen: { from: string; text: string }[]) =>
    seen.filter(({ from, text }) => from === 'bot' && text.includes('within five days')).length;

  it('takes misspelt, capitalized and repeated activities for what they are', async () => {
    rig = await MluviiRig.start();
    Object.assign(rig.mluvii.behavior, { duplicate: true, pascalCase: true, misspelled: true, numericStates: true });
    const guest = await greeted();
    await guest.say('where is my card');
    await guest.sees((entry) => entry.text.includes('within five days'));
    await guest.say('talk to a person');
    await until('operators have it', () => guest.place() === 'queue');
    expect(answers(guest.seen())).toBe(1);
    expect(guest.seen().filter(({ text }) => text.includes('virtual assistant'))).toHaveLength(1);
  });

  it('answers after a crash what it had taken before it', async () => {
    rig = await MluviiRig.start();
    const guest = await greeted();
    rig.mluvii.faults.add({ match: '/activity', delayInMs: 700 });
    await guest.say('where is my card');
    await rig.crash();
    expect(answers(guest.seen())).toBe(0);
    await rig.boot();
    // The lease of the dead process runs out first.
    await until('the customer has an answer', () => answers(guest.seen()) > 0, 15_000);
    await guest.say('talk to a person');
    await until('operators have it', () => guest.place() === 'queue');
  });

  it('is silent after a crash in the middle of handing off, and gives the session away once', async () => {
    rig = await MluviiRig.start();
    const guest = await greeted();
    rig.mluvii.behavior.responseDelayInMs = 400;
    await guest.say('talk to a person');
    // The topic is asked for first.
    await guest.sees((entry) => /about/i.test(entry.text));
    await guest.say('my lost purse');
    await guest.sees((entry) => entry.text.includes('passing your chat on'));
    await rig.crash();
    await rig.boot();
    await until('operators have it', () => guest.place() === 'queue', 20_000);
    expect(rig.mluvii.desk.chats()).toHaveLength(1);
    const seen = guest.seen().length;
    const [chat] = rig.mluvii.desk.chats();
    await rig.mluvii.desk.accept(chat?.id ?? '', 'Kim');
    await guest.say('hello');
    expect(
      guest
        .seen()
        .slice(seen)
        .filter(({ from }) => from === 'bot'),
    ).toEqual([]);
  });

  it('offers a message instead when mluvii does not answer', async () => {
    rig = await MluviiRig.start();
    const guest = await greeted();
    rig.mluvii.behavior.loseResponsesTo = ['SetCallParams'];
    await guest.say('where is my card');
    await guest.say('talk to a person');
    await guest.sees((entry) => JSON.stringify(entry).includes('Leave a message'));
    expect(guest.place()).toBe('bot');
  });

  it('hands off all the same when the settings say so', async () => {
    rig = await MluviiRig.start({ env: { MLUVII_CHATBOT_WHEN_SILENT: 'transfer', MLUVII_CHATBOT_READ_GUEST: 'false' } });
    rig.mluvii.behavior.loseResponsesTo = ['*'];
    const guest = await rig.mluvii.guest.start({});
    await guest.say('where is my card');
    await guest.say('talk to a person');
    await guest.sees((entry) => JSON.stringify(entry).includes('name'));
    await guest.say('Ada Example');
    await guest.say('ada@example.com');
    await guest.say('skip');
    await until('routing has it', () => guest.place() === 'queue', 15_000);
  });

  it('forwards to a fixed group', async () => {
    rig = await MluviiRig.start({ route: { forward: { operatorGroupId: 12 } } });
    const guest = await greeted();
    await guest.say('where is my card');
    await guest.say('talk to a person');
    await until('operators have it', () => guest.place() !== 'bot');
    expect(rig.mluvii.desk.chats()[0]?.queue).toBe('12');
  });

  it('takes a session for its own again when the guest writes after operators gave it back without a word', async () => {
    rig = await MluviiRig.start();
    rig.mluvii.behavior.restartsOnReturn = false;
    const guest = await greeted();
    await guest.say('where is my card');
    await guest.say('talk to a person');
    await until('operators have it', () => guest.place() === 'queue');
    const [chat] = rig.mluvii.desk.chats();
    await rig.mluvii.desk.accept(chat?.id ?? '', 'Kim');
    await rig.mluvii.desk.transfer?.(chat?.id ?? '', 'chatbot');
    // What is said in the very moment of leaving is the operator's; this is said until it counts as later.
    await until('it answers again', async () => {
      await guest.say('where is my card');
      return answers(guest.seen()) >= 2;
    });
  });

  it('gets a fresh token when it is led to the login page', async () => {
    rig = await MluviiRig.start();
    const guest = await greeted();
    rig.mluvii.faults.add({ match: '/activity', status: 302, headers: { location: '/login' } });
    await guest.say('where is my card');
    await guest.sees((entry) => entry.text.includes('within five days'));
  });

  it('answers all the same when mluvii, or its login, is away for a moment', async () => {
    rig = await MluviiRig.start();
    const guest = await greeted();
    rig.mluvii.faults.add({ match: '/activity', status: 302, headers: { location: '/login' } });
    rig.mluvii.faults.add({ match: '/login/connect/token', status: 503 });
    rig.mluvii.faults.add({ match: '/activity', status: 503 });
    await guest.say('where is my card');
    await guest.sees((entry) => entry.text.includes('within five days'));
  });

  it('ends the conversation when the guest has left, also while an operator has it', async () => {
    rig = await MluviiRig.start();
    const guest = await greeted();
    await guest.say('where is my card');
    await guest.say('talk to a person');
    await until('operators have it', () => guest.place() === 'queue');
    rig.mluvii.behavior.tellsEndAfterHandoff = true;
    await rig.mluvii.chatbot.tell(guest.sessionId, 'ConversationEnded', {});
    await until('the link is over', async () => rig.lines.some((line) => line.includes('not ours')));
  });
});
