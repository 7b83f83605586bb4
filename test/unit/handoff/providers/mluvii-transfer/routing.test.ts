import { silentLog } from '../../../../../common/log';
import { ProviderRegistry } from '../../../../../handoff/registry';
import { EscalationSkills } from '../../../../../handoff/skills/escalationSkills';
import { parseSkills } from '../../../../../handoff/skills/readSkills';
import { FakeClock } from '../../../../support/fakeClock';
import { FakeDesk } from '../../../../support/fakeDesk';

describe('routes to a desk that serves certain channels only', () => {
  const own = Object.assign(new FakeDesk('own', { mode: 'transfer' }), { channels: ['mluvii'] });
  const any = new FakeDesk('any');
  const registry = new ProviderRegistry([own, any]);
  const file = {
    skills: [
      {
        name: 'cards',
        title: { en: 'Cards' },
        routes: [
          { provider: 'own', target: {} },
          { provider: 'any', target: {} },
        ],
      },
    ],
  };
  const skills = new EscalationSkills(parseSkills('skills.json', JSON.stringify(file), registry).skills, {
    registry,
    clock: new FakeClock(),
    log: silentLog,
  });
  const providers = (channel?: string) => skills.routes('cards', channel).map(({ provider }) => provider);

  it('are there for its own customers, and left out for all others', () => {
    expect(providers('mluvii')).toEqual(['own', 'any']);
    expect(providers('webchat')).toEqual(['any']);
    expect(providers()).toEqual(['own', 'any']);
  });

  it('count for nobody else when availability is asked', async () => {
    any.availability = { available: false, reason: 'noAgents' };
    expect(await skills.availability('cards', 'en', 'webchat')).toEqual({ available: false, reason: 'noAgents' });
    expect(await skills.availability('cards', 'en', 'mluvii')).toEqual({ available: true, handsOver: true });
    any.availability = { available: true };
    own.availability = { available: false };
    expect(await skills.availability('cards', 'en', 'mluvii')).toEqual({ available: true });
  });
});
