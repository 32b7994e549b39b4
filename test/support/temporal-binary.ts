/**
 * Where tests find the Temporal CLI: the same places as the launcher, without downloading anything.
 * @module
 */
import { execFileSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** The user's cache, outside any checkout. */
export function cacheFolder(): string {
  return join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'apel');
}

/** @throws with the places that were looked at */
export function findTemporalCli(): string {
  const places = [
    process.env['TEMPORAL_CLI_PATH'],
    ...(process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, 'temporal')),
    join(cacheFolder(), 'temporal'),
    goBinary(),
  ];
  const found = places.find((place) => place !== undefined && isExecutable(place));
  if (found !== undefined) return found;
  throw new Error(
    'the Temporal CLI is needed by this test: set TEMPORAL_CLI_PATH, put `temporal` on PATH, or run ' +
      '`go install github.com/temporalio/cli/cmd/temporal@v1.5.1`',
  );
}

function goBinary(): string | undefined {
  try {
    return join(execFileSync('go', ['env', 'GOPATH'], { encoding: 'utf8' }).trim(), 'bin', 'temporal');
  } catch {
    return undefined;
  }
}

export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
