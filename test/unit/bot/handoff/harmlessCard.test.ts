import { harmlessCard } from '../../../../bot/handoff/harmlessCard';
import type { JsonObject } from '../../../../common/json';

describe('an agent’s card', () => {
  it('loses what would run or load from elsewhere than the web, and keeps the rest', () => {
    const card = {
      type: 'AdaptiveCard',
      backgroundImage: { url: 'http://tracker.example/x.png' },
      body: [
        {
          type: 'TextBlock',
          text: '[pay](javascript:alert(1)) [help](https://help.example) [v](VBScript:x) [d](data:text/html,x)',
        },
        { type: 'Image', url: 'https://pictures.example/a.png' },
        { type: 'Image', url: 'javascript:alert(1)' },
        { type: 'Image', url: 'data:image/svg+xml,<svg onload=alert(1)>' },
        {
          type: 'Container',
          selectAction: { type: 'Action.OpenUrl', url: 'javascript:alert(1)' },
          items: [{ type: 'TextBlock', text: 'kept' }],
        },
      ],
      actions: [
        { type: 'Action.OpenUrl', title: 'good', url: 'https://help.example' },
        { type: 'Action.OpenUrl', title: 'call', url: 'tel:+15550100' },
        { type: 'Action.OpenUrl', title: 'bad', url: ' javascript:alert(1)' },
        { type: 'Action.OpenUrl', title: 'file', url: 'file:///etc/passwd' },
        { type: 'Action.Submit', title: 'yes', data: { answer: 'javascript:stays' }, iconUrl: 'http://tracker.example/i.png' },
        { type: 'Action.ShowCard', card: { actions: [{ type: 'Action.OpenUrl', url: 'data:text/html,x' }] } },
      ],
    } as unknown as JsonObject;
    const clean = harmlessCard(card) as unknown as { body: JsonObject[]; actions: JsonObject[]; backgroundImage: JsonObject };
    expect(clean.actions.map((action) => action['title'] ?? action['type'])).toEqual(['good', 'call', 'yes', 'Action.ShowCard']);
    expect(clean.actions[2]).toEqual({ type: 'Action.Submit', title: 'yes', data: { answer: 'javascript:stays' } });
    expect(clean.body.map(({ type }) => type)).toEqual(['TextBlock', 'Image', 'Container']);
    expect(clean.body[0]!['text']).toBe(
      '[pay](#javascript:alert(1)) [help](https://help.example) [v](#VBScript:x) [d](#data:text/html,x)',
    );
    expect(clean.body[2]).toEqual({ type: 'Container', items: [{ type: 'TextBlock', text: 'kept' }] });
    expect(clean.backgroundImage).toEqual({});
    expect(JSON.stringify(clean.actions[3])).not.toContain('data:text');
  });

  it.each([
    ['[a](javascript:x)', '[a](#javascript:x)'],
    ['[a]( \njavascript:x)', '[a](#\njavascript:x)'],
    ['[a](&#106;avascript:x)', '[a](#&#106;avascript:x)'],
    ['[a](javascript:x)', '[a](#javascript:x)'],
    ['[a](<javascript:x>)', '[a](#‹javascript:x>)'],
    ['![a](javascript:x)', '![a](#javascript:x)'],
    ['[a](//evil.example)', '[a](#//evil.example)'],
    ['[a]\n\n[a]: javascript:x', '[a]\n\n[a]: #javascript:x'],
    ['<javascript:x>', '‹javascript:x>'],
    ['a <img src="http://tracker.example/x.png"> b</p><!-- c', 'a ‹img src="http://tracker.example/x.png"> b‹/p>‹!-- c'],
    ['1 < 2 <3', undefined],
    ['[a](https://a.example "t") <https://b.example> [m](mailto:a@b.example)', undefined],
    ['a < b: c, x](y', 'a < b: c, x](#y'],
  ])('has no Markdown that leads where a link may not: %j', (text, expected = text) => {
    const facts = harmlessCard({ body: [{ type: 'FactSet', facts: [{ title: text, value: text }] }, { label: text }] });
    expect(facts).toEqual({ body: [{ type: 'FactSet', facts: [{ title: expected, value: expected }] }, { label: expected }] });
  });

  it('is as harmless when it is one of the Bot Framework’s own', () => {
    const button = (type: string, value: string) => ({ type, title: 'b', value });
    const buttons = [
      ...[button('openUrl', 'https://a.example'), button('imBack', 'javascript:is a word')],
      ...[button('openUrl', 'javascript:x'), button('signin', 'data:text/html,x'), button('OpenURL', 'file:///x')],
    ];
    const images = [{ url: 'https://a.example/p.png' }, { url: 'http://tracker.example/p.png' }];
    expect(harmlessCard({ text: '[a](javascript:x)', buttons, images, tap: button('openUrl', 'vbscript:x') })).toEqual({
      text: '[a](#javascript:x)',
      buttons: buttons.slice(0, 2),
      images: [images[0], {}],
    });
  });

  it('is cut off when it is nested without end', () => {
    let card: JsonObject = { type: 'TextBlock', text: 'deep' };
    for (let depth = 0; depth < 5_000; depth += 1) card = { items: [card] };
    expect(JSON.stringify(harmlessCard(card)).length).toBeLessThan(1_000);
  });
});
