import { operatorKeys } from '../../../bot/settings/operatorKeys';

const long = 'a key that is long enough';
const read = (text: string) => operatorKeys().safeParse(text);
const problem = (text: string) => read(text).error?.issues[0]?.message;

describe('the setting of operator keys', () => {
  it('holds one key without a name, or several with names', () => {
    expect(read(long).data).toEqual([{ name: 'operator', key: long }]);
    expect(read(`ann:${long}`).data).toEqual([{ name: 'ann', key: long }]);
    expect(read(`ann:${long}, bob.b@bank:${long}2`).data).toEqual([
      { name: 'ann', key: long },
      { name: 'bob.b@bank', key: `${long}2` },
    ]);
    expect(read(`ann:${long}:with a colon`).data).toEqual([{ name: 'ann', key: `${long}:with a colon` }]);
  });

  it('is refused with what is wrong, and never quotes a key', () => {
    expect(problem('short')).toBe('has a key that is shorter than 24 characters');
    expect(problem(`ann:short,bob:${long}`)).toBe('has a key that is shorter than 24 characters');
    expect(problem(`ann:${long},${long}`)).toContain('one without a name');
    expect(problem(`ann:${long},ann:${long}2`)).toBe('has two keys of the same name');
  });
});
