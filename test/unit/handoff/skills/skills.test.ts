import { silentLog } from '../../../../common/log';
import { HandoffError } from '../../../../handoff/errors';
import { ProviderRegistry } from '../../../../handoff/registry';
import { EscalationSkills } from '../../../../handoff/skills/escalationSkills';
import { parseSkills, readSkills } from '../../../../handoff/skills/readSkills';
import { FakeClock } from '../../../support/fakeClock';
import { FakeDesk } from '../../../support/fakeDesk';

const route = { provider: 'fake', target: { queueId: 'q' } };
const file = (changes: object = {}, more: object[] = []) =>
  JSON.stringify({
    skills: [
      {
        name: 'cards',
        title: { en: 'Cards', de: 'Karten' },
        words: { en: ['card', 'credit card', 'PIN'], de: ['karte'] },
        fields: [{ name: 'ending', label: { en: 'Ends with' }, kind: 'choice', choices: ['1', '2'] }],
        routes: [route],
        ...changes,
      },
      ...more,
    ],
  });

describe('the skills file', () => {
  const desk = new FakeDesk();
  const registry = new ProviderRegistry([desk]);
  const problems = (text: string): string[] => {
    try {
      parseSkills('skills.json', text, registry);
      return [];
    } catch (error) {
      return (error as { problems: string[] }).problems;
    }
  };

  it('is taken when it is right, with defaults filled in', () => {
    expect(parseSkills('skills.json', file(), registry).skills[0]).toMatchObject({
      routes: [{ acceptWithinSeconds: 180 }],
      fields: [{ required: false }],
    });
  });

  it.each([
    ['no JSON', '{', /not JSON/],
    ['no skill', '{"skills": []}', /at least one skill/],
    ['an unknown member', file({ rouets: [] }), /rouets/],
    ['no English title', file({ title: { de: 'Karten' } }), /skills\.0\.title.*"en"/],
    ['no route', file({ routes: [] }), /at least one route/],
    ['a name twice', file({}, [JSON.parse(file()).skills[0]]), /same name/],
    ['a wrong name', file({ name: 'Cards!' }), /lower-case/],
    ['a choice without choices', file({ fields: [{ name: 'a', label: { en: 'A' }, kind: 'choice' }] }), /choices/],
    ['an unknown time zone', file({ hours: { timeZone: 'Mars/Base', weekly: {} } }), /time zone/],
    [
      'a period that ends before it begins',
      file({ hours: { timeZone: 'UTC', weekly: { mon: [['10:00', '09:00']] } } }),
      /end after it begins/,
    ],
    ['an unknown provider', file({ routes: [{ ...route, provider: '9x9' }] }), /skill "cards", route 1: no provider "9x9".*fake/],
  ])('is refused with %s, saying where', (_what, text, message) => {
    expect(problems(text).join('\n')).toMatch(message);
  });

  it('is refused with a target the provider does not take', () => {
    const parseTarget = jest.spyOn(desk, 'parseTarget').mockImplementation(() => {
      throw new Error('queueId is missing');
    });
    expect(problems(file())).toEqual(['skill "cards", route 1: queueId is missing']);
    parseTarget.mockRestore();
  });

  it('is asked for when it is not there', () => {
    expect(() => readSkills('no-such-file.json', registry)).toThrow(/cannot be read \(ENOENT\); set SKILLS_FILE/);
  });
});

describe('escalation skills', () => {
  const first = new FakeDesk('first');
  const second = new FakeDesk('second');
  const registry = new ProviderRegistry([first, second]);
  const clock = new FakeClock(Date.parse('2026-01-05T09:00:00Z'));
  const both = {
    routes: [
      { ...route, provider: 'first' },
      { ...route, provider: 'second' },
    ],
  };
  const skills = (changes: object = {}, more: object[] = []) =>
    new EscalationSkills(parseSkills('skills.json', file({ ...both, ...changes }, more), registry).skills, {
      registry,
      clock,
      log: silentLog,
    });

  beforeEach(() => {
    first.availability = { available: true };
    second.availability = { available: true };
    first.failures = [];
  });

  it('are shown in the customer’s language, or in English', () => {
    expect(skills().list('de-AT')[0]).toMatchObject({ title: 'Karten', words: ['karte'], fields: [{ label: 'Ends with' }] });
    expect(skills().list('fr')[0]).toMatchObject({ title: 'Cards' });
  });

  it('are matched by whole words, the longest first', () => {
    const other = { name: 'credit', title: { en: 'Credit' }, words: { en: ['credit'] }, routes: both.routes };
    const known = skills({}, [other]);
    expect(known.match('My CREDIT-CARD is gone!', 'en')).toBe('cards');
    expect(known.match('I need credit', 'en')).toBe('credit');
    expect(known.match('discarded cardigan', 'en')).toBeUndefined();
    expect(known.match('', 'en')).toBeUndefined();
  });

  it('are available when any route is, in order', async () => {
    first.availability = { available: false, reason: 'closed' };
    second.availability = { available: true, estimatedWaitSeconds: 30 };
    expect(await skills().availability('cards', 'en')).toEqual({ available: true, estimatedWaitSeconds: 30 });
    second.availability = { available: false, reason: 'closed' };
    expect(await skills().availability('cards', 'en')).toEqual({ available: false, reason: 'closed' });
    second.availability = { available: false, reason: 'noAgents' };
    expect(await skills().availability('cards', 'en')).toEqual({ available: false, reason: 'noAgents' });
  });

  it('count as available when a desk cannot be asked', async () => {
    second.availability = { available: false, reason: 'noAgents' };
    first.fail('checkAvailability', { code: 'outage' });
    expect(await skills().availability('cards', 'en')).toEqual({ available: true });
    expect(new HandoffError({ provider: 'x', code: 'outage', retriable: true, delivered: 'no' }).message).toBe('x: outage');
  });

  it('are closed outside their hours, and say when they open', async () => {
    const hours = { timeZone: 'UTC', weekly: { tue: [['10:00', '11:00']] } };
    expect(await skills({ hours }).availability('cards', 'en')).toEqual({
      available: false,
      reason: 'closed',
      opensAt: '2026-01-06T10:00:00.000Z',
    });
  });

  it('have routes with times in milliseconds; an unknown skill has none', () => {
    expect(skills().routes('cards')).toMatchObject([{ provider: 'first', acceptWithinInMs: 180_000 }, { provider: 'second' }]);
    expect(skills().routes('nothing')).toEqual([]);
  });
});
