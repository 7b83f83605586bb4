import type { HttpResponse } from '../../../common/http';
import type { JsonObject } from '../../../common/json';
import type { LiveAgentClient } from './client';
import { fromStatus } from './errors';
import type { PostQueue } from './postQueue';
import type { LiveAgentSession } from './session';

export interface NumberedPost {
  resource: string;
  body: JsonObject;
  /** What the number belongs to: equal on every attempt of the same POST. */
  owner: string;
  /** The reserved number. */
  sequence: number;
  /** Whether to go on with the server's number when it says that ours is out of order. */
  correct: boolean;
}

export interface DeliverContext {
  client: LiveAgentClient;
  posts: PostQueue;
  now(): number;
}

/**
 * Makes one numbered POST of a chat in its turn and resolves with the number the server took. When the server refuses the
 * number it has not taken the body and names the last number it has: then, and only then, the body is sent once more under
 * the number that follows. Other statuses become `HandoffError`s.
 */
export function deliver(
  context: DeliverContext,
  session: LiveAgentSession,
  post: NumberedPost,
  signal: AbortSignal,
): Promise<number> {
  const { client, posts } = context;
  const send = async (sequence: number): Promise<HttpResponse> => {
    posts.noteTried(session.id, session.epoch, post.owner, sequence);
    return client.post(session, post.resource, post.body, sequence, signal);
  };
  return posts.run(session.id, signal, async () => {
    let sequence = posts.numberFor(session.id, session.epoch, post.owner, post.sequence);
    let response = await send(sequence);
    const actual = response.status === 409 && post.correct ? lastAccepted(response.text) : undefined;
    if (actual !== undefined) {
      await posts.keepApart(session.id, signal);
      sequence = actual + 1;
      response = await send(sequence);
    }
    if (response.status === 409) posts.noteRefused(session.id, session.epoch, post.owner);
    if (response.status < 200 || response.status > 299) throw fromStatus(response, context.now());
    posts.noteAccepted(session.id, session.epoch, post.owner, sequence);
    return sequence;
  });
}

/** The number in `… Expected 498. Actual 4`: what the server took last. */
function lastAccepted(text: string): number | undefined {
  const match = /actual\D{0,3}(\d{1,9})/i.exec(text);
  return match?.[1] === undefined ? undefined : Number(match[1]);
}
