import { describe, expect, it } from 'vitest';
import { fixtureWav } from '../../dev/fixture-wav.ts';
import { alaw, wavPeaks } from './wav-peaks.ts';

function buffer(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}

describe('A-law', () => {
  it.each([
    [0xd5, 8],
    [0x55, -8],
    [0xaa, 32_256],
    [0x2a, -32_256],
  ])('byte %i is the sample %i (ITU-T G.711)', (byte, sample) => {
    expect(alaw(byte)).toBe(sample);
  });
});

describe('peaks', () => {
  it('have the length and both channels of the recording, and tell them apart', () => {
    const peaks = wavPeaks(buffer(fixtureWav(10)), 100);
    expect(peaks?.durationMs).toBe(10_000);
    expect(peaks?.channels).toHaveLength(2);
    const loudest = (channel: number, from: number, to: number): number =>
      Math.max(...(peaks?.channels[channel]?.slice(from, to) ?? []));
    // In the middle only the prompt (right) speaks, at the end only the customer (left).
    expect(loudest(1, 30, 70)).toBeGreaterThan(3 * loudest(0, 30, 70));
    expect(loudest(0, 80, 100)).toBeGreaterThan(3 * loudest(1, 80, 100));
  });

  it('a cut file gives what is there', () => {
    const whole = fixtureWav(4);
    expect(wavPeaks(buffer(whole.subarray(0, 46 + 16_000)), 10)?.durationMs).toBe(1_000);
  });

  it('anything else is no recording', () => {
    const text = new TextEncoder().encode('<!doctype html>'.repeat(10));
    expect(wavPeaks(buffer(text), 10)).toBeUndefined();
    expect(wavPeaks(new ArrayBuffer(0), 10)).toBeUndefined();
  });
});
