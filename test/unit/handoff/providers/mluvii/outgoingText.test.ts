import fc from 'fast-check';
import { inParts, toWireText } from '../../../../../handoff/providers/mluvii/outgoingText';
import { readable } from '../../../../../sandbox/mluvii/html';

describe('texts on their way to mluvii', () => {
  it('hold nothing that could pass for a tag, and read as they were written', () => {
    const text = '<b>bold</b> & <script>alert(1)</script> &amp; "quotes"\n\tnew line';
    expect(toWireText(text, 'html')).not.toMatch(/[<>]/);
    expect(readable(toWireText(text, 'html'))).toBe(text);
    expect(toWireText(text, 'plain')).toBe(text);
  });

  it('go in parts that together are the text, none too long and no character cut', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 3_000 }), fc.integer({ min: 200, max: 400 }), (text, max) => {
        const parts = inParts(text, max);
        expect(parts.join('')).toBe(text);
        for (const part of parts) {
          expect(part.length).toBeLessThanOrEqual(max);
          expect(part.isWellFormed()).toBe(true);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('are cut after a line or a word where there is one', () => {
    expect(inParts(`${'a'.repeat(150)}\n${'b'.repeat(60)} c`, 200)).toEqual([`${'a'.repeat(150)}\n`, `${'b'.repeat(60)} c`]);
    expect(inParts(`${'a'.repeat(150)} ${'b'.repeat(60)}`, 200)).toEqual([`${'a'.repeat(150)} `, 'b'.repeat(60)]);
  });
});
