import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isJsonObject, type JsonObject, parseJson } from '../../../common/json';
import { until } from '../../support/fakeClock';
import { MluviiRig } from '../../support/mluviiRig';

jest.setTimeout(30_000);

/** mluvii as a Direct Line client: the connector the bot sends to, and the guest who writes. */
class DirectLineGuest {
  readonly got: JsonObject[] = [];
  private readonly server: Server;
  private serviceUrl = '';
  private sent = 0;
  /** What is told about the groups. */
  groupState: string | number = 'ONLINE';

  constructor(
    private readonly rig: MluviiRig,
    private readonly id = 'conversation-1',
  ) {
    this.server = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (part: string) => {
        body += part;
      });
      request.on('end', () => {
        const activity = parseJson(body);
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end('{"id":"r1"}');
        if (isJsonObject(activity)) void this.receive(activity);
      });
    });
  }

  async open(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    this.serviceUrl = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/`;
    return this;
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
  }

  async post(activity: object): Promise<void> {
    this.sent += 1;
    const answer = await fetch(`http://127.0.0.1:${this.rig.port}/api/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        id: `${this.id}|${this.sent}`,
        channelId: 'directline',
        serviceUrl: this.serviceUrl,
        conversation: { id: this.id },
        from: { id: 'mluvii_guest' },
        recipient: { id: 'our-bot' },
        locale: 'en',
        ...activity,
      }),
    });
    expect(answer.status).toBe(200);
  }

  say(text: string): Promise<void> {
    return this.post({ type: 'message', text });
  }

  commands(): string[] {
    return this.got.flatMap(({ channelData }) =>
      isJsonObject(channelData) ? [String(channelData['activity'] ?? channelData['Activity'])] : [],
    );
  }

  /** Answers come as events whose channelData is text, as public bots have seen it. */
  private async receive(activity: JsonObject): Promise<void> {
    this.got.push(activity);
    const data = activity['channelData'];
    const name = isJsonObject(data) ? String(data['activity'] ?? data['Activity'] ?? '') : '';
    const answer = (body: object) =>
      this.post({ type: 'event', channelData: JSON.stringify({ Activity: `${name}Response`, ...body }) });
    if (name === 'SetCallParams') await answer({ Success: true });
    if (name === 'GetCallParams')
      await answer({ CallParams: { oo1_guest_ident: 'Ada Example', oo1_guest_email: 'ada@example.com' } });
    if (name === 'GetGuestIdentity') await answer({});
    if (name === 'GetAvailableGroups')
      await answer({ AvailableGroups: [{ GroupId: 11, DisplayName: 'Cards', GroupState: this.groupState }] });
  }
}

describe('the bot as a Bot Framework chatbot of mluvii', () => {
  let rig: MluviiRig;
  let guest: DirectLineGuest;
  const start = async (env: Record<string, string> = {}) => {
    rig = await MluviiRig.start({ env: { MLUVII_CHATBOT_DIRECT_LINE: 'true', ...env } });
    guest = await new DirectLineGuest(rig).open();
    await guest.post({ type: 'conversationUpdate', membersAdded: [{ id: 'our-bot' }] });
  };
  afterEach(async () => {
    await rig.stop();
    await guest.close();
  });
  const heard = (words: string) => until(`mluvii gets: ${words}`, () => JSON.stringify(guest.got).includes(words));

  it('greets and answers in plain messages with buttons, to the conversation of Direct Line', async () => {
    await start();
    await heard('virtual assistant');
    await guest.say('where is my card');
    await heard('within five days');
    const buttons = guest.got.find((activity) => JSON.stringify(activity).includes('This helped'));
    expect(buttons).toMatchObject({
      type: 'message',
      channelId: 'directline',
      conversation: { id: 'conversation-1' },
      attachments: [{ contentType: 'application/vnd.microsoft.card.hero' }],
    });
    await guest.say('This helped');
    await heard('Glad it helped');
    expect(JSON.stringify(guest.got)).not.toContain('sessionId');
  });

  it('hands off in the same order, is silent, and takes the conversation up again', async () => {
    await start();
    await guest.say('where is my card');
    await until('it has learnt who it is', () => guest.commands().includes('GetGuestIdentity'));
    await guest.say('talk to a person');
    await until('it is handed off', () => guest.commands().includes('HandOff'));
    expect(guest.commands().slice(-3)).toEqual(['SetCallParams', 'GetAvailableGroups', 'HandOff']);
    const set = guest.got.find(({ channelData }) => JSON.stringify(channelData ?? '').includes('SetCallParams'));
    expect(set).toMatchObject({
      type: 'event',
      channelData: { activity: 'SetCallParams', callParams: { HandoffReason: 'cards', oo1_guest_ident: 'Ada Example' } },
    });
    const before = guest.got.length;
    await until('it is written again', async () => {
      // The words of the very moment of leaving are the operator's.
      await guest.say('where is my card');
      return guest.got.slice(before).some((activity) => JSON.stringify(activity).includes('within five days'));
    });
  });

  it('has the conversation again also when the first thing it gets is a file', async () => {
    await start();
    await guest.say('where is my card');
    await until('it has learnt who it is', () => guest.commands().includes('GetGuestIdentity'));
    await guest.say('talk to a person');
    await until('it is handed off', () => guest.commands().includes('HandOff'));
    const before = guest.got.length;
    const file = { contentType: 'image/png', contentUrl: 'https://files.example/card.png', name: 'card.png' };
    await until('it is written again', async () => {
      await guest.post({ type: 'message', text: '', attachments: [file] });
      return guest.got.slice(before).some(({ type }) => type === 'message');
    });
  });

  it('stays when nobody is there', async () => {
    await start();
    guest.groupState = 0;
    await guest.say('where is my card');
    await until('it has learnt who it is', () => guest.commands().includes('GetGuestIdentity'));
    await guest.say('talk to a person');
    await heard('Leave a message');
    expect(guest.commands()).not.toContain('HandOff');
  });

  it('writes names with capital letters when the settings say so', async () => {
    await start({ MLUVII_CHATBOT_CHANNEL_DATA_CASE: 'pascal' });
    await guest.say('where is my card');
    await guest.say('talk to a person');
    await until('it is handed off', () => guest.commands().includes('HandOff'));
    expect(
      guest.got.find(({ channelData }) => JSON.stringify(channelData ?? '').includes('"Activity":"SetCallParams"')),
    ).toBeDefined();
  });

  it('knows two guests apart, although both have the same name', async () => {
    await start();
    await guest.say('where is my card');
    const other = await new DirectLineGuest(rig, 'conversation-2').open();
    await other.say('hello');
    await until('the other one is greeted, too', () => other.got.length > 0);
    expect(JSON.stringify(other.got)).not.toContain('within five days');
    await other.close();
  });

  it('leaves customers of other Direct Line clients alone', async () => {
    await start();
    await guest.post({ type: 'message', text: 'where is my card', from: { id: 'somebody' }, conversation: { id: 'theirs' } });
    await until('an Adaptive Card went out', () => JSON.stringify(guest.got).includes('application/vnd.microsoft.card.adaptive'));
  });
});
