import { Client } from 'pg';
import { pause } from './pause';

const keyOf = /\|soak-(\d+)$/;
/** Heartbeats come every 3 s, and nothing is taken over before 7 s after a kill. */
const [firstLookInMs, secondLookInMs] = [500, 5_000];

/**
 * The chats of the process that just died: those of the owner that has no heartbeat any more. Undefined when the database
 * cannot tell (it is being restarted).
 */
export async function chatsOfTheDead(databaseUrl: string): Promise<number[] | undefined> {
  const client = new Client(databaseUrl);
  // A connection that breaks while nobody uses it; the next statement tells.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await pause(firstLookInMs);
    const before = await heartbeats(client);
    const { rows } = await client.query<{ conversation_key: string; owner: string }>(
      'SELECT conversation_key, owner FROM links WHERE is_open = 1',
    );
    await pause(secondLookInMs - firstLookInMs);
    const after = await heartbeats(client);
    const isDead = (owner: string) => before.has(owner) && before.get(owner) === after.get(owner);
    return rows.flatMap(({ conversation_key, owner }) => {
      const [, chat] = keyOf.exec(conversation_key) ?? [];
      return chat !== undefined && isDead(owner) ? [Number(chat)] : [];
    });
  } catch {
    return undefined;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function heartbeats(client: Client): Promise<Map<string, string>> {
  const { rows } = await client.query<{ owner: string; heartbeat_at: string }>('SELECT owner, heartbeat_at FROM owners');
  return new Map(rows.map((row) => [row.owner, row.heartbeat_at]));
}
