import type { Chat } from './chat';
import { pause } from './pause';
import type { StandIns } from './standIns';

/** More at once would only wait in line in the bots. */
const atOnce = 12;
const agentsLookEveryInMs = 250;

/** Opens all chats and has an agent accept each. Resolves with how long it took, in milliseconds, when all are connected. */
export async function openChats(chats: readonly Chat[], standIns: StandIns): Promise<number> {
  const begunAt = performance.now();
  const done = new AbortController();
  const agents = acceptAll(chats, standIns, done.signal);
  const waiting = [...chats];
  const line = async () => {
    for (let chat = waiting.shift(); chat; chat = waiting.shift()) await chat.open();
  };
  try {
    await Promise.race([Promise.all(Array.from({ length: atOnce }, line)), agents]);
  } finally {
    done.abort();
  }
  await agents;
  return performance.now() - begunAt;
}

async function acceptAll(chats: readonly Chat[], { desks }: StandIns, signal: AbortSignal): Promise<void> {
  const byName = new Map(chats.map((chat) => [chat.customerName, chat]));
  for (; !signal.aborted; await pause(agentsLookEveryInMs, signal)) {
    for (const desk of [desks.eightByEight, desks.liveAgent]) {
      const waiting = desk.chats().filter(({ state }) => state === 'waiting');
      await Promise.all(waiting.map((deskChat) => byName.get(deskChat.customerName)?.accept(deskChat)));
    }
  }
}

/** Brings every chat's record of what reached the agent up to date. */
export function readDesks(chats: readonly Chat[], { desks }: StandIns): void {
  const byName = new Map(chats.map((chat) => [chat.customerName, chat]));
  for (const desk of [desks.eightByEight, desks.liveAgent]) {
    for (const deskChat of desk.chats()) byName.get(deskChat.customerName)?.readDesk(deskChat);
  }
}
