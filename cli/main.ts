/**
 * `./apel`: one file per command in `commands/`.
 * @module
 */
import { Command, CommanderError } from 'commander';
import { registerApply } from './commands/apply.ts';
import { registerBackup } from './commands/backup.ts';
import { registerBench } from './commands/bench.ts';
import { registerCampaign } from './commands/campaign.ts';
import { registerCheck } from './commands/check.ts';
import { registerDemo } from './commands/demo.ts';
import { registerDoctor } from './commands/doctor.ts';
import { registerDown } from './commands/down.ts';
import { registerFindCall } from './commands/find-call.ts';
import { registerMigrate } from './commands/migrate.ts';
import { registerNumber } from './commands/number.ts';
import { registerRecordings } from './commands/recordings.ts';
import { registerReset } from './commands/reset.ts';
import { registerRestore } from './commands/restore.ts';
import { registerTemporal } from './commands/temporal.ts';
import { registerTest } from './commands/test.ts';
import { registerUp } from './commands/up.ts';
import { registerUser } from './commands/user.ts';
import { ConfigError, PROCESS_VARIABLES } from '../platform/config.ts';
import { EnvFileError, withEnvFiles } from '../platform/env-files.ts';
import { UserError } from './shell/user-error.ts';

const program = new Command('apel')
  .description('Apel: the call-centre dialer in which every call is a durable Temporal workflow.')
  .addHelpText(
    'after',
    '\nState is in .apel/ of the checkout, or in APEL_HOME. Everything listens on 127.0.0.1 unless told otherwise.' +
      '\nThe first thing to type: ./apel demo',
  )
  .enablePositionalOptions()
  .showHelpAfterError('(see --help)')
  .exitOverride();

for (const register of [
  registerDemo,
  registerUp,
  registerDown,
  registerDoctor,
  registerApply,
  registerUser,
  registerCampaign,
  registerFindCall,
  registerNumber,
  registerTemporal,
  registerRecordings,
  registerBackup,
  registerRestore,
  registerMigrate,
  registerTest,
  registerCheck,
  registerBench,
  registerReset,
]) {
  register(program);
}

void main();

async function main(): Promise<void> {
  try {
    // What commands read and hand on to processes: values, wherever they came from.
    process.env = withEnvFiles(process.env, [...new Set(Object.values(PROCESS_VARIABLES).flat())]);
    await program.parseAsync();
  } catch (error) {
    process.exitCode = exitCodeOf(error);
    const text = error instanceof Error ? error.message : String(error);
    // Commander has said it already; a defect of ours keeps its stack.
    if (error instanceof UserError || error instanceof ConfigError) process.stderr.write(`apel: ${text}\n`);
    else if (error instanceof EnvFileError) process.stderr.write(`apel: ${error.variable}: ${text}\n`);
    else if (!(error instanceof CommanderError)) console.error(error);
  }
  // Commands end by returning; a forgotten handle must not keep the shell waiting.
  process.exit();
}

function exitCodeOf(error: unknown): number {
  if (error instanceof UserError || error instanceof CommanderError) return error.exitCode;
  return error instanceof ConfigError || error instanceof EnvFileError ? 78 : 70;
}
