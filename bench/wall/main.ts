/**
 * What the supervisor's wall costs in the browser while two hundred agents change two hundred times a second in all: real
 * Chromium, the real API and Postgres. The peer is the same wall while nothing changes: its clocks go on.
 * @module
 */
import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { buildUi } from '../../cli/parts/ui-build.ts';
import { ROOT } from '../../cli/shell/home.ts';
import { launchBrowser } from '../../test/e2e/pages-browser.ts';
import { openBenchDatabase, startBenchPostgres } from '../support/bench-postgres.ts';
import { median, quantile, spreadOf } from '../support/interleave.ts';
import { processTreeCpuMs } from '../support/process-cpu.ts';
import { ratioText } from '../support/report.ts';
import { runBench, type Bench, type BenchOutcome } from '../support/run-bench.ts';
import { startApi } from './api-process.ts';
import { openBenchFloor, type BenchFloor } from './floor.ts';
import { openWall, type WallTab } from './renderer.ts';

const AGENTS = 200;
const CHANGES_PER_SECOND = 200;
const ROUNDS = 5;
/** The sign of a line that has just become live moves for six seconds. */
const WARM_UP_MS = 8_000;
const BUSY_MS = 10_000;
const QUIET_MS = 5_000;
const DELAY_MS = 10_000;
const MARKS_PER_SECOND = 10;
/** Statements under way at once: what a pool of connections lets through. */
const CONNECTIONS = 8;
/** quality.md: of one core. */
const MOST_PERCENT = 10;
const CLOSING_MS = 30_000;

interface Stretch {
  ms: number;
  changes: number;
  mainPercent: number;
  rendererPercent: number;
  /** Of the renderer's threads but the main one. */
  threads: Readonly<Record<string, number>>;
  apiPercent: number;
  postgresPercent: number;
  bytesPerSecond: number;
  messagesPerSecond: number;
}

async function run(bench: Bench): Promise<BenchOutcome> {
  const uiDir = join(bench.folder, 'ui');
  await buildUi((text) => bench.say(text));
  await cp(join(ROOT, 'ui/dist'), uiDir, { recursive: true });
  const recordingsDir = join(bench.folder, 'recordings');
  await mkdir(recordingsDir);
  const postgres = await startBenchPostgres(bench);
  const db = openBenchDatabase(bench, postgres.url, { max: CONNECTIONS });
  const agents = Number(bench.option('agents') ?? AGENTS);
  const perSecond = Number(bench.option('changes') ?? CHANGES_PER_SECOND);
  const screen = bench.option('screen') === 'tv';
  const floor = await openBenchFloor(db, agents);
  const { supervisorId } = floor;
  const api = await startApi(bench, { databaseUrl: postgres.url, uiDir, recordingsDir, supervisorId });
  const browser = await launchBrowser();
  bench.onEnd(() => browser.close());
  const tab = await openWall(browser, {
    ...api,
    path: screen ? '/panou?mod=tv' : '/panou',
    rows: agents,
    viewport: screen ? { width: 1920, height: 1080 } : { width: 1440, height: 900 },
  });
  const pids = { api: api.pid, postgres: postgres.pid };
  const stretch = (ms: number, rate: number): Promise<Stretch> =>
    measure({ bench, tab, pids }, (turns) => turns.pace(ms, rate, (turn) => floor.change(turn)));

  bench.say('warming up');
  await stretch(WARM_UP_MS, perSecond);
  const rounds: { busy: Stretch; quiet: Stretch }[] = [];
  const wanted = Number(bench.option('rounds') ?? ROUNDS);
  while (rounds.length < wanted && Date.now() + BUSY_MS + QUIET_MS + DELAY_MS + CLOSING_MS < bench.deadline) {
    const busy = await stretch(BUSY_MS, perSecond);
    const quiet = await stretch(QUIET_MS, 0);
    rounds.push({ busy, quiet });
    bench.say(
      `${rounds.length}: ${busy.mainPercent.toFixed(1)} % of a core at ${(busy.changes / (busy.ms / 1000)).toFixed(0)} changes/s, ` +
        `${quiet.mainPercent.toFixed(1)} % quiet; whole renderer ${busy.rendererPercent.toFixed(1)} and ${quiet.rendererPercent.toFixed(1)} %`,
    );
  }
  const delays = await measureDelay(bench, tab, floor, perSecond);
  return outcome({ agents, perSecond, screen, rounds, delays });
}

interface Measured {
  bench: Bench;
  tab: WallTab;
  pids: { api: number; postgres: number };
}

async function measure(
  { bench, tab, pids }: Measured,
  act: (turns: Turns) => Promise<number>,
): Promise<Stretch> {
  const read = () => ({
    at: performance.now(),
    main: tab.mainThreadMs(),
    renderer: tab.rendererMs(),
    threads: tab.threadsMs(),
    api: processTreeCpuMs(pids.api),
    postgres: processTreeCpuMs(pids.postgres),
    ...tab.received(),
  });
  const before = read();
  const changes = await act(turnsOf(bench));
  const after = read();
  const elapsed = after.at - before.at;
  const percent = (key: 'main' | 'renderer' | 'api' | 'postgres'): number =>
    (100 * (after[key] - before[key])) / elapsed;
  return {
    ms: elapsed,
    changes,
    mainPercent: percent('main'),
    rendererPercent: percent('renderer'),
    threads: Object.fromEntries(
      Object.entries(after.threads).map(([name, ms]) => [
        name,
        (100 * (ms - (before.threads[name] ?? 0))) / elapsed,
      ]),
    ),
    apiPercent: percent('api'),
    postgresPercent: percent('postgres'),
    bytesPerSecond: ((after.bytes - before.bytes) * 1000) / elapsed,
    messagesPerSecond: ((after.messages - before.messages) * 1000) / elapsed,
  };
}

