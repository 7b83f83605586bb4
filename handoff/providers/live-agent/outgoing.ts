import { createHash } from 'node:crypto';
import type { JsonValue } from '../../../common/json';
import type { Log } from '../../../common/log';
import type { CustomerMessage } from '../../request';
import { decodeEntities } from './htmlText';
import { mask } from './masking';
import type { LiveAgentSession } from './session';

/** The one `ChatMessage` text for a message: what was written or submitted, masked, then a link per file. */
export function outgoingText(session: LiveAgentSession, message: CustomerMessage, links: readonly string[], log: Log): string {
  const written = message.text !== '' ? message.text : submissionText(message);
  return [mask(written, session.maskingRules ?? [], log), ...links].filter((part) => part !== '').join('\n');
}

/** The line that stands for a file the desk does not take. */
export function linkLine(name: string, url: string): string {
  return `${name}: ${url}`;
}

/** Hash of a text, so that texts can be compared without keeping what was said. */
export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

/** Hashes of a transcript's text as it stands and with entities decoded, because the desk may have escaped it. */
export function hashesOf(content: string): string[] {
  return [...new Set([hashOf(content), hashOf(decodeEntities(content))])];
}

function submissionText(message: CustomerMessage): string {
  return Object.entries(message.cardSubmission ?? {})
    .map(([name, value]) => `${name}: ${valueText(value)}`)
    .join('\n');
}

function valueText(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
