/**
 * The picture of a recording: both channels, one above the other. Loaded only where there is a recording.
 * @module
 */
import WaveSurfer from 'wavesurfer.js';
import { PEAK_STEPS } from '../../../domain/sound-outline.ts';
import { cssColour } from '../../design/css-colour.ts';
import type { Peaks } from './peaks.ts';

/** More would make line noise look like speech. */
const MOST_GAIN = 6;

export interface Waveform {
  /** Reads the colours again, after a change of theme. */
  repaint: () => void;
  destroy: () => void;
}

/** Quiet calls are drawn larger, both channels by the same factor, so that they can still be compared. */
function louder(channels: Peaks['channels']): Float32Array[] {
  const peak = Math.max(...channels.flat()) / PEAK_STEPS;
  const gain = Math.min(MOST_GAIN, 0.95 / Math.max(peak, 0.01)) / PEAK_STEPS;
  return channels.map((channel) => Float32Array.from(channel, (value) => value * gain));
}

/** Draws into `host`, follows and moves `audio`. */
export function drawWaveform(host: HTMLElement, audio: HTMLAudioElement, peaks: Peaks): Waveform {
  const colours = (): { waveColor: string; progressColor: string; cursorColor: string } => ({
    waveColor: cssColour('var(--wave)'),
    progressColor: cssColour('var(--accent-fill)'),
    cursorColor: cssColour('var(--ink)'),
  });
  const channels = (): { waveColor: string; progressColor: string; height: number }[] =>
    peaks.channels.map((_, channel) => ({
      waveColor: cssColour(channel === 0 ? 'var(--wave)' : 'var(--wave-2)'),
      progressColor: cssColour(channel === 0 ? 'var(--accent-fill)' : 'var(--positive-fill)'),
      height: 52,
    }));
  const surfer = WaveSurfer.create({
    container: host,
    media: audio,
    peaks: louder(peaks.channels),
    duration: peaks.durationMs / 1000,
    normalize: false,
    barWidth: 2,
    barGap: 1,
    barRadius: 2,
    barMinHeight: 1,
    cursorWidth: 2,
    dragToSeek: true,
    ...colours(),
    splitChannels: channels(),
  });
  return {
    repaint: () => surfer.setOptions({ ...colours(), splitChannels: channels() }),
    destroy: () => {
      // The audio element is the player's; wavesurfer would stop and empty it.
      surfer.destroy();
    },
  };
}
