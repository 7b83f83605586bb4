import Ajv from 'ajv';
import { flatSkillManifest, skillManifest } from '../../../../bot/skill/skillManifest';
import { InvalidRequest, readAnswer, readEscalate } from '../../../../bot/skill/skillRequest';
import type { JsonObject } from '../../../../common/json';

const appId = '11111111-2222-3333-4444-555555555555';
const manifest = skillManifest({ publicUrl: 'https://bot.example', appId });
const activities = manifest['activities'] as Record<string, { value?: JsonObject; resultValue: JsonObject }>;

/** A shape of the manifest as a reader of it would check with it. */
function shape(part: JsonObject | undefined): (value: unknown) => boolean {
  const ajv = new Ajv({ strict: false, validateFormats: false });
  const check = ajv.compile({ ...part, definitions: manifest['definitions'] });
  return (value) => check(value) === true;
}

describe('the skill manifest', () => {
  it('names the endpoint and the app id of this bot', () => {
    expect(manifest['endpoints']).toEqual([
      expect.objectContaining({ endpointUrl: 'https://bot.example/api/messages', msAppId: appId, protocol: 'BotFrameworkV3' }),
    ]);
    const sandbox = skillManifest({ publicUrl: 'http://localhost:3978' });
    expect(JSON.stringify(sandbox['endpoints'])).toContain('00000000-0000-0000-0000-000000000000');
  });

  it('has all that version 2.2 demands', () => {
    for (const member of ['$id', '$schema', 'name', 'version', 'publisherName', 'endpoints'])
      expect(manifest).toHaveProperty([member]);
    expect(manifest['$schema']).toBe('https://schemas.botframework.com/schemas/skills/v2.2/skill-manifest.json');
    expect(
      Object.entries(activities).map(([key, activity]) => [
        key,
        (activity as JsonObject)['type'],
        (activity as JsonObject)['name'],
      ]),
    ).toEqual([
      ['escalate', 'event', 'escalate'],
      ['answer', 'event', 'answer'],
      ['message', 'message', undefined],
    ]);
  });

  it('has a form for builders that know no lists and take 25 members at most', () => {
    const flat = flatSkillManifest({ publicUrl: 'https://bot.example', appId });
    const calls = flat['activities'] as typeof activities;
    const shapes = ['escalate', 'answer'].flatMap((name) => [calls[name]?.value, calls[name]?.resultValue] as JsonObject[]);
    for (const part of shapes) {
      const members = Object.values(part['properties'] as Record<string, JsonObject>);
      expect(members.length).toBeLessThanOrEqual(25);
      expect(members.filter(({ type }) => !['string', 'number', 'boolean'].includes(String(type)))).toEqual([]);
    }
    const names = shapes.map((part) => Object.keys(part['properties'] as JsonObject));
    expect(names[0]).toEqual(expect.arrayContaining(['skill', 'customerName', 'customerEmail', 'transcript', 'chatActivityId']));
    expect(names[1]).toEqual(expect.arrayContaining(['outcome', 'handoffId', 'reason']));
    expect(names[2]).toEqual(['question', 'language', 'show']);
    expect(names[3]).toEqual(expect.arrayContaining(['found', 'articleTitle', 'articleUrl']));
  });

  it('refers to no definition that is not there', () => {
    const references = [...JSON.stringify(manifest).matchAll(/"\$ref":"#\/definitions\/(\w+)"/g)].map(([, name]) => name);
    expect(references.length).toBeGreaterThan(0);
    expect(Object.keys(manifest['definitions'] as JsonObject)).toEqual(expect.arrayContaining(references));
  });

  it.each([
    {},
    { skill: 'cards', topic: 'x', language: 'de' },
    { customer: { name: 'Ann', email: 'a@example.com' }, fields: { branch: 'North', cardEnding: 4711 } },
    { transcript: [{ from: 'bot', text: 'hello', at: '2026-01-05T09:00:00Z' }] },
    { transcript: { activities: [{ from: { role: 'user' }, text: 'hello' }] } },
    { transcript: 'hello', customerName: 'Ann', events: true },
    { chatActivityId: '5b0d3f8e-8f6e-4a53-9d5e-0f2b6d0f3c11', sourcePageUrl: 'https://bank.example' },
  ])('allows what is read: escalate with %j', (value) => {
    expect(() => readEscalate(value)).not.toThrow();
    expect(shape(activities['escalate']?.value)(value)).toBe(true);
  });

  it.each([{ customer: { name: 7 } }, { skill: 7 }, { fields: { branch: {} } }, { transcript: 7 }, { customer: 'Ann' }])(
    'does not allow what is refused: escalate with %j',
    (value) => {
      expect(() => readEscalate(value)).toThrow(InvalidRequest);
      expect(shape(activities['escalate']?.value)(value)).toBe(false);
    },
  );

  it('demands the question that is demanded', () => {
    const allows = shape(activities['answer']?.value);
    expect([allows({ question: 'where?', show: false }), allows({})]).toEqual([true, false]);
    expect(() => readAnswer({}, undefined)).toThrow(InvalidRequest);
  });
});
