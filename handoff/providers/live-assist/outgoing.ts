import { createHash } from 'node:crypto';
import type { JsonValue } from '../../../common/json';
import type { FileLinker } from '../../provider';
import type { CustomerMessage } from '../../request';

/** The one line for a message: what was written or submitted, then a link per file. */
export function outgoingLine(message: CustomerMessage, links: readonly string[]): string {
  return [writtenIn(message), ...links].filter((part) => part !== '').join('\n');
}

/** What stands for the message's files; made once, because a link made later is another one. */
export function fileLinks({ files }: CustomerMessage, linkFile: FileLinker): string[] {
  return files.map((file) => `${file.name}: ${linkFile(file)}`);
}

/** Hash of a line, so that lines can be compared without keeping what was said. */
export function hashOf(line: string): string {
  return createHash('sha256').update(line).digest('base64url');
}

function writtenIn(message: CustomerMessage): string {
  if (message.text !== '') return message.text;
  return Object.entries(message.cardSubmission ?? {})
    .map(([name, value]) => `${name}: ${valueText(value)}`)
    .join('\n');
}

function valueText(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
