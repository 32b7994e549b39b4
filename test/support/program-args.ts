/**
 * How tests of a single process start it.
 * @module
 */
import { bundledFile, type PartProgram } from '../../cli/parts/part-programs.ts';
import { ROOT } from '../../cli/shell/home.ts';

/** Arguments for Node: bundled where a run with whole sites has made the bundle, else from the sources by tsx. */
export function programArgs(program: PartProgram): string[] {
  const parts = process.env['APEL_PARTS'];
  if (parts) return ['--enable-source-maps', bundledFile(parts, program)];
  return ['--import', 'tsx', `${ROOT}/${program}`];
}
