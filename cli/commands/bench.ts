/**
 * `apel bench NAME`: runs a benchmark of `bench/`.
 * @module
 */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { nodeArgs, nodeEnv } from '../parts/node-part.ts';
import { ROOT } from '../shell/home.ts';
import { siteEnvironment } from '../shell/running-site.ts';
import { UserError } from '../shell/user-error.ts';

export function registerBench(program: Command): void {
  program
    .command('bench')
    .description('run a benchmark against its peer in the same run; without NAME, list them')
    .argument('[name]', 'benchmark')
    .argument('[options...]', 'options of the benchmark itself: bench/README.md')
    .option('--json', 'the last line is one JSON object')
    .allowUnknownOption()
    .action(bench);
}

async function bench(name: string | undefined, own: string[], flags: { json?: boolean }): Promise<void> {
  const names = benchmarks();
  if (name === undefined) {
    process.stdout.write(names.length > 0 ? `${names.join('\n')}\n` : 'there are no benchmarks yet\n');
    return;
  }
  if (!names.includes(name)) {
    throw new UserError(`there is no benchmark ${name}; there are: ${names.join(', ') || 'none yet'}`);
  }
  const entry = join(ROOT, 'bench', name, 'main.ts');
  const args = [...nodeArgs(), entry, ...own, ...(flags.json ? ['--json'] : [])];
  process.exitCode = await new Promise<number>((resolve) => {
    const child = spawn(process.execPath, args, {
      cwd: ROOT,
      env: nodeEnv(siteEnvironment(process.env)),
      stdio: 'inherit',
    });
    // Ctrl-C reaches both: the benchmark ends its servers and removes its folder, this process waits for it.
    process.on('SIGINT', () => undefined);
    for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
    child.once('error', () => resolve(127));
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

/** A benchmark is a folder of `bench/` with a `main.ts`. */
function benchmarks(): string[] {
  const folder = join(ROOT, 'bench');
  if (!existsSync(folder)) return [];
  return readdirSync(folder).filter((name) => existsSync(join(folder, name, 'main.ts')));
}
