import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeFrame, FrameDecoder, FramingError } from './framing.ts';

describe('framing of the admin protocol', () => {
  it('gives back what was framed, however the stream is cut', () => {
    const payload = fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: 300 });
    fc.assert(
      fc.property(fc.array(payload, { maxLength: 8 }), fc.integer({ min: 1, max: 50 }), (payloads, size) => {
        const stream = payloads.map(encodeFrame).join('');
        const decoder = new FrameDecoder();
        const decoded: string[] = [];
        for (let i = 0; i < stream.length; i += size)
          decoded.push(...decoder.push(stream.slice(i, i + size)));
        expect(decoded).toEqual(payloads);
      }),
    );
  });

  it('counts bytes, not characters', () => {
    const bytes = Buffer.from('a|ping ț', 'utf8').toString('latin1');
    expect(encodeFrame(bytes)).toBe(`9#${bytes}`);
  });

  it.each(['100000#x', '123456', 'x#', '#', '0#', '-1#a', '1.5#a', '12x', ' 5#hello', '1a#b'])(
    'refuses the length in %j',
    (stream) => {
      expect(() => new FrameDecoder().push(stream)).toThrow(FramingError);
    },
  );

  it('accepts the largest frame', () => {
    const payload = 'x'.repeat(99_999);
    expect(new FrameDecoder().push(encodeFrame(payload))).toEqual([payload]);
  });

  it('waits for a length that is not complete', () => {
    const decoder = new FrameDecoder();
    expect(decoder.push('1')).toEqual([]);
    expect(decoder.push('1#hello')).toEqual([]);
    expect(decoder.push(' world2#ok')).toEqual(['hello world', 'ok']);
  });
});
