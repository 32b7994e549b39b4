/**
 * `apel reset`: deletes the state folder.
 * @module
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import { homeOf, removeHome, type Home } from '../shell/home.ts';
import { say } from '../shell/say.ts';
import { UserError } from '../shell/user-error.ts';
import { lockHolder } from '../supervisor/lock.ts';

export function registerReset(program: Command): void {
  program
    .command('reset')
    .description('delete the state folder: database, histories, recordings, keys (asks first)')
    .option('--yes', 'do not ask')
    .action(reset);
}

async function reset(flags: { yes?: boolean }): Promise<void> {
  const home = homeOf(process.env);
  const holder = lockHolder(home.lock);
  if (holder) throw new UserError(`Apel runs here (pid ${holder.pid}); end it first with: ./apel down`);
  const outside = home.postgresOutside !== undefined && existsSync(home.postgresOutside);
  if (!existsSync(home.path) && !outside) {
    say('there is nothing to delete');
    return;
  }
  // APEL_HOME may be mistyped: only a folder that a launcher made is deleted.
  if (existsSync(home.path) && !existsSync(join(home.path, 'logs'))) {
    throw new UserError(`${home.path} is not a state folder of Apel; nothing was deleted`);
  }
  if (!flags.yes && !(await confirmed(foldersOf(home)))) throw new UserError('nothing was deleted');
  removeHome(home);
  say(`deleted: ${foldersOf(home)}`);
}

function foldersOf({ path, postgresOutside }: Home): string {
  return postgresOutside === undefined ? path : `${path} and ${postgresOutside}`;
}

async function confirmed(folders: string): Promise<boolean> {
  if (!process.stdin.isTTY) throw new UserError('reset asks first: run it in a terminal, or with --yes');
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await lines.question(
    `Delete ${folders} with all calls, contacts, recordings and keys? Type yes: `,
  );
  lines.close();
  return answer.trim().toLowerCase() === 'yes';
}
