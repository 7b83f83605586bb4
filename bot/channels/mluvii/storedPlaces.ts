import type { ChannelPlaces } from '../servedChannel';
import { taskGroups } from './arrivals';
import { answerKey } from './mailbox';
import { sessionKey } from './session';
import { answerNames } from './wire';

/** All that is kept of a session besides what the bot itself keeps. */
export function storedPlaces(sessionId: string): ChannelPlaces {
  const answers = Object.values(answerNames).map((name) => answerKey(sessionId, name));
  return { documentKeys: [sessionKey(sessionId), ...answers], taskGroups: [`${taskGroups}${sessionId}`] };
}
