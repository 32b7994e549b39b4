/**
 * What is bundled: the programs of our processes, and what is loaded by its path.
 * @module
 */
import { join } from 'node:path';

/** Relative to the checkout. */
export const PART_PROGRAMS = [
  'api/main.ts',
  'cli/main.ts',
  'cli/parts/postgres-host.ts',
  'demo/carrier/main.ts',
  'sip-server/main.ts',
  'workers/edge/main.ts',
  'workers/imports/main.ts',
  'workers/orchestration/main.ts',
] as const;
export type PartProgram = (typeof PART_PROGRAMS)[number];

/** Temporal's SDK `require`s it. */
export const PAYLOAD_CONVERTER = 'temporal-config/payload-converter.ts';

/**
 * @param parts folder of `getParts`
 * @param source relative to the checkout
 */
export function bundledFile(parts: string, source: string): string {
  return join(parts, source.replace(/\.ts$/, '.cjs'));
}
