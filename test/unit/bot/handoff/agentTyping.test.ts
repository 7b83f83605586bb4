import { AgentTyping } from '../../../../bot/handoff/agentTyping';
import { FakeClock } from '../../../support/fakeClock';

describe('an agent who types', () => {
  const shown: string[] = [];
  let clock: FakeClock;
  let typing: AgentTyping;
  const start = (key: string) =>
    typing.start(key, async () => {
      shown.push(key);
    });

  beforeEach(() => {
    shown.length = 0;
    clock = new FakeClock();
    typing = new AgentTyping(clock);
  });

  it('is shown at once and again while it goes on', async () => {
    await start('a');
    expect(shown).toEqual(['a']);
    await clock.advance(4_000);
    await clock.advance(4_000);
    expect(shown).toEqual(['a', 'a', 'a']);
  });

  it('is shown no more once they stopped, each conversation by itself', async () => {
    await start('a');
    await start('b');
    typing.stop('a');
    typing.stop('a');
    await clock.advance(4_000);
    expect(shown).toEqual(['a', 'b', 'b']);
  });

  it('does not type for ever when the desk never says that they stopped', async () => {
    await start('a');
    for (let round = 0; round < 20; round += 1) await clock.advance(4_000);
    expect(shown).toHaveLength(6);
  });

  it('begins anew when the desk says it again, without being shown twice as often', async () => {
    await start('a');
    await start('a');
    await clock.advance(4_000);
    expect(shown).toHaveLength(3);
  });
});
