/**
 * `apel recordings verify`: are the files there that rows name?
 * @module
 */
import type { Command } from 'commander';
import { verifyRecordings } from '../parts/backup/verify-recordings.ts';
import { homeOf } from '../shell/home.ts';
import { siteEnvironment, withDatabase } from '../shell/running-site.ts';
import { UserError } from '../shell/user-error.ts';

export function registerRecordings(program: Command): void {
  const recordings = program.command('recordings').description('finished recordings');
  recordings
    .command('verify')
    .description(
      'read every recording and compare it with the hash in its call; lists what is missing or changed',
    )
    .option('--json', 'one JSON object')
    .action(verify);
}

async function verify(flags: { json?: boolean }): Promise<void> {
  const home = homeOf(siteEnvironment(process.env));
  const report = await withDatabase(process.env, (db) => verifyRecordings(db, home.recordings));
  if (flags.json) process.stdout.write(`${JSON.stringify(report)}\n`);
  else {
    for (const { callId, path, problem } of report.problems) {
      process.stdout.write(`${problem.padEnd(9)} ${callId} ${path}\n`);
    }
    process.stdout.write(
      `${report.checked} recordings checked, ${report.problems.length} not as they should be\n`,
    );
  }
  if (report.problems.length > 0) throw new UserError('recordings are missing or changed');
}
