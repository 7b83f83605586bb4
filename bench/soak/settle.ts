import type { Chat } from './chat';
import { pause } from './pause';

const lookEveryInMs = 1_000;
/** Longer than any pause of the product between two tries, a take-over included. */
const silentForInMs = 45_000;
const atMostInMs = 240_000;
/** Time for a double to show itself. */
const afterwardsInMs = 5_000;

/** Waits until everything said has arrived, or nothing arrives any more. Resolves with how long it took, in milliseconds. */
export async function settle(chats: readonly Chat[], readDesks: () => void): Promise<number> {
  const begunAt = performance.now();
  let arrived = -1;
  let changedAt = begunAt;
  let settledAt = begunAt;
  for (;;) {
    readDesks();
    settledAt = performance.now();
    const count = chats.reduce((sum, { toAgent, toCustomer }) => sum + toAgent.arrivals.length + toCustomer.arrivals.length, 0);
    if (count !== arrived) changedAt = settledAt;
    arrived = count;
    if (chats.every(isComplete) || settledAt - changedAt > silentForInMs || settledAt - begunAt > atMostInMs) break;
    await pause(lookEveryInMs);
  }
  await pause(afterwardsInMs);
  readDesks();
  return settledAt - begunAt;
}

function isComplete(chat: Chat): boolean {
  if (chat.endedAt !== undefined) return true;
  return [chat.toAgent, chat.toCustomer].every(
    ({ saidAt, arrivals }) => new Set(arrivals.map(({ seq }) => seq)).size >= saidAt.length,
  );
}
