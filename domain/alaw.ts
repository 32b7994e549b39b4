/**
 * ITU-T G.711 A-law: what each code sounds like.
 * @module
 */

let table: Int16Array | undefined;

/** The 16-bit sample of each code; made when first needed. */
export function alawSamples(): Int16Array {
  table ??= Int16Array.from({ length: 256 }, (_, code) => expand(code));
  return table;
}

/** G.711 table 1: sign, three bits of segment, four of step; every other bit inverted on the line. */
function expand(code: number): number {
  const bits = code ^ 0x55;
  const segment = (bits >> 4) & 7;
  const step = (bits & 0x0f) << 4;
  const magnitude = segment === 0 ? step + 8 : (step + 0x108) << (segment - 1);
  return bits & 0x80 ? magnitude : -magnitude;
}
