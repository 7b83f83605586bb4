import { createHmac } from 'node:crypto';
import { isoTime } from '../../common/clock';
import type { Behavior } from './options';

/** The two webhook secrets and the signatures made with them. */
export class Signer {
  private secrets: string[];

  constructor(first: string) {
    this.secrets = [first];
  }

  /** A new primary secret; the present one becomes the secondary. */
  rotate(next: string): void {
    this.secrets = [next, ...this.secrets].slice(0, 2);
  }

  headers(rawBody: Buffer, sentAt: number, format: Behavior['timestamp'], secrets = this.secrets): Record<string, string> {
    const timestamp = toTimestamp(sentAt, format);
    const names = ['primary', 'secondary'];
    const signatures = secrets.map((secret, index) => {
      const digest = createHmac('sha256', secret).update(timestamp).update(rawBody).digest('base64');
      return `${names[index]}=${digest}`;
    });
    return {
      'content-type': 'application/json',
      'x-signature': signatures.join(' '),
      'x-signature-timestamp': timestamp,
    };
  }
}

function toTimestamp(time: number, format: Behavior['timestamp']): string {
  if (format === 'iso') return isoTime(time);
  return String(format === 'seconds' ? Math.floor(time / 1000) : time);
}
