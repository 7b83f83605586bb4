import type { ConnectionOptions } from 'node:tls';
import { type ClientConfig, types } from 'pg';
import { StoreFailure } from '../storeFailure';

export interface PostgresAddress {
  url: string;
  /** Overrides what the URL says about TLS. */
  tls?: boolean | ConnectionOptions;
}

const INT8 = 20;

/** Numbers of 64 bits come as text by default; all of ours (times, sequence numbers) fit into a double. */
const numericTypes = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === INT8 && format !== 'binary' ? Number : types.getTypeParser(oid, format)) as typeof types.getTypeParser,
};

/**
 * How every connection is made. Throws `StoreFailure` when the URL is none of PostgreSQL; it does not quote the URL, which
 * holds the password.
 */
export function connectionConfig({ url, tls }: PostgresAddress): ClientConfig {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (!parsed || !/^postgres(ql)?:$/.test(parsed.protocol)) {
    throw new StoreFailure('refused', 'the database URL must look like postgresql://user:password@host:5432/database');
  }
  if (tls !== undefined) {
    // Otherwise the driver would prefer what the URL says.
    for (const name of ['ssl', 'sslmode', 'sslcert', 'sslkey', 'sslrootcert']) parsed.searchParams.delete(name);
  }
  return {
    connectionString: parsed.href,
    ...(tls !== undefined && { ssl: tls }),
    application_name: 'switchboard',
    connectionTimeoutMillis: 5000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    types: numericTypes,
  };
}
