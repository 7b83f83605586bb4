import { until } from '../../support/fakeClock';
import { MluviiRig } from '../../support/mluviiRig';

jest.setTimeout(30_000);

describe('the bot as a chatbot of mluvii', () => {
  let rig: MluviiRig;
  afterEach(async () => {
    const { violations } = rig.mluvii;
    await rig.stop();
    expect(violations).toEqual([]);
    expect(rig.lines.join('\n')).not.toMatch(/Ada Example|ada@example\.com|where is my card/);
  });

  it('greets, answers, and takes a press of a button as what it stands for', async () => {
    rig = await MluviiRig.start();
    const guest = await rig.mluvii.guest.start({ language: 'en' });
    await guest.sees((entry) => entry.text.includes('virtual assistant'));
    await guest.say('where is my card');
    await guest.sees((entry) => entry.text.includes('within five days'));
    const buttons = await guest.sees(({ cards }) => JSON.stringify(cards ?? '').includes('This helped'));
    expect(buttons.cards?.[0]?.contentType).toBe('application/vnd.microsoft.card.hero');
    await guest.click('This helped');
    await guest.sees((entry) => JSON.stringify(entry).includes('Glad it helped'));
  });

  it('hands the session to operators, is silent, and comes back', async () => {
    rig = await MluviiRig.start();
    const guest = await rig.mluvii.guest.start({
      callParams: { oo1_guest_ident: 'Ada Example', oo1_guest_email: 'ada@example.com' },
    });
    await guest.sees((entry) => entry.text.includes('virtual assistant'));
    await guest.say('where is my card');
    await guest.sees((entry) => entry.text.includes('within five days'));
    await guest.say('talk to a person');
    await until('the session is with operators', () => guest.place() === 'queue');
    expect(guest.callParams()).toMatchObject({
      HandoffReason: 'cards',
      HandoffTopic: 'where is my card',
      oo1_guest_ident: 'Ada Example',
      ChatActivityId: '00000000-0000-4000-8000-00000000000a',
    });
    expect(guest.callParams()['HandoffSummary']).toContain('Customer: where is my card');
    const [chat] = rig.mluvii.desk.chats();
    await rig.mluvii.desk.accept(chat?.id ?? '', 'Kim');
    await rig.mluvii.desk.say(chat?.id ?? '', 'hello, Kim here');
    await guest.say('hello Kim');
    const seen = guest.seen().length;
    await rig.mluvii.desk.transfer?.(chat?.id ?? '', 'chatbot');
    await guest.sees((entry) => entry.text.includes('back with the assistant'));
    await guest.say('Skip');
    await guest.say('where is my card');
    await until('it answers again', () =>
      guest
        .seen()
        .slice(seen)
        .some(({ text }) => text.includes('within five days')),
    );
  });

  it('asks its form question by question, and takes a message when nobody is there', async () => {
    rig = await MluviiRig.start();
    rig.mluvii.desk.setStaffed(false);
    const guest = await rig.mluvii.guest.start({ source: 'WhatsApp' });
    await guest.sees((entry) => entry.text.includes('virtual assistant'));
    await guest.say('talk to a person');
    await guest.sees((entry) => entry.text.includes('Your name'));
    await guest.say('Ada Example');
    await guest.sees((entry) => entry.text.includes('mail'));
    await guest.say('ada@example.com');
    await guest.sees((entry) => entry.text.includes('hone'));
    await guest.say('skip');
    await guest.sees((entry) => /about|help/.test(entry.text) && entry.text.length < 120);
    await guest.say('my lost purse');
    const offer = await guest.sees((entry) => entry.text.includes('Leave a message'));
    expect(offer.text).toMatch(/1\. Leave a message/);
    expect(guest.place()).toBe('bot');
    await guest.say('1');
    await until('it asks for the message', () => /message/i.test(guest.seen().at(-1)?.text ?? ''));
    await guest.say('please call me back');
    await until('mluvii got the e-mail', () => rig.mluvii.chatbot.offlineEmails.length === 1);
    expect(rig.mluvii.chatbot.offlineEmails[0]?.message).toContain('please call me back');
    expect(rig.messages).toHaveLength(1);
  });
});
