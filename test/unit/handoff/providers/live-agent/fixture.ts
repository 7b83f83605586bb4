import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { JsonObject } from '../../../../../common/json';
import type { LiveAgentSession } from '../../../../../handoff/providers/live-agent';
import { readAnswer, type WireAnswer } from '../../../../../handoff/providers/live-agent/wire';

/** A whole payload from `test/fixtures/live-agent`. */
export function fixture(name: string): JsonObject {
  const file = path.join(__dirname, '../../../../fixtures/live-agent', `${name}.json`);
  return JSON.parse(readFileSync(file, 'utf8')) as JsonObject;
}

export function answerOf(name: string): WireAnswer {
  const answer = readAnswer(fixture(name));
  if (!answer) throw new Error(`${name} is no answer`);
  return answer;
}

export function liveAgentSession(changes: Partial<LiveAgentSession> = {}): LiveAgentSession {
  return {
    url: 'https://desk.example/chat/rest',
    id: 'chat-1',
    key: 'chat-1!secret',
    pollTimeoutInMs: 40_000,
    affinity: 'a1',
    epoch: 0,
    ack: -1,
    state: 'connected',
    agentGone: false,
    agentMessages: 0,
    nextSequence: 5,
    sequenceEpoch: 0,
    sentMessages: 0,
    ...changes,
  };
}
