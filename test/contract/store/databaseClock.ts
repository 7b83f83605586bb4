import { Client } from 'pg';

/** The clock of the database under test: stands still until it is moved, forward or back. */
export interface DatabaseClock {
  advance(byInMs: number): Promise<void>;
}

/** A PostgreSQL database's own clock in the hands of a test. */
export interface HeldClock extends DatabaseClock {
  /** The same clock, over a new connection, after the server was restarted. */
  reconnect(): Promise<HeldClock>;
  close(): Promise<void>;
}

/**
 * Puts a function of the same name in front of the server's own clock, for connections made from now on. Thus the product's
 * statements run as they are, and time passes as a test wants.
 */
export async function holdClock(url: string, start = Date.UTC(2026, 0, 5, 9)): Promise<HeldClock> {
  const client = await connect(url);
  const database = new URL(url).pathname.slice(1);
  await client.query(`
    CREATE TABLE held_clock (at_in_ms BIGINT NOT NULL);
    INSERT INTO held_clock VALUES (${start});
    CREATE FUNCTION public.statement_timestamp() RETURNS timestamptz STABLE LANGUAGE sql
      AS 'SELECT pg_catalog.to_timestamp(at_in_ms / 1000.0) FROM public.held_clock';
    ALTER DATABASE ${database} SET search_path = public, pg_catalog;
  `);
  return heldClock(url, client);
}

function heldClock(url: string, client: Client): HeldClock {
  return {
    advance: async (byInMs) => {
      await client.query('UPDATE public.held_clock SET at_in_ms = at_in_ms + $1', [byInMs]);
    },
    reconnect: async () => heldClock(url, await connect(url)),
    close: () => client.end(),
  };
}

async function connect(url: string): Promise<Client> {
  const client = new Client(url);
  // A server that is restarted takes this connection with it; whoever goes on using it hears of it then.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}
