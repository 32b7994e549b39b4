/**
 * `apel demo`: the whole product on made-up people, with a simulated carrier.
 * @module
 */
import type { Command } from 'commander';
import type { DemoFlags } from '../parts/run-demo.ts';
import { PORT_BASE_HELP } from './up.ts';

export function registerDemo(program: Command): void {
  program
    .command('demo')
    .description('bring everything up with a simulated carrier, import a made-up list and dial it')
    .option('--seconds <n>', 'dial for n seconds with nobody watching, then audit and exit')
    .option('--json', 'with --seconds: the last line is one JSON object')
    .option('--history <calls>', 'about how many calls of history a fresh demo gets; 0: none', '200000')
    .option('--port-base <n>', PORT_BASE_HELP)
    .option('--quiet', 'do not show the log lines of the parts')
    .action(async (flags: DemoFlags) => {
      // Loaded here: Temporal's client and the auditor would double the time of `--help`.
      const { runDemo } = await import('../parts/run-demo.ts');
      await runDemo(flags);
    });
}
