import type { JsonObject } from '../../common/json';
import { toJson } from '../../common/json';
import type { LinkData, LinkRequest } from '../../relay/linkData';
import type { LinkStore } from '../../store/links';
import { channelId, conversationId, linkId, sessionKey } from '../traffic/places';

export interface Seed {
  count: number;
  provider: string;
  /** Where the customers' channel is. */
  serviceUrl: string;
  session(index: number): JsonObject;
}

const owner = 'an earlier process';

/** Writes links down as an earlier process would have left them: each connected to an agent. The relay claims them at its start. */
export async function seedLinks(store: LinkStore, seed: Seed): Promise<void> {
  const now = Date.now();
  for (let index = 0; index < seed.count; index++) {
    const id = linkId(index);
    const request = toJson(requestOf(seed, index)) as JsonObject;
    const data: LinkData = {
      routeIndex: 0,
      openAttempts: 1,
      opening: false,
      session: seed.session(index),
      deadlines: { idle: now + 4 * 3_600_000 },
      closings: [],
      agentName: 'Agent',
      connectedAt: now,
    };
    const key = `${channelId}|${conversationId(index)}`;
    await store.open(
      { id, conversationKey: key, provider: seed.provider, request, data: toJson(data) as JsonObject },
      owner,
      now,
    );
    await store.update(id, 1, { state: 'connected', sessionKey: sessionKey(index) }, now);
  }
  await store.release(owner);
}

function requestOf({ provider, serviceUrl }: Seed, index: number): LinkRequest {
  const conversation = conversationId(index);
  return {
    handoff: {
      skill: 'general',
      topic: 'A transfer that has not arrived',
      language: 'en',
      customer: { id: `user-${conversation}`, name: 'Customer', isAuthenticated: false },
      fields: {},
      channel: channelId,
      requestedAt: new Date().toISOString(),
    },
    conversation: {
      channelId,
      serviceUrl,
      bot: { id: 'bot', name: 'Bot' },
      user: { id: `user-${conversation}`, name: 'Customer', role: 'user' },
      conversation: { id: conversation },
      locale: 'en-US',
    },
    routes: [{ provider, target: {}, acceptWithinInMs: 180_000 }],
  };
}
