import { articleCard } from '../../../cards/articleCard';
import { adaptiveCardType } from '../../../cards/cardTemplate';
import { preChatCard } from '../../../cards/formCard';
import { forTeams } from '../../../cards/teamsCard';
import { verbs } from '../../../cards/verbs';
import { hostileTexts, sampleCards } from '../../../scripts/sampleCards';
import { teamsProblems } from '../../../scripts/teams/teamsCardLimits';

type Action = { type: string; title: string; verb?: string; data?: Record<string, unknown>; fallback?: Action };
const actionsOf = (card: { content?: { actions?: Action[] } }) => card.content?.actions ?? [];

describe('a card in Teams', () => {
  const texts = { source: 's', readMore: 'Read more', open: 'Open', helped: 'Helped', notThis: 'No', person: 'Person' };
  const article = {
    articleId: 'a',
    number: '1',
    title: 'T',
    summary: 's',
    body: 'b',
    language: 'en',
    texts,
    openUrl: 'https://x.example/',
  };

  it('is executed where its button changes it, and submitted by older clients', () => {
    const card = forTeams(articleCard(article));
    const byTitle = new Map(actionsOf(card).map((action) => [action.title, action]));
    expect(card.content.version).toBe('1.5');
    // It is never overtaken: its buttons are answered for ever.
    expect(card.content).not.toHaveProperty('refresh');
    expect([...byTitle].map(([title, { type }]) => `${title} ${type}`)).toEqual([
      'Read more Action.Submit',
      'Open Action.OpenUrl',
      'Helped Action.Execute',
      'No Action.Execute',
      'Person Action.Submit',
    ]);
    const helped = byTitle.get('Helped');
    expect(helped).toMatchObject({
      verb: 'helped',
      data: { articleId: 'a', verb: 'helped' },
      fallback: { type: 'Action.Submit' },
    });
    expect(helped?.data).toEqual(helped?.fallback?.data);
    expect(helped?.data).not.toHaveProperty('msteams');
    expect(byTitle.get('Person')?.data).toHaveProperty('msteams');
  });

  it('executes every button of a form, each with its inputs or without', () => {
    const form = preChatCard({
      language: 'en',
      title: 'F',
      text: '',
      fields: [],
      submit: { title: 'Send', verb: verbs.submitPreChat },
      others: [{ title: 'Cancel', verb: verbs.cancel }],
    });
    expect(actionsOf(forTeams(form))).toEqual([
      expect.objectContaining({ type: 'Action.Execute', verb: 'submitPreChat', associatedInputs: 'auto' }),
      expect.objectContaining({ type: 'Action.Execute', verb: 'cancel', associatedInputs: 'none' }),
    ]);
    expect(forTeams(form).content.refresh).toEqual({
      action: { type: 'Action.Execute', verb: 'refresh', data: { verb: 'refresh', form: 'submitPreChat' } },
    });
  });

  it('is left alone when nothing on it changes it', () => {
    const card = {
      contentType: adaptiveCardType,
      content: { type: 'AdaptiveCard', version: '1.3', actions: [{ type: 'Action.OpenUrl' }] },
    };
    expect(forTeams(card)).toBe(card);
    const hero = { contentType: 'application/vnd.microsoft.card.hero', content: {} };
    expect(forTeams(hero)).toBe(hero);
  });

  it.each(hostileTexts.map((text) => [text.slice(0, 40), text]))('fits Teams whatever it says: %j', (_shown, text) => {
    const problems = sampleCards(text).flatMap(({ name, card }) =>
      teamsProblems(forTeams(card)).map((problem) => `${name}: ${problem}`),
    );
    expect(problems).toEqual([]);
  });
});

describe('the limits of Teams', () => {
  const card = (content: object) => ({
    contentType: adaptiveCardType,
    content: { type: 'AdaptiveCard', version: '1.5', ...content },
  });

  it.each([
    [card({ version: '1.6' }), /version 1.6/],
    [card({ version: undefined }), /version/],
    [card({ body: [{ type: 'Container', items: [{ type: 'Carousel' }] }] }), /Carousel/],
    [card({ body: [{ type: 'ActionSet', actions: [{ type: 'Action.Http' }] }] }), /Action.Http/],
    [card({ actions: [{ type: 'Action.Submit', isEnabled: false }] }), /isEnabled/],
    [card({ actions: [{ type: 'Action.Execute' }] }), /older clients/],
    [card({ version: '1.3', actions: [{ type: 'Action.Execute', fallback: {} }] }), /1\.5/],
    [card({ actions: Array.from({ length: 7 }, () => ({ type: 'Action.Submit' })) }), /more buttons/],
    [card({ body: [{ type: 'TextBlock', text: 'x'.repeat(28_000) }] }), /bytes/],
    [{ contentType: 'application/vnd.microsoft.card.hero', content: { buttons: [{ type: 'call' }] } }, /call/],
    [{ contentType: 'application/pdf', contentUrl: 'https://x.example', content: {} }, /not shown/],
  ])('are told by the checker (%#)', (attachment, problem) => {
    expect(teamsProblems(attachment).join('\n')).toMatch(problem);
  });
});
