import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { JsonObject } from '../../../../../common/json';
import { packageRoot } from '../../../../../common/packageRoot';
import { createRig, never } from './rig';

const fixture = (name: string): JsonObject => {
  const file = path.join(packageRoot, 'test', 'fixtures', 'mluvii', 'genericChannel.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as Record<string, JsonObject>)[name] ?? {};
};

describe('whole payloads of the Generic Channel', () => {
  it.each<[string, object]>([
    ['chatMessage', { kind: 'agentMessage', text: 'Dobrý den,\npodívám se na to.' }],
    ['operatorJoined', { kind: 'agentJoined', agentName: 'Katka Ukázková' }],
    ['operatorLeft', { kind: 'agentLeft' }],
    ['guestLeft', { kind: 'ended', by: 'system' }],
  ])('are understood: %s', async (name, event) => {
    const { receive } = await createRig();
    const { events } = await receive('/activity', fixture(name));
    expect(events).toMatchObject([
      { sessionKey: fixture(name)['conversationId'], handoffId: expect.stringMatching(/9c01$/), event },
    ]);
  });

  it('are made: a batch at the registered address', async () => {
    const { receive, provider, activities, requests } = await createRig();
    await receive('/registration', fixture('registration'));
    const [sample] = fixture('batch')['activities'] as [JsonObject];
    const session = { conversationId: String(sample['conversationId']), lastAt: 0 };
    const message = { id: 'm1', text: 'Where is my card?', files: [], at: '2026-01-05T09:00:00.000Z' };
    await provider.send(session, message, undefined, never);
    const { conversationMetadata: _first, ...later } = sample;
    expect(activities()).toEqual([later]);
    expect(requests[0]).toMatchObject({ url: fixture('registration')['url'], headers: fixture('registration')['headers'] });
  });
});
