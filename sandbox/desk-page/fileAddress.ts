import type { StandInDesk } from '../desk';
import { isLoopback } from './requestGuard';

/** `local`: read by the page's server; `remote`: opened by the browser itself; `unknown`: nothing to open. */
export type FileAddress = { kind: 'local' | 'remote'; url: string } | { kind: 'unknown' };

/** Where a file of an entry really is. */
export function fileAddress(desk: Pick<StandInDesk, 'baseUrl'>, url: string): FileAddress {
  const found = url === '' ? null : URL.parse(url, desk.baseUrl);
  if (!found || !['http:', 'https:'].includes(found.protocol)) return { kind: 'unknown' };
  return { kind: isLoopback(found) ? 'local' : 'remote', url: found.href };
}
