import type { Activity } from 'botframework-schema';
import { customerText } from '../../../dialogs/customerInput';

const bot = { id: '28:bot', name: 'Bank' };
const mention = (mentioned: object, text: string) => ({ type: 'mention', mentioned, text });
const said = (text: string, ...entities: object[]) => customerText({ text, recipient: bot, entities } as Partial<Activity>);

describe('a message with mentions', () => {
  it('is what was said to the bot, without the bot’s name', () => {
    expect(said('<at>Bank</at> where is my card?', mention(bot, '<at>Bank</at>'))).toBe('where is my card?');
    expect(said('where is my card, <at>Bank</at>', mention(bot, '<at>Bank</at>'))).toBe('where is my card,');
    expect(said('<at>Bank</at>&nbsp;\u00a0help', mention(bot, '<at>Bank</at>'))).toBe('help');
    expect(said('<at>Bank</at>', mention(bot, '<at>Bank</at>'))).toBe('');
  });

  it('keeps the names of others', () => {
    const ann = mention({ id: '29:ann', name: 'Ann $& Bell' }, '<at>Ann</at>');
    expect(said('<at>Bank</at> ask <at>Ann</at>', mention(bot, '<at>Bank</at>'), ann)).toBe('ask Ann $& Bell');
  });

  it.each([[null], [{}], [{ type: 'mention' }], [{ type: 'mention', text: 7 }], [{ type: 'mention', text: 'x' }]])(
    'survives the mention %j',
    (odd) => {
      expect(said('x y', odd as object)).toBe('x y');
    },
  );
});
