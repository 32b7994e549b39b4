/**
 * `apel up`: the whole site in the foreground.
 * @module
 */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { bringUp } from '../parts/bring-up.ts';
import { readPortBase } from '../parts/port-plan.ts';
import { siteText } from '../shell/print-site.ts';
import { say } from '../shell/say.ts';
import { watchStopSignals } from '../shell/stop-signals.ts';

export const PORT_BASE_HELP = 'first port of all parts, 0 = free ports (also APEL_PORT_BASE)';

export function registerUp(program: Command): void {
  program
    .command('up')
    .description('start every part and stay in the foreground; Ctrl-C ends everything')
    .option('--port-base <n>', PORT_BASE_HELP)
    .option(
      '--host <name>',
      'name or address on which the page is reached from other machines, 0.0.0.0 for all: HTTPS',
    )
    .option(
      '--tls-cert <file>',
      'certificate chain of that name (PEM); without one it is made and browsers warn',
    )
    .option('--tls-key <file>', 'its key (PEM)')
    .option('--quiet', 'do not show the log lines of the parts (they are in logs/ of the state folder)')
    .action(up);
}

interface UpFlags {
  portBase?: string;
  quiet?: boolean;
  host?: string;
  tlsCert?: string;
  tlsKey?: string;
}

async function up(flags: UpFlags): Promise<void> {
  const started = Date.now();
  const portBase = readPortBase(flags.portBase, process.env);
  const stop = watchStopSignals();
  const site = await bringUp({
    env: {
      ...process.env,
      ...(flags.tlsCert && { APEL_TLS_CERT: resolve(flags.tlsCert) }),
      ...(flags.tlsKey && { APEL_TLS_KEY: resolve(flags.tlsKey) }),
    },
    stop,
    ...(flags.host && { host: flags.host }),
    progress: say,
    ...(portBase === undefined ? {} : { portBase }),
    ...(flags.quiet ? {} : { screen: process.stdout }),
  });
  process.stdout.write(siteText(site, Date.now() - started));
  process.stdout.write('\nCtrl-C ends everything.\n\n');
  await stop.requested;
  say('ending everything');
  await site.close();
  say('ended');
}
