import { span } from '../common/telemetry';
import { timed } from '../common/telemetryTimer';
import { DataverseError } from './dataverseError';
import type { DataverseGateway } from './gateway';

/** The same gateway, with its calls told to traces and metrics: what is done to which table, never a row or a value. */
export function watchGateway(gateway: DataverseGateway): DataverseGateway {
  const watched = <T>(operation: string, set: string | undefined, call: () => Promise<T>): Promise<T> =>
    span(`dynamics.${operation}`, { kind: 'client', onlyWithin: true, attributes: { 'switchboard.table': set } }, () =>
      timed('switchboard.dynamics.call.duration', { operation }, call, outcomeOf),
    );
  return {
    get: (row, ...rest) => watched('get', row.set, () => gateway.get(row, ...rest)),
    list: (set, ...rest) => watched('list', set, () => gateway.list(set, ...rest)),
    next: (...given) => watched('next', undefined, () => gateway.next(...given)),
    create: (row, ...rest) => watched('create', row.set, () => gateway.create(row, ...rest)),
    update: (row, ...rest) => watched('update', row.set, () => gateway.update(row, ...rest)),
    associate: (parent, ...rest) => watched('associate', parent.set, () => gateway.associate(parent, ...rest)),
    closedForInMs: () => gateway.closedForInMs(),
  };
}

/** Few values: Dataverse has thousands of codes. */
function outcomeOf(error: unknown): string {
  if (!(error instanceof DataverseError)) return 'fault';
  return error.status >= 400 ? `${Math.trunc(error.status / 100)}xx` : error.code;
}
