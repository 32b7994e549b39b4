/**
 * G.711: companded bytes to 16-bit samples and back, by tables.
 * @module
 */
import { alawSamples } from '../../domain/alaw.ts';

/** A-law silence. */
export const ALAW_SILENCE = 0xd5;

const ALAW_TO_PCM = alawSamples();
const ULAW_TO_PCM = Int16Array.from({ length: 256 }, (_, code) => expandUlaw(code));
const PCM_TO_ALAW = nearestCodes(ALAW_TO_PCM);

export function decodeAlaw(bytes: Uint8Array): Int16Array {
  return expand(bytes, ALAW_TO_PCM);
}

export function decodeUlaw(bytes: Uint8Array): Int16Array {
  return expand(bytes, ULAW_TO_PCM);
}

/** A loop: `Int16Array.from` with a function costs forty times as much, and every recording passes here. */
function expand(bytes: Uint8Array, table: Int16Array): Int16Array {
  const samples = new Int16Array(bytes.length);
  for (let at = 0; at < bytes.length; at++) samples[at] = table[bytes[at] ?? 0] ?? 0;
  return samples;
}

/** @param sample -32768..32767 */
export function encodeAlaw(sample: number): number {
  return PCM_TO_ALAW[sample + 32_768] ?? ALAW_SILENCE;
}

/** ITU-T G.711 table 2: all bits inverted on the line, bias of 33 (here in units of 4). */
function expandUlaw(code: number): number {
  const bits = ~code & 0xff;
  const segment = (bits >> 4) & 7;
  const magnitude = ((((bits & 0x0f) << 3) + 0x84) << segment) - 0x84;
  return bits & 0x80 ? -magnitude : magnitude;
}

/** For every 16-bit sample the code whose expansion lies nearest. */
function nearestCodes(expanded: Int16Array): Uint8Array {
  const codes = Array.from({ length: 256 }, (_, code) => code).sort(
    (a, b) => (expanded[a] ?? 0) - (expanded[b] ?? 0),
  );
  const levels = codes.map((code) => expanded[code] ?? 0);
  const table = new Uint8Array(65_536);
  let at = 0;
  for (let sample = -32_768; sample < 32_768; sample++) {
    // No function of its own: every process that knows recordings makes this table as it starts.
    while (at < 255 && Math.abs((levels[at + 1] ?? 0) - sample) <= Math.abs((levels[at] ?? 0) - sample)) at++;
    table[sample + 32_768] = codes[at] ?? 0;
  }
  return table;
}
