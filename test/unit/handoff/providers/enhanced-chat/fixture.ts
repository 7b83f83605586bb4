import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { JsonObject } from '../../../../../common/json';
import type { EnhancedChatSession } from '../../../../../handoff/providers/enhanced-chat';
import { settingsSchema } from '../../../../../handoff/providers/enhanced-chat';

const folder = path.join(__dirname, '..', '..', '..', '..', 'fixtures', 'enhanced-chat');

export const fixtureBytes = (name: string): Buffer => readFileSync(path.join(folder, name));
export const fixture = (name: string): JsonObject => JSON.parse(fixtureBytes(name).toString('utf8')) as JsonObject;

export const conversationId = '2b1f0c5e-7a44-4d0e-9d6a-0f6a1c9e8b11';

export const env = {
  ENHANCED_CHAT_URL: 'https://example.my.salesforce-scrt.com',
  ENHANCED_CHAT_ORGANIZATION_ID: '00D000000000001EAA',
  ENHANCED_CHAT_DEPLOYMENT: 'Switchboard_Client',
};
export const settings = settingsSchema.parse(env);

export function sessionWith(members: Partial<EnhancedChatSession> = {}): EnhancedChatSession {
  return {
    url: env.ENHANCED_CHAT_URL,
    deployment: env.ENHANCED_CHAT_DEPLOYMENT,
    conversationId,
    routingAttributes: {},
    language: 'en',
    token: 'token',
    tokenExpiresAt: Date.parse('2026-11-21T18:00:00.000Z'),
    state: 'queued',
    hadAgent: false,
    agents: [],
    lastEventId: '0',
    handled: [],
    forms: [],
    ...members,
  };
}
