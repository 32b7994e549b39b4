/**
 * Writes a recording from packets that arrive almost in order, through a window of a few seconds: memory does not grow
 * with the length of a call.
 * @module
 */
import type { FileHandle } from 'node:fs/promises';
import { encodeAlaw } from './g711.ts';
import { RECORDING_FRAME_BYTES, RECORDING_HEADER_BYTES, recordingHeader } from './wav.ts';

export type Channel = 'left' | 'right';

/** 16 s at 8 kHz. Packets that are later than half of it are left out. */
const WINDOW_FRAMES = 131_072;

/** Sound that is added to the right channel when its time comes. */
export interface Overlay {
  /** First frame; may be negative. */
  at: number;
  samples: Int16Array;
  /** How long it sounds, from its beginning again each time it ends; absent: once. */
  frames?: number;
}

export interface StereoWriter {
  /** Puts samples at a frame; what lies outside the recording, or too far back, is left out. */
  place(channel: Channel, at: number, samples: Int16Array): Promise<void>;
  /** Fills up with silence to the full length and writes the header. */
  finish(): Promise<void>;
}

export interface StereoWriterOptions {
  file: FileHandle;
  /** Length of the whole recording. */
  frames: number;
  overlays: readonly Overlay[];
}

export function createStereoWriter({ file, frames, overlays }: StereoWriterOptions): StereoWriter {
  // Most calls are far shorter than the window.
  const window = Math.min(WINDOW_FRAMES, frames);
  const channels = { left: new Int16Array(window), right: new Int16Array(window) };
  /** Frame at which the window begins: everything before it is written. */
  let start = 0;

  const flush = async (upTo: number): Promise<void> => {
    while (start < upTo) {
      const count = Math.min(upTo - start, window);
      for (const overlay of overlays) mix(channels.right, overlay, start, count);
      const bytes = Buffer.alloc(count * RECORDING_FRAME_BYTES);
      for (let index = 0; index < count; index++) {
        bytes[index * 2] = encodeAlaw(channels.left[index] ?? 0);
        bytes[index * 2 + 1] = encodeAlaw(channels.right[index] ?? 0);
      }
      await file.write(bytes, 0, bytes.length, RECORDING_HEADER_BYTES + start * RECORDING_FRAME_BYTES);
      for (const channel of [channels.left, channels.right]) {
        channel.copyWithin(0, count);
        channel.fill(0, window - count);
      }
      start += count;
    }
  };

  return {
    place: async (channel, at, samples) => {
      const from = Math.max(at, start, 0);
      const to = Math.min(at + samples.length, frames);
      if (to <= from) return;
      if (to > start + window) await flush(to - window / 2);
      const first = Math.max(from, start);
      channels[channel].set(samples.subarray(first - at, to - at), first - start);
    },
    finish: async () => {
      await flush(frames);
      await file.write(recordingHeader(frames), 0, RECORDING_HEADER_BYTES, 0);
      await file.sync();
    },
  };
}

function mix(channel: Int16Array, overlay: Overlay, start: number, count: number): void {
  const { at, samples, frames = samples.length } = overlay;
  const from = Math.max(at, start);
  const to = samples.length === 0 ? from : Math.min(at + frames, start + count);
  for (let frame = from; frame < to; frame++) {
    const sum = (channel[frame - start] ?? 0) + (samples[(frame - at) % samples.length] ?? 0);
    channel[frame - start] = Math.max(-32_768, Math.min(32_767, sum));
  }
}
