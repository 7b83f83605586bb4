import { decode, groupsOf, isPing, operatorsOf, sessionIdOf, timeOf } from '../../../../../bot/channels/mluvii/decode';
import { parseExactly } from '../../../../../bot/channels/mluvii/looseJson';
import { toActivity } from '../../../../../bot/channels/mluvii/toActivity';
import type { JsonObject } from '../../../../../common/json';
import samples from '../../../../fixtures/mluvii-chatbot/fromMluvii.json';

const place = {
  sessionId: '13',
  id: 'a1',
  receivedAt: 0,
  serviceUrl: 'https://mluvii.example',
  session: { state: 'bot' as const, facts: {} },
};
const seed = samples as unknown as Record<string, JsonObject>;

describe('what the seed shows coming in', () => {
  it.each(Object.entries(seed))('is understood: %s', (_name, body) => {
    const event = decode(body);
    expect(event.kind).not.toBe('unknown');
    if (event.kind === 'answer') expect(event.name).toBe(body['activity']);
    expect(toActivity(event, place)).toBeDefined();
  });

  it.each(
    Object.entries(seed).filter(
      ([, body]) => JSON.stringify(body).includes('ion') && Object.keys(body).some((key) => /^ses/.test(key)),
    ),
  )('tells its session, however that is spelt: %s', (_name, body) => {
    expect(sessionIdOf(body)).toMatch(/^\d+$/);
  });

  it('is the same in any letter case (seed samples)', () => {
    for (const body of Object.values(seed)) {
      const pascal = Object.fromEntries(
        Object.entries(body).map(([key, value]) => [key[0]?.toUpperCase() + key.slice(1), value]),
      );
      const [plain, capital] = [decode(body), decode(pascal)];
      expect(capital).toEqual(plain.kind === 'answer' ? { ...plain, body: pascal } : plain);
      expect(sessionIdOf(pascal)).toBe(sessionIdOf(body));
    }
  });

  it('becomes activities of the Bot Framework (seed samples)', () => {
    const made = (name: string) => toActivity(decode(seed[name]!), place);
    expect(made('Text (button)')).toMatchObject({
      type: 'message',
      text: 'Button 2',
      locale: 'cs',
      channelId: 'mluvii',
      conversation: { id: '13' },
      from: { id: 'guest-13' },
      channelData: { source: 'Facebook' },
    });
    expect(made('GuestFileUpload')).toMatchObject({
      type: 'message',
      attachments: [
        { contentType: 'image/png', name: 'photo of card.png', contentUrl: 'https://app.mluvii.com/files/photo%20of%20card.png' },
      ],
    });
    expect(made('HeroCardSubmission')).toMatchObject({
      type: 'event',
      name: 'mluvii/HeroCardSubmission',
      value: { oo1_guest_ident: 'Test' },
    });
    expect(made('GetHeroCardsResponse')).toMatchObject({
      type: 'event',
      name: 'mluvii/GetHeroCardsResponse',
      value: seed['GetHeroCardsResponse'],
    });
  });

  it('takes a file from the prompt as a file (seed sample with an address)', () => {
    const body = {
      ...seed['ChatbotOpenFileUploadPromptResponse']!,
      fileUrl: 'https://app.mluvii.com/files/a.pdf',
      canceledByGuest: false,
    };
    expect(toActivity(decode(body), place)).toMatchObject({
      type: 'message',
      attachments: [{ contentType: 'application/pdf', name: 'a.pdf' }],
    });
  });

  it('tells groups and operators (seed samples)', () => {
    expect(groupsOf(seed['GetAvailableGroupsResponse']!)).toEqual([
      {
        groupId: 4,
        displayName: 'Group one',
        state: 'OFFLINE',
        reasons: ['BUSINESS_HOURS', 'NO_OPERATORS', 'QUEUE_FULL', 'DELETED', 'CHANNEL_BLOCKED'],
        waiting: 5,
      },
    ]);
    expect(operatorsOf(seed['GetAvailableOperatorsResponse']!)).toEqual([
      { userId: 1, displayName: 'Katka' },
      { userId: 2, displayName: 'Tomáš' },
    ]);
  });
});

describe('what the reference adds', () => {
  it('takes states and reasons as numbers', () => {
    const body = {
      availableGroups: [
        { groupId: 1, groupState: 2, groupOfflineReasons: [0] },
        { groupId: 2, groupState: 1 },
        { groupId: 3, groupState: 7 },
      ],
    };
    expect(groupsOf(body).map(({ state, reasons }) => [state, reasons])).toEqual([
      ['BUSY', []],
      ['ONLINE', []],
      ['OFFLINE', []],
    ]);
  });

  it.each([
    ['2020-12-04T16:12:57.172', undefined],
    ['2020-06-12T12:13:39.7593384+02:00', '2020-06-12T10:13:39.759Z'],
    ['2020-06-12T10:13:39Z', '2020-06-12T10:13:39.000Z'],
    ['yesterday Z', undefined],
    [undefined, undefined],
  ])('reads a time only when it is one: %s', (text, iso) => {
    expect(timeOf(text)).toBe(iso);
  });

  it('knows the health check in both spellings', () => {
    expect([{ activity: 'Ping' }, { Activity: 'Ping' }, { activity: 'Text' }].map(isPing)).toEqual([true, true, false]);
  });

  it('keeps every digit of a long session id', () => {
    const body = parseExactly('{"sessionId":9007199254740993,"activity":"Text","text":"1.5"}') as JsonObject;
    expect(sessionIdOf(body)).toBe('9007199254740993');
  });

  it.each([{ sessionId: 'x' }, { sessionId: 1.5 }, { sessionId: -1 }, {}, { sessionId: null }])(
    'finds no session in %j',
    (body) => {
      expect(sessionIdOf(body as JsonObject)).toBeUndefined();
    },
  );

  it('maps starting, ending, quick answers and places', () => {
    const made = (body: JsonObject) => toActivity(decode(body), place);
    expect(made({ activity: 'ConversationStarted', language: 'en' })).toMatchObject({
      type: 'conversationUpdate',
      membersAdded: [{ id: 'mluvii-chatbot' }],
      recipient: { id: 'mluvii-chatbot' },
    });
    expect(made({ activity: 'ConversationEnded' })).toMatchObject({ type: 'endOfConversation' });
    expect(
      made({ activity: 'HeroCardQuickReply', text: 'Yes', replyToActivityId: 5, additionalParams: { body: ['a'] } }),
    ).toMatchObject({
      type: 'message',
      text: 'Yes',
      value: { replyToActivityId: '5', additionalParams: { body: ['a'] } },
    });
    expect(made({ activity: 'GuestLocation', latitude: 50.1, longitude: 14.4 })).toMatchObject({
      type: 'message',
      text: '50.1, 14.4',
      entities: [{ type: 'GeoCoordinates', latitude: 50.1, longitude: 14.4 }],
    });
    expect(made({ activity: 'GuestLocation' })).toBeUndefined();
    expect(made({ activity: 'SomethingNew' })).toBeUndefined();
  });
});
