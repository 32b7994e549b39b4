/**
 * `apel restore`: a backup into an empty site.
 * @module
 */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { readManifest } from '../parts/backup/manifest.ts';
import { checkBackup, restoreBackup } from '../parts/backup/restore.ts';
import { withSiteDatabaseUrl } from '../parts/site-database.ts';
import { homeOf } from '../shell/home.ts';
import { liveSite } from '../shell/running-site.ts';
import { say } from '../shell/say.ts';
import { UserError } from '../shell/user-error.ts';

export function registerRestore(program: Command): void {
  program
    .command('restore')
    .description('put a backup into an empty site; every campaign is paused afterwards')
    .requiredOption('--from <dir>', 'folder that `backup` made')
    .option('--check', 'only check that the backup is complete and undamaged')
    .action(restore);
}

async function restore(flags: { from: string; check?: boolean }): Promise<void> {
  const from = resolve(flags.from);
  if (flags.check) return check(from);
  if (liveSite(process.env)) throw new UserError('the site runs; end it first with: ./apel down');
  const home = homeOf(process.env);
  const restored = await withSiteDatabaseUrl(process.env, home, (databaseUrl) =>
    restoreBackup({
      from,
      databaseUrl,
      keysFile: home.keys,
      recordingsDir: home.recordings,
      promptsDir: home.prompts,
      now: new Date(),
      progress: say,
    }),
  );
  process.stdout.write(`restored: ${restored.rows} rows, ${restored.files} files\n`);
  process.stdout.write(`calls that were in progress: ${restored.openCalls}\n`);
  for (const name of restored.campaigns) {
    process.stdout.write(`paused ${name}; when the lists are right: ./apel campaign resume ${name}\n`);
  }
}

async function check(from: string): Promise<void> {
  const manifest = readManifest(from);
  const problems = await checkBackup(from, manifest);
  for (const problem of problems) process.stdout.write(`${problem}\n`);
  if (problems.length > 0) throw new UserError(`the backup is damaged in ${problems.length} places`);
  process.stdout.write(`the backup of ${manifest.takenAt} is complete\n`);
}
