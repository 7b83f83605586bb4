import { until } from '../../support/fakeClock';
import { MluviiRig } from '../../support/mluviiRig';

jest.setTimeout(30_000);

describe('a guest of mluvii', () => {
  let rig: MluviiRig;
  beforeEach(async () => {
    rig = await MluviiRig.start();
  });
  afterEach(async () => {
    const { violations } = rig.mluvii;
    await rig.stop();
    expect(violations).toEqual([]);
  });

  it('is known by the hero card that was filled in, and not asked again', async () => {
    const guest = await rig.mluvii.guest.start({});
    await guest.submit({ oo1_guest_ident: 'Ada Example', oo1_guest_email: 'ada@example.com' });
    await guest.say('where is my card');
    await guest.say('talk to a person');
    await until('operators have it', () => guest.place() === 'queue');
    expect(guest.callParams()).toMatchObject({ oo1_guest_ident: 'Ada Example', oo1_guest_email: 'ada@example.com' });
  });

  it('gets the address of a file that the network does not take', async () => {
    const guest = await rig.mluvii.guest.start({});
    await guest.sees((entry) => JSON.stringify(entry).includes('person at any time'));
    await rig.mluvii.chatbot.tell(guest.sessionId, 'ShareFileResponse', {
      isSuccess: false,
      errorMessage: 'type not allowed',
      fileSource: 'https://files.example/form.exe',
    });
    const shown = await guest.sees(({ text }) => text.includes('https://files.example/form.exe'));
    expect(shown.html).toContain('<a href="https://files.example/form.exe">');
  });

  it('is told that files cannot be read, and that a place is no question', async () => {
    const guest = await rig.mluvii.guest.start({});
    await guest.sees((entry) => JSON.stringify(entry).includes('person at any time'));
    await guest.upload('https://app.mluvii.example/files/photo.png');
    await guest.sees((entry) => JSON.stringify(entry).includes('I cannot read files'));
    await guest.locate(50.08, 14.42);
    await guest.sees((entry) => JSON.stringify(entry).includes('found nothing about that'));
  });

  it('can be answered whatever else mluvii says in between', async () => {
    const guest = await rig.mluvii.guest.start({});
    await rig.mluvii.chatbot.tell(guest.sessionId, 'SomethingNew', { members: [1, 2] });
    expect(await rig.mluvii.chatbot.ping('activity')).toBe(200);
    expect(await rig.mluvii.chatbot.ping('Activity')).toBe(200);
    await guest.say('where is my card');
    await guest.sees(({ text }) => text.includes('within five days'));
    expect(rig.mluvii.chatbot.calls.every(({ status }) => status === 200)).toBe(true);
  });
});
