/**
 * How good the line is, from the browser's own reports (RFC 3550), against the limits of S1-60: round trip under 150 ms,
 * jitter under 30 ms, 100 kbit/s for a call and 200 recommended.
 * @module
 */
import type { CallQuality } from '../../../../contracts/model/wrap-up.ts';

/** S1-60. */
export const LIMITS = { roundTripMs: 150, jitterMs: 30, loss: 0.02, kbps: 100 } as const;
/** Twice the limit people hear; loss above 5 % breaks words. */
const BAD = { roundTripMs: 300, jitterMs: 60, loss: 0.05 } as const;
/** IPv4, UDP and SRTP around each packet of 20 ms, bytes. */
const OVERHEAD_BYTES = 20 + 8 + 12 + 10;

/** A packet of 20 ms holds 160; half of it tells G.711 from anything that compresses. */
const G711_PAYLOAD_BYTES = 120;

export type Verdict = 'good' | 'fair' | 'poor' | 'silent';

/** What one reading of `getStats` counts since the beginning of the session. */
export interface Counters {
  /** ms since the epoch. */
  at: number;
  roundTripMs: number | undefined;
  jitterMs: number | undefined;
  packetsReceived: number;
  packetsLost: number;
  bytes: number;
  packets: number;
}

/** The last seconds, and what they are called. */
export interface LineQuality extends CallQuality {
  verdict: Verdict;
}

/** The figures of one report; entries of other kinds are passed over. */
export function countersOf(entries: Iterable<Record<string, unknown>>, at: number): Counters {
  const counters: Counters = {
    at,
    roundTripMs: undefined,
    jitterMs: undefined,
    packetsReceived: 0,
    packetsLost: 0,
    bytes: 0,
    packets: 0,
  };
  for (const entry of entries) {
    const number = (name: string): number | undefined =>
      typeof entry[name] === 'number' ? entry[name] : undefined;
    if (entry['type'] === 'inbound-rtp' && entry['kind'] === 'audio') {
      const jitter = number('jitter');
      counters.jitterMs = jitter === undefined ? undefined : jitter * 1_000;
      counters.packetsReceived += number('packetsReceived') ?? 0;
      counters.packetsLost += number('packetsLost') ?? 0;
      counters.packets += number('packetsReceived') ?? 0;
      counters.bytes += number('bytesReceived') ?? 0;
    } else if (entry['type'] === 'outbound-rtp' && entry['kind'] === 'audio') {
      counters.packets += number('packetsSent') ?? 0;
      counters.bytes += number('bytesSent') ?? 0;
    } else if (entry['type'] === 'remote-inbound-rtp') {
      const roundTrip = number('roundTripTime');
      if (roundTrip !== undefined) counters.roundTripMs = roundTrip * 1_000;
    } else if (entry['type'] === 'candidate-pair' && entry['nominated'] === true) {
      const roundTrip = number('currentRoundTripTime');
      if (roundTrip !== undefined) counters.roundTripMs ??= roundTrip * 1_000;
    }
  }
  return counters;
}

/** The stretch between two readings. */
export function qualityBetween(before: Counters, after: Counters): LineQuality {
  const seconds = Math.max(0.001, (after.at - before.at) / 1_000);
  const received = after.packetsReceived - before.packetsReceived;
  const lost = Math.max(0, after.packetsLost - before.packetsLost);
  const bytes = after.bytes - before.bytes + OVERHEAD_BYTES * (after.packets - before.packets);
  const quality: CallQuality = {
    loss: received + lost > 0 ? lost / (received + lost) : 0,
    kbps: Math.max(0, (bytes * 8) / 1_000 / seconds),
    ...(after.roundTripMs === undefined ? {} : { roundTripMs: after.roundTripMs }),
    ...(after.jitterMs === undefined ? {} : { jitterMs: after.jitterMs }),
  };
  const payload = (after.bytes - before.bytes) / Math.max(1, after.packets - before.packets);
  // Opus needs less than S1-60's 100 kbit/s and is none the worse for it; only G.711 that sends less has gaps.
  const judged = payload >= G711_PAYLOAD_BYTES ? quality : { ...quality, kbps: Infinity };
  return { ...quality, verdict: received === 0 ? 'silent' : verdictOf(judged) };
}

export function verdictOf(quality: CallQuality): Verdict {
  const { roundTripMs = 0, jitterMs = 0, loss = 0, kbps = Infinity } = quality;
  if (roundTripMs > BAD.roundTripMs || jitterMs > BAD.jitterMs || loss > BAD.loss) return 'poor';
  const within =
    roundTripMs <= LIMITS.roundTripMs &&
    jitterMs <= LIMITS.jitterMs &&
    loss <= LIMITS.loss &&
    kbps >= LIMITS.kbps;
  return within ? 'good' : 'fair';
}

/** Means over a whole talk, for the call's record. */
export interface QualityMeter {
  add: (quality: CallQuality) => void;
  mean: () => CallQuality | undefined;
  reset: () => void;
}

export function createQualityMeter(): QualityMeter {
  const names = ['roundTripMs', 'jitterMs', 'loss', 'kbps'] as const;
  const sums = new Map<(typeof names)[number], { sum: number; count: number }>();
  return {
    add: (quality) => {
      for (const name of names) {
        const value = quality[name];
        if (value === undefined || !Number.isFinite(value)) continue;
        const { sum = 0, count = 0 } = sums.get(name) ?? {};
        sums.set(name, { sum: sum + value, count: count + 1 });
      }
    },
    mean: () => {
      if (sums.size === 0) return undefined;
      const mean: CallQuality = {};
      for (const [name, { sum, count }] of sums) mean[name] = rounded(name, sum / count);
      return mean;
    },
    reset: () => sums.clear(),
  };
}

function rounded(name: string, value: number): number {
  return name === 'loss' ? Math.min(1, Math.round(value * 10_000) / 10_000) : Math.round(value * 10) / 10;
}
