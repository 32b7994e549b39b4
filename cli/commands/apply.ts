/**
 * `apel apply FILE…`: configuration from files.
 * @module
 */
import type { Command } from 'commander';
import type { AppliedObject } from '../../db/config.ts';
import { readOrCreateKeys } from '../../platform/keys.ts';
import { readConfigFiles } from '../parts/config-files.ts';
import { homeOf } from '../shell/home.ts';
import { cliActor, siteEnvironment, withDatabase } from '../shell/running-site.ts';
import { say } from '../shell/say.ts';

export function registerApply(program: Command): void {
  program
    .command('apply')
    .description('apply configuration files: all of them or, when anything is wrong, none')
    .argument('<file...>', 'JSON files, see config/')
    .option('--force', 'overwrite what a person changed on a page')
    .option('--check', 'only check the files')
    .action(apply);
}

async function apply(files: readonly string[], flags: { force?: boolean; check?: boolean }): Promise<void> {
  const sourced = readConfigFiles(files);
  if (flags.check) {
    process.stdout.write(`${sourced.length} objects are well-formed\n`);
    return;
  }
  // Loaded here, as Temporal's client below: they would double the time of `--help`.
  const { applyObjects } = await import('../parts/apply-config.ts');
  const env = siteEnvironment(process.env);
  const home = homeOf(env);
  const applied = await withDatabase(process.env, (db) =>
    applyObjects(
      {
        db,
        promptsDir: home.prompts,
        trunkSecret: readOrCreateKeys(home.keys).trunkSecret,
        actor: cliActor(),
        now: new Date(),
        force: flags.force === true,
        progress: say,
      },
      sourced,
    ),
  );
  for (const object of applied) process.stdout.write(`${appliedLine(object)}\n`);
  await keepSchedulesInStep(env, home.keys);
}

function appliedLine({ kind, name, version, outcome }: AppliedObject): string {
  return `${outcome.padEnd(10)} ${kind.padEnd(13)} ${name} (version ${version})`;
}

/** Without Temporal the orchestration worker does it when it is back. */
async function keepSchedulesInStep(env: NodeJS.ProcessEnv, keysFile: string): Promise<void> {
  const { DATABASE_URL, TEMPORAL_ADDRESS } = env;
  if (!DATABASE_URL || !TEMPORAL_ADDRESS) return;
  const { syncSiteSchedules } = await import('../parts/schedules.ts');
  try {
    await syncSiteSchedules({
      DATABASE_URL,
      TEMPORAL_ADDRESS,
      TEMPORAL_NAMESPACE: env['TEMPORAL_NAMESPACE'] || 'default',
      APEL_KEYS_FILE: keysFile,
    });
  } catch {
    say('Temporal does not answer; Schedules follow when it is back');
  }
}
