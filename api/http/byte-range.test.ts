import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseByteRange } from './byte-range.ts';

describe('a byte range', () => {
  it.each([
    [undefined, { kind: 'whole' }],
    ['bytes=0-', { kind: 'part', first: 0, last: 99 }],
    ['bytes=10-19', { kind: 'part', first: 10, last: 19 }],
    ['bytes=-1', { kind: 'part', first: 99, last: 99 }],
    ['bytes=-500', { kind: 'part', first: 0, last: 99 }],
    ['bytes=90-500', { kind: 'part', first: 90, last: 99 }],
    ['bytes=100-', { kind: 'unsatisfiable' }],
    ['bytes=-0', { kind: 'unsatisfiable' }],
    ['bytes=-', { kind: 'whole' }],
    ['bytes=2-1', { kind: 'whole' }],
    ['bytes=0-1,2-3', { kind: 'whole' }],
    ['items=0-1', { kind: 'whole' }],
    ['bytes= 0 - 9', { kind: 'whole' }],
    ['bytes=99999999999999999999-', { kind: 'whole' }],
  ])('%s of 100 bytes', (header, expected) => {
    expect(parseByteRange(header, 100)).toEqual(expected);
  });

  it('never leads outside the file', () => {
    const part = fc.oneof(fc.constant(''), fc.nat().map(String), fc.string());
    fc.assert(
      fc.property(part, part, fc.integer({ min: 1, max: 10_000 }), (from, to, size) => {
        const range = parseByteRange(`bytes=${from}-${to}`, size);
        if (range.kind !== 'part') return;
        expect(range.first).toBeGreaterThanOrEqual(0);
        expect(range.last).toBeGreaterThanOrEqual(range.first);
        expect(range.last).toBeLessThan(size);
      }),
    );
  });
});
