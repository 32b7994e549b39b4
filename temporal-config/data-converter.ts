/**
 * @module
 */
import { fileURLToPath } from 'node:url';
import type { DataConverter } from '@temporalio/common';
import type { Keys } from '../platform/keys.ts';
import { createCodec } from './codec.ts';

/** Also given to the bundler: client, worker and sandbox must use the same file. */
export const PAYLOAD_CONVERTER_PATH = fileURLToPath(new URL('./payload-converter.ts', import.meta.url));

/** How every client and worker of ours turns values into payloads. */
export function createDataConverter(keys: Pick<Keys, 'codec'>): DataConverter {
  return { payloadConverterPath: PAYLOAD_CONVERTER_PATH, payloadCodecs: [createCodec(keys.codec)] };
}
