import type { Log } from '../../../../../common/log';
import { mask } from '../../../../../handoff/providers/live-agent/masking';

const rule = (changes: object) => [{ name: 'card', pattern: '\\d{4}', replacement: '$&****', actionType: 'Replace', ...changes }];

describe('rules of the org for what agents must not see', () => {
  const errors: string[] = [];
  const log = { error: (message: string) => errors.push(message) } as unknown as Log;
  beforeEach(() => {
    errors.length = 0;
  });

  it('replace or remove what they match', () => {
    expect(mask('card 1234 5678', rule({}), log)).toBe('card $&**** $&****');
    expect(mask('card 1234', rule({ actionType: 'Remove' }), log)).toBe('card ');
    expect(errors).toEqual([]);
  });

  it('do not stop the process when a pattern tries every way there is', () => {
    const text = `${'a'.repeat(5_000)}!`;
    expect(mask(text, rule({ pattern: '(a+)+$' }), log)).toBe(text);
    expect(errors).toEqual(['A sensitive data rule takes too long']);
  });
});
