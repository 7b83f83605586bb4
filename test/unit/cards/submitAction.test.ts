import { adaptiveCardType } from '../../../cards/cardTemplate';
import { submitData, withoutTeamsData } from '../../../cards/submitAction';

describe('a card for clients other than Teams', () => {
  it('keeps everything but what only Teams understands', () => {
    const data = submitData({ title: 'Helped', verb: 'helped', data: { articleId: 'a' } });
    const link = { type: 'Action.OpenUrl', title: 'Open', url: 'https://example.com/' };
    const content = { type: 'AdaptiveCard', body: [], actions: [{ type: 'Action.Submit', title: 'Helped', data }, link] };
    const card = { contentType: adaptiveCardType, content };
    expect(withoutTeamsData(card)).toEqual({
      contentType: adaptiveCardType,
      content: {
        type: 'AdaptiveCard',
        body: [],
        actions: [{ type: 'Action.Submit', title: 'Helped', data: { articleId: 'a', verb: 'helped' } }, link],
      },
    });
    expect(data['msteams']).toBeDefined();
  });

  it('leaves cards without such buttons alone', () => {
    const card = { contentType: 'application/vnd.microsoft.card.hero', content: { buttons: [] } };
    expect(withoutTeamsData(card)).toBe(card);
  });
});
