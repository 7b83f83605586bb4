import { addMetricsRoute } from '../../../bot/server/metricsRoute';
import { startServer } from './serverRig';

describe('GET /metrics', () => {
  const key = 'a metrics key of 24 characters';
  const scrape = async () => 'switchboard_answers_total 3\n';

  it.each([undefined, 'Bearer wrong', key, `Basic ${key}`, `Bearer ${key} `.repeat(2)])('refuses "%s"', async (authorization) => {
    const rig = await startServer({ routes: (add) => addMetricsRoute(add, { key, scrape }) });
    const response = await fetch(`${rig.url}/metrics`, { headers: authorization === undefined ? {} : { authorization } });
    expect([response.status, await response.json()]).toEqual([401, { error: 'the metrics key is missing or wrong' }]);
    await rig.stop();
  });

  it('answers the holder of the key as Prometheus reads it', async () => {
    const rig = await startServer({ routes: (add) => addMetricsRoute(add, { key, scrape }) });
    const response = await fetch(`${rig.url}/metrics`, { headers: { authorization: `Bearer ${key}` } });
    expect([response.status, await response.text()]).toEqual([200, 'switchboard_answers_total 3\n']);
    expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    await rig.stop();
  });

  it('is open without a key, which the composition root allows on the loopback only', async () => {
    const rig = await startServer({ routes: (add) => addMetricsRoute(add, { scrape }) });
    expect((await fetch(`${rig.url}/metrics`)).status).toBe(200);
    await rig.stop();
  });
});