interface Turns {
  /** So many acts a second, evenly, for so long. @returns how many were done */
  pace(ms: number, perSecond: number, act: (turn: number) => Promise<unknown>): Promise<number>;
}

function turnsOf(bench: Bench): Turns {
  return {
    async pace(ms, perSecond, act) {
      const began = performance.now();
      const open = new Set<Promise<unknown>>();
      let turn = 0;
      while (performance.now() - began < ms && !bench.signal.aborted) {
        const due = Math.floor(((performance.now() - began) * perSecond) / 1000);
        // What Postgres does not take in time is not owed: the rate that was reached is reported.
        while (turn < due && open.size < CONNECTIONS) {
          const done: Promise<unknown> = act(turn++).finally(() => open.delete(done));
          open.add(done);
        }
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
      await Promise.all(open);
      return turn;
    },
  };
}

/** From before the statement that changes a row until the change is in the page's DOM. */
async function measureDelay(
  bench: Bench,
  tab: WallTab,
  floor: BenchFloor,
  perSecond: number,
): Promise<number[]> {
  bench.say('measuring the delay');
  await tab.watchMarks();
  const sent = new Map<string, number>();
  const turns = turnsOf(bench);
  await Promise.all([
    turns.pace(DELAY_MS, perSecond, (turn) => floor.change(turn * 2)),
    turns.pace(DELAY_MS, MARKS_PER_SECOND, async (turn) => {
      const name = `bench-${turn}`;
      sent.set(name, performance.timeOrigin + performance.now());
      await floor.mark(turn, name);
    }),
  ]);
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  const seen = await tab.seenMarks();
  return [...sent].flatMap(([name, at]) => (seen[name] === undefined ? [] : [seen[name] - at]));
}

function outcome(of: {
  agents: number;
  perSecond: number;
  screen: boolean;
  rounds: readonly { busy: Stretch; quiet: Stretch }[];
  delays: readonly number[];
}): BenchOutcome {
  const { rounds, delays } = of;
  const busy = (key: Exclude<keyof Stretch, 'threads'>): number =>
    median(rounds.map((round) => round.busy[key]));
  const quietRenderer = median(rounds.map((round) => round.quiet.rendererPercent));
  const quiet = median(rounds.map((round) => round.quiet.mainPercent));
  const worst = Math.max(...rounds.map((round) => round.busy.mainPercent));
  const ratios = rounds.map((round) => round.busy.mainPercent / Math.max(round.quiet.mainPercent, 0.1));
  const reached = median(rounds.map((round) => (round.busy.changes * 1000) / round.busy.ms));
  const ratio = busy('mainPercent') / Math.max(quiet, 0.1);
  const spread = spreadOf(ratios);
  const percent = (value: number): string => `${value.toFixed(1)} % of a core`;
  return {
    rows: [
      {
        label: 'main thread',
        value: `${percent(busy('mainPercent'))} (at most ${worst.toFixed(1)} %)`,
        target: `< ${MOST_PERCENT} %`,
      },
      { label: 'quiet', value: percent(quiet) },
      { label: 'ratio', value: ratioText(ratio, spread) },
      {
        label: 'changes',
        value: `${reached.toFixed(0)} a second, ${of.agents} agents${of.screen ? ', tv' : ''}`,
      },
      {
        label: 'delay',
        value: `p50 ${quantile(delays, 0.5).toFixed(0)} ms, p99 ${quantile(delays, 0.99).toFixed(0)} ms (${delays.length} changes)`,
      },
      {
        label: 'socket',
        value: `${(busy('bytesPerSecond') / 1024).toFixed(1)} KiB/s in ${busy('messagesPerSecond').toFixed(1)} messages/s`,
      },
      {
        label: 'whole renderer',
        value: `${percent(busy('rendererPercent'))}; quiet ${quietRenderer.toFixed(1)} %`,
        target: `< ${MOST_PERCENT} %`,
      },
      { label: 'its threads', value: threadsText(rounds) },
      { label: 'API', value: percent(busy('apiPercent')) },
      { label: 'Postgres', value: `${percent(busy('postgresPercent'))}, the changes themselves included` },
      { label: 'rounds', value: String(rounds.length) },
    ],
    result: {
      ratio,
      spread,
      rounds: rounds.length,
      mainThreadPercent: busy('mainPercent'),
      mainThreadWorstPercent: worst,
      quietPercent: quiet,
      rendererPercent: busy('rendererPercent'),
      quietRendererPercent: quietRenderer,
      changesPerSecond: reached,
      agents: of.agents,
      delayP50Ms: quantile(delays, 0.5),
      delayP99Ms: quantile(delays, 0.99),
      socketBytesPerSecond: busy('bytesPerSecond'),
      apiPercent: busy('apiPercent'),
      postgresPercent: busy('postgresPercent'),
    },
  };
}

/** The dearest threads, beside the main one. */
function threadsText(rounds: readonly { busy: Stretch }[]): string {
  const names = new Set(rounds.flatMap(({ busy }) => Object.keys(busy.threads)));
  return [...names]
    .filter((name) => name !== 'main')
    .map((name) => ({ name, percent: median(rounds.map(({ busy }) => busy.threads[name] ?? 0)) }))
    .filter(({ percent }) => percent >= 0.1)
    .toSorted((a, b) => b.percent - a.percent)
    .map(({ name, percent }) => `${name} ${percent.toFixed(1)} %`)
    .join(', ');
}

runBench({
  name: 'wall',
  title: "The supervisor's wall, 200 agents that change 200 times a second",
  options: ['rounds', 'agents', 'changes', 'screen'],
  run,
});
