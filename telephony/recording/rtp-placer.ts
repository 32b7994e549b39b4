/**
 * Where on a recording's time line a packet belongs. Within one stream RTP timestamps decide, so that jitter leaves no
 * holes; where a stream begins, pauses its clock or drifts too far, the time of arrival does.
 * @module
 */

/** Samples in a millisecond of 8 kHz. */
export const FRAMES_PER_MS = 8;
/** Jitter and bursts stay below half a second; more means that the sender's clock jumped. */
const MAX_DRIFT_FRAMES = 500 * FRAMES_PER_MS;
const MAX_STREAMS = 256;

export interface PlacedPacket {
  atMs: number;
  ssrc: number;
  timestamp: number;
  frames: number;
  /** Of the codec's clock; default 1: it is that of the recording. */
  ticksPerFrame?: number;
}

/**
 * Makes the placer of one slot.
 * @param startMs wall clock of frame 0
 * @returns for each packet its first frame, negative for what came before the start
 */
export function createRtpPlacer(startMs: number): (packet: PlacedPacket) => number {
  const streams = new Map<number, { frame: number; timestamp: number }>();
  return ({ atMs, ssrc, timestamp, frames, ticksPerFrame = 1 }) => {
    // A packet arrives when its last sample has been spoken.
    const arrival = Math.round((atMs - startMs) * FRAMES_PER_MS) - frames;
    const base = streams.get(ssrc);
    if (base) {
      const placed = base.frame + Math.round(signed32(timestamp - base.timestamp) / ticksPerFrame);
      if (Math.abs(placed - arrival) <= MAX_DRIFT_FRAMES) return placed;
    }
    // Far more than a call's reloads make: a sender that invents sources must not grow this map.
    if (streams.size >= MAX_STREAMS) streams.clear();
    streams.set(ssrc, { frame: arrival, timestamp });
    return arrival;
  };
}

/** Timestamps wrap: the shorter way round the circle is meant. */
function signed32(difference: number): number {
  return difference | 0;
}
