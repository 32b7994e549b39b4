/**
 * `apel down`: ends the launcher that runs on this state folder.
 * @module
 */
import type { Command } from 'commander';
import { homeOf } from '../shell/home.ts';
import { say } from '../shell/say.ts';
import { UserError } from '../shell/user-error.ts';
import { lockHolder } from '../supervisor/lock.ts';
import { waitUntilGone } from '../supervisor/proc.ts';

/** Calls in progress are left to end for a while; then everything is bounded by the parts' own limits. */
const DOWN_TIMEOUT_MS = 120_000;

export function registerDown(program: Command): void {
  program
    .command('down')
    .description('end the running `up` or `demo` of this state folder')
    .action(async () => {
      const holder = lockHolder(homeOf(process.env).lock);
      if (!holder) {
        say('nothing runs here');
        return;
      }
      process.kill(holder.pid, 'SIGTERM');
      if (!(await waitUntilGone(holder, DOWN_TIMEOUT_MS))) {
        throw new UserError(`process ${holder.pid} did not end within ${DOWN_TIMEOUT_MS / 1000} s`);
      }
      say('ended');
    });
}
