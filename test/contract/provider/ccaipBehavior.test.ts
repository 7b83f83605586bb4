import { CcaipRig, sendable } from './ccaipRig';
import { Conversation, customerMessage, handoffRequest } from './conversation';
import { once } from './messageSuite';

const never = new AbortController().signal;

/** What the vendor's documents leave open: the provider has to be right each way. */
describe('the ccaip provider, whichever way the vendor does it', () => {
  let rig: CcaipRig;
  let standIn: CcaipRig['standIn'];
  let harness: CcaipRig['harness'];

  beforeEach(async () => {
    rig = await CcaipRig.start();
    ({ standIn, harness } = rig);
  });
  afterEach(async () => expect(await rig.close()).toEqual([]));

  it('takes a chat that is not ready for messages yet for one that will be', async () => {
    const opened = await harness.provider.open(handoffRequest(harness), never);
    standIn.faults.add({ match: 'GET /apps/api/v1/chats/', status: 404, body: '{"message":"Not Found"}', times: 2 });
    standIn.faults.add({ match: '/message', status: 404, body: '{"message":"Not Found"}' });
    const early = harness.provider.send(opened.session, sendable('early'), undefined, never);
    await expect(early).rejects.toMatchObject({ code: 'outage', retriable: true, delivered: 'no', retryAfterInMs: 500 });
    await harness.provider.send(opened.session, sendable('early'), undefined, never);
    expect(rig.texts(opened.sessionKey)).toContain('early');
  });

  it.each([
    ['string', 'text', '**Hello** _you_', '**Hello** _you_'],
    ['object', 'text', '**Hello** _you_', '**Hello** _you_'],
    ['string', 'markdown', '**Hello** _you_', 'Hello you'],
    ['object', 'markdown', '[Help](https://bank.example/a_b_c)', 'Help (https://bank.example/a_b_c)'],
  ] as const)('reads content as %s of type %s', async (agentContent, agentTextType, said, heard) => {
    Object.assign(standIn.behavior, { agentContent, agentTextType });
    const conversation = await (await Conversation.open(harness)).accept();
    await standIn.desk.say(conversation.chatId, said);
    expect(await conversation.tap.next('agentMessage')).toMatchObject({ text: heard });
    await conversation.stop();
  });

  it.each(['object', 'string'])('writes content as %s when the settings say so', async (form) => {
    rig.createProvider({ CCAIP_TEXT_CONTENT: form });
    const conversation = await (await Conversation.open(harness)).accept();
    await conversation.send('either way');
    await conversation.shows(({ entries }) => entries.some(({ text }) => text === 'either way'));
    await conversation.stop();
  });

  it.each([true, false])('names the agent, whether the event does (%s) or only the chat', async (namesAgents) => {
    standIn.behavior.namesAgents = namesAgents;
    const conversation = await Conversation.open(harness);
    await conversation.shows(({ state }) => state === 'waiting');
    await standIn.desk.accept(conversation.chatId, 'Grace');
    expect(await conversation.tap.next('agentJoined')).toMatchObject({ agentName: 'Grace' });
    await conversation.stop();
  });

  it('brings an agent’s file that came without a name', async () => {
    standIn.behavior.fileNames = false;
    const conversation = await (await Conversation.open(harness)).accept();
    const bytes = Buffer.from('%PDF-1.7');
    await standIn.desk.sendFile?.(conversation.chatId, { name: 'form.pdf', contentType: 'application/pdf', bytes });
    const { attachments } = await conversation.tap.next('agentMessage');
    expect(attachments).toMatchObject([
      { name: expect.stringMatching(/^document-\d+$/), contentType: 'application/octet-stream' },
    ]);
    const fetched = await harness.provider.fetchFile?.(conversation.session, attachments[0]?.reference ?? {}, never);
    expect(fetched).toEqual({ bytes, contentType: 'application/pdf' });
    await conversation.stop();
  });

  it('uploads pictures and videos and links everything else', async () => {
    const conversation = await (await Conversation.open(harness)).accept();
    const file = (name: string, contentType: string, size = 10) => {
      const url = `https://channel.example/${name}`;
      harness.dependencies.files.set(url, { bytes: Buffer.alloc(size, 1), contentType });
      return { name, contentType, url };
    };
    const files = [
      file('card.jpg', 'image/jpeg'),
      file('clip.mp4', 'video/mp4'),
      file('letter.pdf', 'application/pdf'),
      file('huge.jpg', 'image/jpeg', 2_000_001),
    ];
    await conversation.send(customerMessage({ text: 'four files', files }));
    const { entries } = await conversation.shows((chat) => chat.entries.filter((entry) => entry.files).length === 2);
    const [said] = entries.filter(({ text }) => text.startsWith('four files'));
    expect(said?.text).toBe(
      'four files\nletter.pdf: https://bot.example/files/letter.pdf\nhuge.jpg: https://bot.example/files/huge.jpg',
    );
    expect(entries.flatMap((entry) => entry.files ?? []).map(({ name }) => name)).toEqual(['card.jpg', 'clip.mp4']);
    await conversation.stop();
  });

  it.each([
    ['the store refuses it', { match: 'POST /store', status: 403 }],
    ['there is no upload', { match: '/photos/upload', status: 422 }],
  ])('links a picture when %s', async (_, fault) => {
    const conversation = await (await Conversation.open(harness)).accept();
    const url = 'https://channel.example/card.jpg';
    harness.dependencies.files.set(url, { bytes: Buffer.alloc(3), contentType: 'image/jpeg' });
    standIn.faults.add(fault);
    await conversation.send(customerMessage({ text: '', files: [{ name: 'card.jpg', contentType: 'image/jpeg', url }] }));
    await conversation.shows(({ entries }) =>
      entries.some(({ text }) => text === 'card.jpg: https://bot.example/files/card.jpg'),
    );
    await conversation.stop();
  });

  it('does not repeat the text when only the picture after it failed', async () => {
    const conversation = await (await Conversation.open(harness)).accept();
    const url = 'https://channel.example/card.jpg';
    harness.dependencies.files.set(url, { bytes: Buffer.alloc(3), contentType: 'image/jpeg' });
    const message = customerMessage({ text: 'look', files: [{ name: 'card.jpg', contentType: 'image/jpeg', url }] });
    let posts = 0;
    const { http } = harness.dependencies;
    harness.dependencies.http = (call) => {
      const isPost = call.url.endsWith('/message');
      if (isPost) posts += 1;
      if (isPost && posts === 2) standIn.faults.add({ match: '/message', status: 500 });
      return http(call);
    };
    rig.createProvider();
    await expect(conversation.attempt(message, undefined)).rejects.toMatchObject({ code: 'outage', retriable: true });
    await conversation.attempt(message, undefined);
    const { entries } = await conversation.shows((chat) => chat.entries.some(({ files }) => files));
    expect(entries.filter(({ text }) => text === 'look')).toHaveLength(1);
    await conversation.stop();
  });

  it.each(['iso', 'seconds', 'milliseconds'] as const)('reads timestamps of signatures as %s', async (timestamp) => {
    standIn.behavior.timestamp = timestamp;
    const conversation = await (await Conversation.open(harness)).accept();
    await standIn.desk.say(conversation.chatId, 'hello');
    await conversation.tap.next('agentMessage');
    expect(rig.receiver.statuses.every((status) => status === 200)).toBe(true);
    await conversation.stop();
  });

  it.each([true, false])('hears what was said while its webhook was down, signed anew or not (%s)', async (signsAnew) => {
    standIn.behavior.signsAnew = signsAnew;
    const conversation = await (await Conversation.open(harness)).accept();
    rig.receiver.failNext(3);
    await standIn.desk.say(conversation.chatId, 'are you there?');
    await standIn.desk.say(conversation.chatId, 'hello?');
    await conversation.tap.until(() => (once(conversation.tap.of('agentMessage')).length === 2 ? true : undefined));
    expect(once(conversation.tap.of('agentMessage')).map(({ text }) => text)).toEqual(['are you there?', 'hello?']);
    await conversation.stop();
  });

  it.each([true, false])('gives events delivered twice one id, with ids of messages or without (%s)', async (messageIds) => {
    Object.assign(standIn.behavior, { duplicate: true, messageIds });
    const conversation = await (await Conversation.open(harness)).accept();
    await standIn.desk.say(conversation.chatId, 'ok');
    await standIn.desk.say(conversation.chatId, 'ok');
    await conversation.tap.until(() => (conversation.tap.of('agentMessage').length === 4 ? true : undefined));
    expect(once(conversation.tap.of('agentMessage'))).toHaveLength(2);
    await conversation.stop();
  });

  it('leaves it to the relay to ask when a transfer has no event of its own', async () => {
    standIn.behavior.transferEvent = '';
    const conversation = await (await Conversation.open(harness)).accept();
    await standIn.desk.transfer?.(conversation.chatId, '8');
    await conversation.tap.next('agentLeft');
    expect(await harness.provider.checkSession?.(conversation.session, never)).toBe('queued');
    await conversation.accept('Edsger');
    await conversation.stop();
  });

  it.each([true, false])('tells an end by the agent, whether it is said who it was (%s)', async (tellsWhoEnded) => {
    standIn.behavior.tellsWhoEnded = tellsWhoEnded;
    const conversation = await (await Conversation.open(harness)).accept();
    await standIn.desk.end(conversation.chatId);
    const by = tellsWhoEnded ? 'agent' : 'system';
    expect(await conversation.tap.next('ended')).toMatchObject({ by, reason: 'finished' });
    await conversation.stop();
  });

  it('tells the time of waiting when nobody is free', async () => {
    standIn.behavior.overCapacity = true;
    const target = harness.provider.parseTarget({ menuId: 7 });
    expect(await harness.provider.checkAvailability?.(target, 'de-AT', never)).toEqual({
      available: true,
      estimatedWaitSeconds: 420,
    });
  });
});
