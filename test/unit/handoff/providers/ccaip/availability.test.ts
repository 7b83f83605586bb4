import { AvailabilityCheck, toAvailability } from '../../../../../handoff/providers/ccaip/availability';
import { AppsApi } from '../../../../../handoff/providers/ccaip/client';
import { FakeClock } from '../../../../support/fakeClock';
import { fakeHttp, never, payload, type Reply, settingsWith } from './fakes';

describe('availability', () => {
  it.each([
    ['nobody logged in', { logged_in_agents: 0, available_agents: 0, chat: 95 }, { available: false, reason: 'noAgents' }],
    ['somebody free', { logged_in_agents: 2, available_agents: 1, chat: 95 }, { available: true }],
    ['everybody busy', { logged_in_agents: 2, available_agents: 0, chat: 95.4 }, { available: true, estimatedWaitSeconds: 95 }],
    ['numbers as text', { logged_in_agents: '0' }, { available: false, reason: 'noAgents' }],
    ['no waiting time', { logged_in_agents: 2, available_agents: 0, chat: null }, { available: true }],
    ['nothing told', {}, { available: true }],
  ])('%s', (_, queue, expected) => {
    expect(toAvailability(queue)).toEqual(expected);
  });

  const setUp = (answer: () => Reply) => {
    const clock = new FakeClock();
    const http = fakeHttp(answer);
    const settings = settingsWith({ CCAIP_LANGUAGES: 'en,cs' });
    const check = new AvailabilityCheck(new AppsApi(settings, http, clock), settings, clock);
    return { clock, http, ask: (menuId = 7) => check.check({ menuId, menuType: 'web_menu' }, 'cs-CZ', never) };
  };

  it('asks for the queue and the language, and not again for a while', async () => {
    const { clock, http, ask } = setUp(() => ({ json: payload('waitTimes') }));
    expect(await Promise.all([ask(), ask()])).toEqual(Array(2).fill({ available: true, estimatedWaitSeconds: 95 }));
    expect(http.requests.map(({ url }) => url)).toEqual([
      'https://customer.uc1.ccaip.test/apps/api/v1/wait_times?lang=cs&menu_id=7&menu_type=web_menu&channel_type=chat',
    ]);
    await clock.advance(5_001);
    await ask();
    expect(http.requests).toHaveLength(2);
  });

  it('takes a queue the answer does not know for available', async () => {
    const both = [...(payload('waitTimes') as object[]), { menu_id: 8, logged_in_agents: 0 }];
    const { ask } = setUp(() => ({ json: JSON.parse(JSON.stringify(both)) }));
    expect(await ask(9)).toEqual({ available: true });
    expect(await ask(8)).toEqual({ available: false, reason: 'noAgents' });
  });

  it('tells a failure and does not keep it', async () => {
    let status = 500;
    const { ask } = setUp(() => ({ status, json: payload('waitTimes') }));
    await expect(ask()).rejects.toMatchObject({ code: 'outage' });
    status = 200;
    expect(await ask()).toMatchObject({ available: true });
  });
});
