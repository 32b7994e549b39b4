import { describe, expect, it } from 'vitest';
import { levelOf } from './media.ts';
import { countersOf, createQualityMeter, qualityBetween, verdictOf } from './quality.ts';
import { cadence } from './tones.ts';

/** G.711: 50 packets a second of 160 bytes, both ways. */
const reading = (seconds: number, change: object = {}) =>
  countersOf(
    [
      { type: 'inbound-rtp', kind: 'audio', jitter: 0.004, packetsReceived: 50 * seconds, packetsLost: 0, bytesReceived: 8_000 * seconds, ...change },
      { type: 'outbound-rtp', kind: 'audio', packetsSent: 50 * seconds, bytesSent: 8_000 * seconds },
      { type: 'remote-inbound-rtp', kind: 'audio', roundTripTime: 0.042 },
      { type: 'codec', kind: 'audio' },
    ],
    seconds * 1_000,
  ); // prettier-ignore

describe('quality of the line', () => {
  it('a G.711 call on a good network is good, and above 100 kbit/s with its headers', () => {
    const quality = qualityBetween(reading(2), reading(4));
    expect(quality).toEqual({ verdict: 'good', loss: 0, kbps: 168, roundTripMs: 42, jitterMs: 4 });
  });

  it('loss is counted between two readings, not since the beginning', () => {
    const before = reading(2, { packetsLost: 50 });
    expect(qualityBetween(before, reading(4, { packetsLost: 50 })).loss).toBe(0);
    expect(qualityBetween(before, reading(4, { packetsLost: 60 })).loss).toBeCloseTo(10 / 110);
  });

  it('Opus sends less than G.711 and is good all the same', () => {
    const opus = (seconds: number) => reading(seconds, { bytesReceived: 3_000 * seconds });
    const slim = (counters: ReturnType<typeof reading>) => ({ ...counters, bytes: counters.bytes / 2 });
    const quality = qualityBetween(slim(opus(2)), slim(opus(4)));
    expect(quality.kbps).toBeLessThan(100);
    expect(quality.verdict).toBe('good');
  });

  it('no packets is silence, whatever the other figures say', () => {
    expect(qualityBetween(reading(2), reading(2)).verdict).toBe('silent');
  });

  it.each([
    [{ roundTripMs: 150, jitterMs: 30, loss: 0.02, kbps: 100 }, 'good'],
    [{ roundTripMs: 151 }, 'fair'],
    [{ jitterMs: 31 }, 'fair'],
    [{ kbps: 99 }, 'fair'],
    [{ loss: 0.06 }, 'poor'],
    [{ roundTripMs: 301 }, 'poor'],
    [{}, 'good'],
  ])('%j is %s', (quality, verdict) => {
    expect(verdictOf(quality)).toBe(verdict);
  });

  it('the figures of a whole talk are means; none are none', () => {
    const meter = createQualityMeter();
    expect(meter.mean()).toBeUndefined();
    meter.add({ jitterMs: 2, loss: 0 });
    meter.add({ jitterMs: 4, loss: 0.1 });
    expect(meter.mean()).toEqual({ jitterMs: 3, loss: 0.05 });
    meter.reset();
    expect(meter.mean()).toBeUndefined();
  });
});

it('the Romanian ring is heard at 0, 6, 12 … seconds', () => {
  expect(cadence(1.85, 4.15, 14)).toEqual([0, 6, 12]);
});

it('the level is 0 in a quiet room and 1 for loud speech', () => {
  expect([levelOf(0), levelOf(1e-6), levelOf(0.1)]).toEqual([0, 0, 1]);
  expect(levelOf(10 ** -3.5)).toBeCloseTo(0.5);
});
