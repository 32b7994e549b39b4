/**
 * How soon a person can use each first screen: cold load in Chromium, four times slower than this machine, against a static
 * page of the same bytes from the same server.
 * @module
 */
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { buildUi } from '../../cli/parts/ui-build.ts';
import { ROOT } from '../../cli/shell/home.ts';
import { launchBrowser } from '../../test/e2e/pages-browser.ts';
import { startBenchSite } from '../support/bench-site.ts';
import { interleave, median, spreadOf, type Stretch } from '../support/interleave.ts';
import { ratioText, type TableRow } from '../support/report.ts';
import { runBench, type Bench, type BenchOutcome } from '../support/run-bench.ts';
import { loadCold, type ColdLoad, type Loaded } from './cold-load.ts';
import { addVisitors, type Visitor } from './people.ts';
import { peerPath, writePeer } from './peer.ts';
import { SCREENS, type Screen, type ScreenName } from './screens.ts';

const ROUNDS = 7;
const SLOWDOWN = 4;
/** quality.md; of the first route. */
const MOST_KIB = 35;
const MOST_MS = 300;
const FAKE_MICROPHONE = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'];
/** What the browser needs for one load on a busy machine; a round that cannot end is not begun. */
const CLOSING_MS = 25_000;

interface Load extends Stretch, Loaded {}

interface Measured extends Loaded {
  /** Median; of the peer too. */
  peerMs: number;
  /** The peer's time to ours: 1 is as fast as the bytes alone. */
  ratio: number;
  spread: ReturnType<typeof spreadOf>;
  rounds: number;
  slowestMs: number;
}

async function run(bench: Bench): Promise<BenchOutcome> {
  const uiDir = join(bench.folder, 'ui');
  await buildUi((text) => bench.say(text));
  await cp(join(ROOT, 'ui/dist'), uiDir, { recursive: true });
  const site = await startBenchSite(bench, { APEL_UI_DIR: uiDir });
  const url = site.state().addresses.page;
  const visitors = await addVisitors(bench, site, url);
  const browser = await launchBrowser(FAKE_MICROPHONE);
  bench.onEnd(() => browser.close());

  const slowdown = Number(bench.option('slowdown') ?? SLOWDOWN);
  const only = bench.option('screen');
  const measured: Partial<Record<ScreenName, Measured>> = {};
  let longestMs = 0;
  const screens = SCREENS.filter(({ name }) => only === undefined || name === only);
  for (const [index, screen] of screens.entries()) {
    const visitor = screen.role === null ? {} : visitors[screen.role];
    const left = bench.deadline - CLOSING_MS - Date.now();
    const began = Date.now();
    // A machine so busy that the rest would not end in time: what was measured counts.
    if (index > 0 && left < longestMs) {
      bench.say(`no time for ${screen.name}: use --screen ${screen.name}`);
      continue;
    }
    const until = began + left / (screens.length - index);
    measured[screen.name] = await measure({ bench, browser, url, uiDir, slowdown, screen, visitor, until });
    longestMs = Math.max(longestMs, Date.now() - began);
  }
  return outcome(measured, slowdown);
}

interface Measurement {
  bench: Bench;
  browser: Browser;
  url: string;
  uiDir: string;
  slowdown: number;
  screen: Screen;
  visitor: Visitor;
  until: number;
}

async function measure(of: Measurement): Promise<Measured> {
  const { bench, browser, screen, visitor, slowdown } = of;
  const own: ColdLoad = {
    url: `${of.url}${screen.path}`,
    screen,
    slowdown,
    ...(visitor.cookie === undefined ? {} : { cookie: visitor.cookie }),
    ...(visitor.kept === undefined ? {} : { kept: visitor.kept }),
  };
  const peer: ColdLoad = {
    url: of.url + peerPath(screen.name),
    screen: { control: screen.control },
    slowdown,
  };
  const timed = async (load: ColdLoad, look?: Parameters<typeof loadCold>[2]): Promise<Load> => {
    const loaded = await loadCold(browser, load, look);
    return { ...loaded, units: 1, ms: loaded.interactiveMs, cpuMs: 0 };
  };
  // Written from the page as it is drawn in the warm-up.
  await visitor.before?.();
  const first = await timed(own, (page, files) => writePeer(page, of.uiDir, screen.name, files));
  bench.say(`${screen.name}: ${first.gzipKiB.toFixed(1)} KiB`);
  const result = await interleave<Load, Load>({
    ours: async () => {
      await visitor.before?.();
      return timed(own);
    },
    peer: () => timed(peer),
    rounds: Number(bench.option('rounds') ?? ROUNDS),
    signal: bench.signal,
    until: of.until,
    onRound: ({ round, ours, peer: other, ratio }) =>
      bench.say(
        `${screen.name} ${round}: ${ours.ms.toFixed(0)} and ${other.ms.toFixed(0)} ms, ratio ${ratio.toFixed(2)}`,
      ),
  });
  const rounds = result.ours.rounds;
  return {
    gzipKiB: first.gzipKiB,
    apiKiB: first.apiKiB,
    files: first.files,
    interactiveMs: median(rounds.map(({ ms }) => ms)),
    shownMs: median(rounds.map(({ shownMs }) => shownMs)),
    slowestMs: Math.max(...rounds.map(({ ms }) => ms)),
    peerMs: median(result.peer.rounds.map(({ ms }) => ms)),
    ratio: result.ratio,
    spread: result.spread,
    rounds: result.rounds,
  };
}

function outcome(measured: Partial<Record<ScreenName, Measured>>, slowdown: number): BenchOutcome {
  const all = Object.entries(measured);
  const first = all[0]?.[1];
  if (first === undefined) throw new Error('there is no such screen; see bench/page/screens.ts');
  const rows = all.flatMap(([name, one], index): TableRow[] => [
    {
      label: name,
      value: `${one.gzipKiB.toFixed(1)} KiB, and ${one.apiKiB.toFixed(1)} from the API`,
      ...(index === 0 ? { target: `≤ ${MOST_KIB} KiB` } : {}),
    },
    {
      label: '',
      value: `interactive after ${ms(one.interactiveMs)} (at most ${ms(one.slowestMs)}; peer ${ms(one.peerMs)})`,
      ...(name === 'deskOnShift' ? {} : { target: `≤ ${MOST_MS} ms` }),
    },
    { label: '', value: `ratio ${ratioText(one.ratio, one.spread)}, ${one.rounds} rounds` },
  ]);
  const routes = Object.fromEntries(
    all.map(([name, { files, ...figures }]) => [name, { ...figures, files: files.length }]),
  );
  return {
    rows: [...rows, { label: 'processor', value: `${slowdown} times slower` }],
    result: { ratio: first.ratio, spread: first.spread, rounds: first.rounds, slowdown, routes },
  };
}

function ms(value: number): string {
  return `${Math.round(value)} ms`;
}

runBench({
  name: 'page',
  title: 'Cold load of each first screen, against a static page of the same bytes',
  options: ['rounds', 'slowdown', 'screen'],
  run,
});
