import type { JsonObject } from '../../../../common/json';
import { type BareBot, startBareBot } from './bot';

describe('the mluvii stand-in’s chatbot side', () => {
  let bot: BareBot;
  const violations = () => bot.standIn.violations;

  beforeEach(async () => {
    bot = await startBareBot();
  });
  afterEach(() => bot.close());

  it('starts a session at the bot and carries words both ways', async () => {
    const guest = await bot.standIn.guest.start({ language: 'cs', source: 'WhatsApp' });
    const { sessionId } = guest;
    expect(await bot.next('ConversationStarted')).toMatchObject({ sessionId, language: 'cs', source: 'WhatsApp' });
    await guest.say('Hello <b>world</b>');
    expect(await bot.next('Text')).toMatchObject({ sessionId, text: 'Hello <b>world</b>' });
    expect(await bot.send({ sessionId, activity: 'Text', text: '<strong>Hi</strong> &lt;you&gt;' })).toEqual({ status: 200 });
    expect(await guest.sees(({ from }) => from === 'bot')).toMatchObject({ text: 'Hi <you>', kind: 'text' });
    expect(violations()).toEqual([]);
  });

  it('sends whoever has no good token to the login page, and keeps other keys out', async () => {
    const guest = await bot.standIn.guest.start();
    const activity = { sessionId: guest.sessionId, activity: 'Text', text: 'Hi' };
    expect(await bot.send(activity, 'nonsense')).toMatchObject({ status: 302, location: expect.stringContaining('/login') });
    expect(await bot.send(activity, await bot.token('sandbox-api', 'sandbox-api-secret'))).toEqual({ status: 403 });
    expect(await bot.token('sandbox-chatbot', 'wrong')).toBe('undefined');
    expect(await bot.send(activity)).toEqual({ status: 200 });
    bot.standIn.login.expireAll();
    expect((await bot.send(activity)).status).toBe(302);
    expect(violations()).toEqual([]);
  });

  it.each<[string, object]>([
    ['no session', { activity: 'Text', text: 'x' }],
    ['an unknown activity', { activity: 'Dance' }],
    ['a misspelt name', { activity: 'typing', show: true }],
    ['a member too many', { activity: 'HandOff', reason: 'x' }],
    ['capital letters', { Activity: 'HandOff' }],
    ['nobody to forward to', { activity: 'Forward' }],
    ['a group that is not there', { activity: 'Forward', operatorGroupId: 99 }],
    ['a file by name and address', { activity: 'ShareFile', name: 'a', url: 'https://a.example/b' }],
    ['an e-mail without a subject', { activity: 'SendGuestOfflineEmail', message: 'm', location: 'l' }],
    ['a message without a time', { type: 'message', text: 'x' }],
    ['a call parameter that is no text', { activity: 'SetCallParams', callParams: { a: 1 } }],
  ])('refuses and notes %s', async (name, activity) => {
    const { sessionId } = await bot.standIn.guest.start();
    const { status } = await bot.send(name === 'no session' ? activity : { sessionId, ...activity });
    expect(status).toBe(400);
    expect(violations()).toHaveLength(1);
  });

  it('answers questions later and on the callback', async () => {
    const guest = await bot.standIn.guest.start({ callParams: { oo1_guest_email: 'ada@example.com' } });
    const { sessionId } = guest;
    const ask = async (activity: object, response: string): Promise<JsonObject> => {
      expect(await bot.send({ sessionId, ...activity })).toEqual({ status: 200 });
      return bot.next(response);
    };
    expect(
      await ask({ activity: 'SetCallParams', callParams: { HandoffReason: 'complaints' } }, 'SetCallParamsResponse'),
    ).toMatchObject({ sessionId, success: true, language: 'en', source: 'Default' });
    expect(await ask({ activity: 'GetCallParams' }, 'GetCallParamsResponse')).toMatchObject({
      callParams: { HandoffReason: 'complaints', oo1_guest_email: 'ada@example.com' },
    });
    expect(await ask({ activity: 'GetAvailableGroups' }, 'GetAvailableGroupsResponse')).toMatchObject({
      availableGroups: [{ groupId: 13, groupState: 'ONLINE', groupOfflineReasons: [] }],
    });
    bot.standIn.desk.setStaffed(false);
    expect(await ask({ activity: 'GetAvailableGroups', groupIds: [11, 12] }, 'GetAvailableGroupsResponse')).toMatchObject({
      availableGroups: [{ groupId: 11, groupState: 'OFFLINE', groupOfflineReasons: ['NO_OPERATORS'] }, { groupId: 12 }],
    });
    expect(await ask({ activity: 'GetAvailableOperators' }, 'GetAvailableOperatorsResponse')).toMatchObject({
      availableOperators: [],
    });
    const crm = await ask({ activity: 'ObtainCrmIdentity' }, 'ObtainCrmIdentityResponse');
    expect(crm).toMatchObject({ assignedCrmIdentityId: null, matchedCrmIdentities: [{ crmIdentityId: 9_943_973 }] });
    expect(await ask({ activity: 'AssignCrmIdentity', existingCrmIdentityId: null }, 'AssignCrmIdentityResponse')).toMatchObject({
      created: true,
    });
    expect(await ask({ activity: 'GetGuestIdentity' }, 'GetGuestIdentityResponse')).toHaveProperty('trackedGuestGuid');
    expect(await ask({ activity: 'GetHeroCards' }, 'GetHeroCardsResponse')).toMatchObject({ heroCards: [{ heroCardId: 1 }, {}] });
    expect(await ask({ activity: 'SendHeroCard', heroCardId: 1 }, 'SendHeroCardResponse')).toMatchObject({ success: true });
    expect(await ask({ activity: 'ShareFile', name: 'none' }, 'ShareFileResponse')).toMatchObject({ isSuccess: false });
    expect(await ask({ activity: 'DisableGuestInput' }, 'GuestInputChangeResponse')).toMatchObject({ success: true });
    await expect(guest.say('hidden')).rejects.toThrow('hidden');
    expect(violations()).toEqual([]);
  });

  it('lets an operator have a session by HandOff, and the bot nothing more', async () => {
    const guest = await bot.standIn.guest.start();
    const { sessionId } = guest;
    await bot.send({ sessionId, activity: 'SetCallParams', callParams: { HandoffReason: 'transfers' } });
    await bot.send({ sessionId, activity: 'HandOff' });
    const { desk } = bot.standIn;
    expect(desk.chats()).toMatchObject([{ id: String(sessionId), state: 'waiting', queue: '12' }]);
    await desk.accept(String(sessionId), 'Katka');
    await desk.say(String(sessionId), 'How can I help?');
    expect(await guest.sees(({ from }) => from === 'operator')).toMatchObject({ text: 'How can I help?', name: 'Katka' });
    await guest.say('Like this');
    expect(bot.got.some((body) => body['text'] === 'Like this')).toBe(false);
    expect(violations()).toEqual([]);
    expect((await bot.send({ sessionId, activity: 'Text', text: 'me again' })).status).toBe(404);
    expect(violations()).toEqual(['an activity was sent after HandOff']);
    await desk.transfer?.(String(sessionId), 'chatbot');
    await guest.say('back with you');
    expect(await bot.next('Text')).toMatchObject({ text: 'back with you' });
    expect((await bot.send({ sessionId, activity: 'Text', text: 'welcome back' })).status).toBe(200);
  });

  it('shows the offline form when the rules lead to a closed group, but forwards all the same', async () => {
    bot.standIn.desk.setStaffed(false);
    const [first, second] = [await bot.standIn.guest.start(), await bot.standIn.guest.start()];
    await bot.send({ sessionId: first.sessionId, activity: 'SetCallParams', callParams: { HandoffReason: 'cards' } });
    await bot.send({ sessionId: first.sessionId, activity: 'HandOff' });
    expect(first.place()).toBe('offlineForm');
    await bot.send({ sessionId: second.sessionId, activity: 'Forward', operatorGroupId: 11 });
    expect(second.place()).toBe('queue');
    expect(violations()).toEqual([]);
  });

  it('notes a HandOff that leads back to the bot', async () => {
    const guest = await bot.standIn.guest.start();
    await bot.next('ConversationStarted');
    await bot.send({ sessionId: guest.sessionId, activity: 'HandOff' });
    await bot.next('ConversationStarted');
    expect(violations()).toEqual([expect.stringContaining('leads back')]);
  });

  it('takes 120 activities a minute and no more', async () => {
    const { sessionId } = await bot.standIn.guest.start();
    const statuses = new Set<number>();
    for (let index = 0; index < 120; index += 1)
      statuses.add((await bot.send({ sessionId, activity: 'Typing', show: index % 2 === 0 })).status);
    expect([...statuses]).toEqual([200]);
    expect((await bot.send({ sessionId, activity: 'Typing', show: true })).status).toBe(429);
  });

  it('delivers again what was not taken, in order', async () => {
    const guest = await bot.standIn.guest.start();
    bot.failNext(2, 500);
    await guest.say('one');
    await guest.say('two');
    const texts = bot.got.filter((body) => body['activity'] === 'Text').map((body) => body['text']);
    expect(texts).toEqual(['one', 'one', 'one', 'two']);
    expect(violations()).toEqual([]);
  });

  it('brings uploads, submissions, quick replies, places and the end', async () => {
    const guest = await bot.standIn.guest.start();
    const { sessionId } = guest;
    await guest.upload('https://files.example/a.png');
    expect(await bot.next('GuestFileUpload')).toMatchObject({ sessionId, fileUrl: 'https://files.example/a.png' });
    await bot.send({ sessionId, activity: 'ChatbotOpenFileUploadPrompt' });
    await guest.cancelUpload();
    expect(await bot.next('ChatbotOpenFileUploadPromptResponse')).toMatchObject({ fileUrl: null, canceledByGuest: true });
    await guest.submit({ oo1_guest_ident: 'Test' });
    expect(await bot.next('HeroCardSubmission')).toMatchObject({ params: { oo1_guest_ident: 'Test' } });
    await guest.quickReply('Yes', 5, { body: ['a'] });
    expect(await bot.next('HeroCardQuickReply')).toMatchObject({ replyToActivityId: 5, additionalParams: { body: ['a'] } });
    await guest.locate(50.1, 14.4);
    expect(await bot.next('GuestLocation')).toMatchObject({ latitude: 50.1, longitude: 14.4 });
    await guest.leave();
    expect(await bot.next('ConversationEnded')).toMatchObject({ sessionId });
    expect((await bot.send({ sessionId, activity: 'Text', text: 'too late' })).status).toBe(404);
    expect(violations()).toEqual([]);
  });

  it('misspells, loses and fails responses, and repeats activities, when told to', async () => {
    const { behavior } = bot.standIn;
    const { sessionId } = await bot.standIn.guest.start();
    const set = { sessionId, activity: 'SetCallParams', callParams: { a: 'b' } };
    Object.assign(behavior, { misspelled: true, duplicate: true });
    await bot.send(set);
    expect(await bot.next('SetCallParamsResponse')).toMatchObject({ sessinId: sessionId });
    await bot.next('SetCallParamsResponse');
    Object.assign(behavior, { misspelled: false, duplicate: false, failResponsesTo: ['SetCallParams'], pascalCase: true });
    await bot.send(set);
    expect(await bot.next('SetCallParamsResponse')).toMatchObject({ SessionId: sessionId, Success: false });
    Object.assign(behavior, { loseResponsesTo: ['*'], pascalCase: false });
    await bot.send(set);
    behavior.loseResponsesTo = [];
    await bot.send({ sessionId, activity: 'GetCallParams' });
    await bot.next('GetCallParamsResponse');
    expect(bot.got.filter((body) => String(body['activity'] ?? body['Activity']).startsWith('SetCall'))).toHaveLength(3);
  });

  it('pings in both spellings and measures the callback', async () => {
    expect(await bot.standIn.chatbot.ping()).toBe(200);
    expect(await bot.standIn.chatbot.ping('Activity')).toBe(200);
    expect(bot.got).toEqual([{ activity: 'Ping' }, { Activity: 'Ping' }]);
    expect(bot.standIn.chatbot.calls.every(({ status }) => status === 200)).toBe(true);
  });

  it('drops cards where the channel draws none, and notes it', async () => {
    const { sessionId, ...guest } = await bot.standIn.guest.start({ source: 'WhatsApp' });
    const content = { title: 'Card', buttons: [{ type: 'imBack', title: 'One', value: 1 }] };
    const attachments = [{ contentType: 'application/vnd.microsoft.card.hero', content }];
    const card = { sessionId, type: 'message', timestamp: '2020-06-12T12:13:39.7593384+02:00', attachments };
    expect((await bot.send(card)).status).toBe(200);
    expect(guest.seen().some(({ kind }) => kind === 'cards')).toBe(false);
    expect(violations()).toEqual(['cards do not show on WhatsApp']);
  });
});

it('the mluvii stand-in notes a callback that takes too long', async () => {
  const slow = await startBareBot({ callbackDeadlineInMs: 50 });
  const release = slow.hold();
  expect(await slow.standIn.chatbot.ping()).toBeUndefined();
  expect(slow.standIn.violations).toEqual(['callback: no answer within 50 ms']);
  release();
  await slow.close();
});
