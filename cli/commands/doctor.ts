/**
 * `apel doctor`: every part with its version and where it comes from.
 * @module
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { reportFfmpeg } from '../parts/ffmpeg.ts';
import { reportPostgres } from '../parts/postgres.ts';
import { reportRtpengine } from '../parts/rtpengine.ts';
import { reportTemporalCli } from '../parts/temporal-cli.ts';
import type { ToolReport } from '../parts/tool-report.ts';
import { isUiBuilt } from '../parts/ui-build.ts';
import { homeOf, ROOT } from '../shell/home.ts';
import { liveSite } from '../shell/running-site.ts';
import type { RunState } from '../supervisor/run-state.ts';

export function registerDoctor(program: Command): void {
  program
    .command('doctor')
    .description('show every part, its version, where it comes from, and what is missing')
    .option('--json', 'one JSON object')
    .action(doctor);
}

async function doctor(flags: { json?: boolean }): Promise<void> {
  const reports = await collectReports(process.env);
  const running = liveSite(process.env);
  if (flags.json) {
    process.stdout.write(
      `${JSON.stringify({ parts: reports, running: running ? withoutSecrets(running) : null })}\n`,
    );
  } else {
    process.stdout.write(`${reports.map(reportLine).join('\n')}\n`);
    process.stdout.write(
      running
        ? `\nrunning since ${running.startedAt} (pid ${running.launcher.pid}), page ${running.addresses.page}\n`
        : '\nnothing runs here\n',
    );
    for (const part of running?.parts ?? []) {
      process.stdout.write(
        `  ${part.name.padEnd(16)} ${part.state.padEnd(11)} pid ${part.process?.pid ?? '-'}` +
          `${part.restarts > 0 ? `, started again ${part.restarts} times` : ''}\n`,
      );
    }
  }
  if (reports.some((report) => report.state === 'broken')) process.exitCode = 1;
}

/** People paste this into tickets: what may be told is named, for the environment holds every secret of the site. */
function withoutSecrets({ launcher, startedAt, ready, addresses, parts }: RunState): Omit<RunState, 'env'> {
  return { launcher, startedAt, ready, addresses, parts };
}

async function collectReports(env: NodeJS.ProcessEnv): Promise<ToolReport[]> {
  const home = homeOf(env);
  const sip = env['DRACHTIO_HOST'];
  const temporal = env['TEMPORAL_ADDRESS'];
  const [postgres, temporalCli, rtpengine, ffmpeg] = await Promise.all([
    reportPostgres(env, home),
    reportTemporalCli(env),
    reportRtpengine(env),
    reportFfmpeg(),
  ]);
  return [
    { name: 'Apel', state: 'ok', version: ownVersion(), location: ROOT },
    {
      name: 'state folder',
      state: 'ok',
      location: home.path,
      origin: env['APEL_HOME'] ? 'APEL_HOME' : 'default',
    },
    { name: 'Node', state: 'ok', version: process.versions.node, location: process.execPath, origin: 'PATH' },
    postgres,
    temporal
      ? { name: 'Temporal', state: 'ok', origin: 'TEMPORAL_ADDRESS', location: temporal }
      : { name: 'Temporal', state: 'ok', origin: 'development server of the CLI', location: home.temporalDb },
    temporalCli,
    sip
      ? { name: 'SIP server', state: 'ok', origin: 'DRACHTIO_HOST', location: sip }
      : { name: 'SIP server', state: 'ok', origin: 'sip-server/ of this checkout', version: ownVersion() },
    rtpengine,
    ffmpeg,
    isUiBuilt()
      ? { name: 'pages', state: 'ok', origin: 'built', location: join(ROOT, 'ui/dist') }
      : { name: 'pages', state: 'missing', hint: 'will be built at the next start' },
  ];
}

function ownVersion(): string {
  return (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }).version;
}

const MARKS = { ok: '✓', missing: '…', broken: '✗' } as const;

function reportLine(report: ToolReport): string {
  const from = [report.origin, report.location].filter(Boolean).join(', ');
  const head = `${MARKS[report.state]} ${report.name.padEnd(14)} ${(report.version ?? '').padEnd(16)} ${from}`;
  return `${head.trimEnd()}${report.hint ? `  → ${report.hint}` : ''}`;
}
