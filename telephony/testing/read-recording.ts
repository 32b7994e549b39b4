/**
 * Reads a finished recording the way a listener would: both channels as samples.
 * @module
 */
import { readFile } from 'node:fs/promises';
import { decodeAlaw } from '../recording/g711.ts';

export async function readRecording(path: string): Promise<{ left: Int16Array; right: Int16Array }> {
  const file = await readFile(path);
  const data = file.subarray(file.indexOf('data', 0, 'latin1') + 8);
  return {
    left: decodeAlaw(data.filter((_, index) => index % 2 === 0)),
    right: decodeAlaw(data.filter((_, index) => index % 2 === 1)),
  };
}
