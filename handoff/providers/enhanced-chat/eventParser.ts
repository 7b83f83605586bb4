import { StringDecoder } from 'node:string_decoder';

/** One server-sent event. */
export interface ServerEvent {
  /** Undefined when the event does not move the position. */
  id: string | undefined;
  name: string;
  data: string;
}

/** More than any event can be: 8 KB of payload, escaped twice, and what goes around it. */
const maxEventLength = 1024 * 1024;

function tooLong(): Error {
  return new Error('an event is too long');
}

/** Takes the bytes of an event stream as they come and gives the events that are complete (WHATWG HTML, section 9.2). */
export class EventParser {
  private readonly decoder = new StringDecoder('utf8');
  private rest = '';
  private isFirst = true;
  /** What has come ends in a carriage return. */
  private endsHalf = false;
  private id: string | undefined;
  private name = '';
  private data: string[] = [];
  private size = 0;

  /** The events that this piece completes. Throws `Error` when one is longer than any event can be. */
  push(bytes: Buffer): ServerEvent[] {
    let text = this.decoder.write(bytes);
    if (this.isFirst && text !== '') {
      this.isFirst = false;
      text = text.replace(/^\uFEFF/, '');
    }
    const isHalfOfLine = !/[\r\n]/.test(text) && !this.endsHalf;
    if (text !== '') this.endsHalf = text.endsWith('\r');
    this.rest += text;
    if (this.size + this.rest.length > maxEventLength && isHalfOfLine) throw tooLong();
    // A long line in small pieces is not looked through again for each.
    if (isHalfOfLine) return [];
    const events: ServerEvent[] = [];
    // A lone carriage return at the end may be the first half of a line end.
    const lines = this.rest.split(/\r\n|\n|\r(?!$)/);
    this.rest = lines.pop() ?? '';
    for (const line of lines) {
      const event = this.take(line);
      if (event) events.push(event);
    }
    if (this.size + this.rest.length > maxEventLength) throw tooLong();
    return events;
  }

  private take(line: string): ServerEvent | undefined {
    if (line === '') return this.dispatch();
    const colon = line.indexOf(':');
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '');
    this.size += line.length;
    if (field === 'data') this.data.push(value);
    else if (field === 'event') this.name = value;
    else if (field === 'id' && !value.includes('\0')) this.id = value;
    return undefined;
  }

  private dispatch(): ServerEvent | undefined {
    const { id, name, data } = this;
    this.id = undefined;
    this.name = '';
    this.data = [];
    this.size = 0;
    return data.length === 0 ? undefined : { id, name: name || 'message', data: data.join('\n') };
  }
}
