import { isTrusted } from '../../../common/trustedUrl';

/** Whether keys and customers' words may go to this address; without credentials in it. */
export function isTrustedAddress(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const url = new URL(address);
  return isTrusted(url) && url.username === '' && url.password === '';
}

/** Headers that say how the message is carried are not the desk's to set. */
const OURS = new Set([
  'host',
  'connection',
  'content-length',
  'content-type',
  'transfer-encoding',
  'upgrade',
  'te',
  'trailer',
  'expect',
]);

/** Whether a header can be added to our calls as it is. */
export function isUsableHeader(name: string, value: unknown): value is string {
  return (
    /^[!#$%&'*+.^_`|~\w-]{1,100}$/.test(name) &&
    !OURS.has(name.toLowerCase()) &&
    typeof value === 'string' &&
    /^[\t\x20-\x7e\x80-\xff]{0,4000}$/.test(value)
  );
}
