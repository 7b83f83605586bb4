import { startStandbyServer } from '../../../bot/server/standbyServer';

it('an instance on standby answers its health check and nothing else', async () => {
  const server = await startStandbyServer(0, '127.0.0.1');
  const url = `http://127.0.0.1:${server.port}`;
  try {
    const health = await fetch(`${url}/healthz`);
    expect([health.status, await health.json()]).toEqual([200, { status: 'standby' }]);
    const message = await fetch(`${url}/api/messages`, {
      method: 'POST',
      body: JSON.stringify({ type: 'message', text: 'hello' }),
    });
    expect([message.status, message.headers.get('retry-after')]).toEqual([503, '30']);
    expect((await fetch(`${url}/readyz`)).status).toBe(503);
    await expect(startStandbyServer(server.port, '127.0.0.1')).rejects.toMatchObject({ code: 'EADDRINUSE' });
  } finally {
    await server.stop();
  }
});
