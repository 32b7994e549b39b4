/**
 * `apel temporal …`: the found Temporal CLI, pointed at the running site.
 * @module
 */
import { spawn } from 'node:child_process';
import type { Command } from 'commander';
import { serviceToken } from '../../api/auth/service-token.ts';
import { getTemporalCli } from '../parts/temporal-cli.ts';
import { liveSite, siteEnvironment } from '../shell/running-site.ts';
import { say } from '../shell/say.ts';
import { UserError } from '../shell/user-error.ts';

export function registerTemporal(program: Command): void {
  program
    .command('temporal')
    .description('run the Temporal CLI with address, namespace and codec endpoint of this site')
    .argument('[args...]', 'passed on as they are, for instance: workflow list')
    .allowUnknownOption()
    .passThroughOptions()
    .helpOption(false)
    .action(runTemporal);
}

async function runTemporal(args: readonly string[]): Promise<void> {
  const env = siteEnvironment(process.env);
  const address = env['TEMPORAL_ADDRESS'];
  if (!address) throw new UserError('no site runs here: start one with ./apel up, or set TEMPORAL_ADDRESS');
  const cli = await getTemporalCli(process.env, say);
  process.exitCode = await run(cli.path, args, { ...env, ...cliVariables(env, address) });
}

/** The CLI's own variables: flags typed by the person win over them. */
function cliVariables(env: NodeJS.ProcessEnv, address: string): Record<string, string> {
  const page = liveSite(process.env)?.addresses.page;
  const secret = env['APEL_EDGE_TOKEN'];
  return {
    TEMPORAL_ADDRESS: address,
    TEMPORAL_NAMESPACE: env['TEMPORAL_NAMESPACE'] || 'default',
    ...(page && secret
      ? {
          TEMPORAL_CODEC_ENDPOINT: `${page}/codec`,
          TEMPORAL_CODEC_AUTH: `Bearer ${serviceToken(secret, 'codec')}`,
        }
      : {}),
  };
}

function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(command, [...args], { env, stdio: 'inherit' });
    // Ctrl-C goes to both; the CLI decides when it ends.
    process.on('SIGINT', () => undefined);
    child.once('error', () => resolve(127));
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
