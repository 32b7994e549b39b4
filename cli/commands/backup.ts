/**
 * `apel backup`: rows, recordings, prompts and keys of a site in one folder.
 * @module
 */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { makeBackup } from '../parts/backup/backup.ts';
import { withSiteDatabaseUrl } from '../parts/site-database.ts';
import { homeOf } from '../shell/home.ts';
import { siteEnvironment } from '../shell/running-site.ts';
import { say } from '../shell/say.ts';
import { UserError } from '../shell/user-error.ts';

export function registerBackup(program: Command): void {
  program
    .command('backup')
    .description('copy database, recordings, prompts and keys into a new folder; the site may go on running')
    .requiredOption('--to <dir>', 'folder to make; must be empty. It holds secrets and personal data')
    .option('--no-recordings', 'leave the recordings out: they are backed up by other means')
    .action(backup);
}

async function backup(flags: { to: string; recordings: boolean }): Promise<void> {
  const to = resolve(flags.to);
  const home = homeOf(siteEnvironment(process.env));
  const manifest = await withSiteDatabaseUrl(process.env, home, (databaseUrl) =>
    makeBackup({
      databaseUrl,
      keysFile: home.keys,
      recordingsDir: home.recordings,
      promptsDir: home.prompts,
      to,
      recordings: flags.recordings,
      progress: say,
    }),
  );
  const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0);
  process.stdout.write(
    `backup of ${manifest.takenAt}: ${rows} rows, ${manifest.files.length} files in ${to}\n`,
  );
  for (const { path, problem } of manifest.damaged) process.stdout.write(`${problem.padEnd(9)} ${path}\n`);
  if (manifest.damaged.length > 0) {
    throw new UserError(`${manifest.damaged.length} files were not as their rows say; the rest is complete`);
  }
}
