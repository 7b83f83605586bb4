import fc from 'fast-check';
import { EventParser } from '../../../../../handoff/providers/enhanced-chat/eventParser';
import { fixtureBytes } from './fixture';

const parse = (text: string) => new EventParser().push(Buffer.from(text));

describe('the event parser', () => {
  it('reads the same events however the stream is cut', () => {
    const bytes = fixtureBytes('stream.txt');
    const expected = new EventParser().push(bytes);
    expect(expected.map(({ id }) => id)).toContain('10429');
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 30 }), (sizes) => {
        const parser = new EventParser();
        const events = [];
        for (let at = 0, index = 0; at < bytes.length; index += 1) {
          const size = sizes[index % sizes.length] ?? 1;
          events.push(...parser.push(bytes.subarray(at, at + size)));
          at += size;
        }
        expect(events).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });

  it.each(['\n', '\r\n', '\r'])('takes %j for the end of a line', (end) => {
    // The last carriage return may be half of a line end, so something has to come after it.
    const text = ['id: 1', 'event: a', 'data: one', 'data: two', '', ': comment', 'data', '', ''].join(end);
    expect(parse(`${text}x`)).toEqual([
      { id: '1', name: 'a', data: 'one\ntwo' },
      { id: undefined, name: 'message', data: '' },
    ]);
  });

  it('ignores a mark of byte order, unknown fields, and events without data', () => {
    expect(parse('\uFEFFid: 1\nevent: nothing\n\nretry: 10\ndata:x\nfoo: bar\n\n')).toEqual([
      { id: undefined, name: 'message', data: 'x' },
    ]);
  });

  it('gives no event that is not complete', () => {
    expect(parse('data: cut off')).toEqual([]);
    expect(parse('Jwt is expired')).toEqual([]);
  });

  it('refuses an event that never ends', () => {
    const parser = new EventParser();
    const piece = Buffer.from(`data: ${'x'.repeat(100_000)}\n`);
    expect(() => {
      for (let count = 0; count < 11; count += 1) parser.push(piece);
    }).toThrow('too long');
    expect(() => parse('x'.repeat(1024 * 1024 + 1))).toThrow('too long');
  });
});
