/**
 * The outline of a recording for drawing: the largest sample of each short stretch, per channel. Pure.
 * Read here rather than by `decodeAudioData`, which would resample and hold the whole call as floats.
 * @module
 */

const FORMAT_PCM = 1;
const FORMAT_ALAW = 6;

export interface WavPeaks {
  durationMs: number;
  /** One array per channel, values 0..1; left customer, right prompt or agent. */
  channels: Float32Array[];
}

interface Header {
  format: number;
  channels: number;
  sampleRate: number;
  bitsPerSample: number;
  dataStart: number;
  dataBytes: number;
}

/**
 * Peaks of an A-law or 16-bit PCM WAV (RIFF). Answers undefined for anything else: the page then plays without a
 * picture.
 * @param columns stretches to measure, as many as will be drawn
 */
export function wavPeaks(file: ArrayBuffer, columns: number): WavPeaks | undefined {
  const view = new DataView(file);
  const header = readHeader(view);
  if (!header || columns < 1) return undefined;
  const read = sampleReader(view, header);
  if (!read) return undefined;
  const frameBytes = (header.bitsPerSample / 8) * header.channels;
  const frames = Math.floor(header.dataBytes / frameBytes);
  const channels = Array.from({ length: header.channels }, () => new Float32Array(columns));
  for (let column = 0; column < columns; column += 1) {
    const start = Math.floor((column * frames) / columns);
    const end = Math.max(start + 1, Math.floor(((column + 1) * frames) / columns));
    channels.forEach((peaks, channel) => {
      let peak = 0;
      for (let frame = start; frame < Math.min(end, frames); frame += 1) {
        peak = Math.max(peak, Math.abs(read(header.dataStart + frame * frameBytes, channel)));
      }
      peaks[column] = peak;
    });
  }
  return { durationMs: (frames / header.sampleRate) * 1000, channels };
}

function readHeader(view: DataView): Header | undefined {
  if (view.byteLength < 44 || tag(view, 0) !== 'RIFF' || tag(view, 8) !== 'WAVE') return undefined;
  let format: Omit<Header, 'dataStart' | 'dataBytes'> | undefined;
  for (let at = 12; at + 8 <= view.byteLength;) {
    const size = view.getUint32(at + 4, true);
    const name = tag(view, at);
    if (name === 'fmt ' && at + 24 <= view.byteLength) {
      format = {
        format: view.getUint16(at + 8, true),
        channels: view.getUint16(at + 10, true),
        sampleRate: view.getUint32(at + 12, true),
        bitsPerSample: view.getUint16(at + 22, true),
      };
    }
    if (name === 'data' && format) {
      if (format.channels < 1 || format.channels > 2 || format.sampleRate === 0) return undefined;
      return { ...format, dataStart: at + 8, dataBytes: Math.min(size, view.byteLength - at - 8) };
    }
    // Chunks are padded to even sizes.
    at += 8 + size + (size % 2);
  }
  return undefined;
}

function sampleReader(
  view: DataView,
  header: Header,
): ((frame: number, channel: number) => number) | undefined {
  if (header.format === FORMAT_ALAW && header.bitsPerSample === 8) {
    return (frame, channel) => alaw(view.getUint8(frame + channel)) / 32_768;
  }
  if (header.format === FORMAT_PCM && header.bitsPerSample === 16) {
    return (frame, channel) => view.getInt16(frame + channel * 2, true) / 32_768;
  }
  return undefined;
}

/** ITU-T G.711 A-law to a 16-bit linear sample. */
export function alaw(byte: number): number {
  const code = byte ^ 0x55;
  const exponent = (code & 0x70) >> 4;
  const mantissa = (code & 0x0f) << 4;
  const magnitude = exponent === 0 ? mantissa + 8 : (mantissa + 0x108) << (exponent - 1);
  return (code & 0x80) === 0 ? -magnitude : magnitude;
}

function tag(view: DataView, at: number): string {
  return String.fromCharCode(...[0, 1, 2, 3].map((offset) => view.getUint8(at + offset)));
}
