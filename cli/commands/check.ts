/**
 * `apel check`: form, types, borders between folders, dead code, unit tests.
 * @module
 */
import { existsSync, readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { ROOT } from '../shell/home.ts';
import { runSteps, type Step } from '../shell/steps.ts';

const STEP_TIMEOUT_MS = 300_000;
/** What was found right, by content: formatting and types of what nobody has changed take no time. Not in git. */
const CACHE = join(ROOT, 'node_modules/.cache/apel');

export function registerCheck(program: Command): void {
  program
    .command('check')
    .description('format, lint, types, borders between folders, dead code and unit tests; under a minute')
    .action(check);
}

async function check(): Promise<void> {
  const started = Date.now();
  const results = await runSteps(checkSteps(), {
    cwd: ROOT,
    parallel: Math.min(3, Math.max(2, availableParallelism())),
    timeoutMs: STEP_TIMEOUT_MS,
    onDone: ({ name, ok, seconds }) => {
      process.stdout.write(`${ok ? '✓' : '✗'} ${name.padEnd(20)} ${seconds.toFixed(1).padStart(6)} s\n`);
    },
  });
  const failed = results.filter((result) => !result.ok);
  for (const { name, output } of failed) process.stdout.write(`\n── ${name}\n${output.trimEnd()}\n`);
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  process.stdout.write(
    failed.length === 0
      ? `\ncheck is green (${seconds} s)\n`
      : `\n${failed.length} of ${results.length} steps failed (${seconds} s)\n`,
  );
  if (failed.length > 0) process.exitCode = 1;
}

/** The date of a file is no content: git gives each file that it writes a new one. */
const PRETTIER_CACHE = [
  '--cache',
  '--cache-strategy',
  'content',
  '--cache-location',
  join(CACHE, 'prettier'),
] as const;

function buildInfoOf(project: string): string {
  return join(CACHE, `${project === '.' ? 'root' : project}.tsbuildinfo`);
}

/** The longest first, so that they end together. */
function checkSteps(): Step[] {
  const tool = (name: string, bin: string, ...args: string[]): Step => ({
    name,
    command: join(ROOT, 'node_modules/.bin', bin),
    args,
  });
  return [
    tool('unit tests', 'vitest', 'run', '--project', 'unit', '--reporter', 'dot'),
    tool('prettier', 'prettier', '--check', '--log-level', 'warn', ...PRETTIER_CACHE, '.'),
    tool('dependency-cruiser', 'depcruise', '--config', '.dependency-cruiser.cjs', '.'),
    tool('oxlint', 'oxlint', '--type-aware', '--quiet'),
    tool('knip', 'knip', '--no-progress'),
    ...typeScriptProjects().map((project) =>
      tool(
        `tsc ${project}`,
        'tsc',
        '-p',
        project,
        '--incremental',
        '--tsBuildInfoFile',
        buildInfoOf(project),
      ),
    ),
  ];
}

/** The root and each folder with a configuration of its own. */
function typeScriptProjects(): string[] {
  const folders = readdirSync(ROOT, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && entry.name !== 'node_modules')
    .map((entry) => entry.name)
    .filter((name) => existsSync(join(ROOT, name, 'tsconfig.json')));
  return ['.', ...folders];
}
