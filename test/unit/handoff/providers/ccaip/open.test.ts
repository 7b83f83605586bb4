import { toEndUser, toNewChat } from '../../../../../handoff/providers/ccaip/open';
import { identifierOf, standingOf } from '../../../../../handoff/providers/ccaip/session';
import { chatOf } from '../../../../../handoff/providers/ccaip/wire';
import { payload, request, settingsWith } from './fakes';

const link = ({ name }: { name: string }) => `https://bot.example/${name}`;

describe('the chat that is asked for', () => {
  it('is the golden request', () => {
    expect({ chat: toNewChat(request(), 135, settingsWith(), link) }).toEqual(payload('createChat'));
  });

  it('has the bot speak as the settings say, and custom data if they want it', () => {
    const settings = settingsWith({ CCAIP_TRANSCRIPT_BOT: 'agent', CCAIP_CUSTOM_DATA: 'on' });
    const chat = toNewChat(request(), 135, settings, link);
    expect(chat.transcript.map(({ sender }) => sender)).toEqual(['end_user', 'agent', 'agent']);
    expect(chat.custom_data).toMatchObject({
      topic_1: { label: 'Topic', value: 'Card was swallowed', type: 'string' },
      card_type_8: { label: 'Card type', value: 'Debit', type: 'string' },
    });
  });

  it('keeps facts of ours when a field of the form has their name', () => {
    const [summary] = toNewChat(
      request({ fields: { topic: 'mine', ' ': 'x', Empty: ' ' } }),
      1,
      settingsWith(),
      link,
    ).transcript.slice(-1);
    const lines = summary?.content[0]?.text.split('\n');
    expect(lines).toContain('Topic: Card was swallowed');
    expect(lines).toContain('topic (answer): mine');
    expect(lines?.some((line) => line.startsWith('Empty') || line.startsWith(':'))).toBe(false);
  });

  it('tells files as links, marks an earlier agent’s words and leaves out what says nothing', () => {
    const at = '2026-05-04T10:14:00.000Z';
    const { transcript } = toNewChat(
      request({
        transcript: [
          { at, from: 'agent', text: 'Hello' },
          { at, from: 'bot', text: ' ' },
          { at, from: 'customer', text: '', files: [{ name: 'a.png', contentType: 'image/png', url: 'https://channel/1' }] },
        ],
      }),
      1,
      settingsWith(),
      link,
    );
    expect(transcript.slice(0, -1).map(({ sender, content }) => [sender, content[0]?.text])).toEqual([
      ['virtual_agent', 'Agent: Hello'],
      ['end_user', 'a.png: https://bot.example/a.png'],
    ]);
  });

  it.each([
    ['cs-CZ', 'cs'],
    ['pt', 'pt-BR'],
    ['pt-br', 'pt-BR'],
    ['pt_PT', 'pt-BR'],
    ['de-AT', 'en'],
    ['', 'en'],
  ])('speaks %s as %s', (language, expected) => {
    const settings = settingsWith({ CCAIP_LANGUAGES: 'en, cs ,pt-BR' });
    expect(toNewChat(request({ language }), 1, settings, link).lang).toBe(expected);
  });
});

describe('the end user', () => {
  it('is the contact of one who signed in, or else the customer in the channel, and the same each time', () => {
    expect(identifierOf(request())).toBe('webchat:user-1');
    const found = { ...request().customer, contactId: ' 5c1c0000-0000-4000-8000-000000000001 ' };
    expect(identifierOf(request({ customer: found }))).toBe('webchat:user-1');
    const customer = { ...found, isAuthenticated: true };
    expect(identifierOf(request({ id: 'handoff-2', customer }))).toBe('5c1c0000-0000-4000-8000-000000000001');
  });

  it('has only what is known', () => {
    expect(toEndUser(request({ customer: { id: 'u', name: ' ', email: '', isAuthenticated: false } }))).toEqual({
      identifier: 'webchat:u',
    });
    expect(toEndUser(request())).toEqual({
      identifier: 'webchat:user-1',
      name: 'Ada Example',
      email: 'ada@example.com',
      phone: '+15550100',
    });
  });
});

describe('how a chat stands', () => {
  it.each([
    ['queued', 'queued'],
    ['va_assigned', 'queued'],
    ['assigned', 'connected'],
    ['Assigned', 'connected'],
    ['dismissed', 'dismissed'],
    ['va_dismissed', 'dismissed'],
    ['finished', 'ended'],
    ['no_response', 'ended'],
    ['canceled', 'ended'],
    ['failed', 'ended'],
    ['something_new', 'queued'],
    [null, 'queued'],
  ])('%s', (status, expected) => {
    const chat = chatOf({ id: '135', status });
    expect(chat && standingOf(chat)).toBe(expected);
  });

  it('is told by the agent on it when the state is a new word', () => {
    const chat = chatOf({ chat: { id: 135, status: 'something_new', agent: { id: 1, first_name: 'Grace' } } });
    expect(chat && standingOf(chat)).toBe('connected');
  });
});
