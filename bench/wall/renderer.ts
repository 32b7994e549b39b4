/**
 * A wall in Chromium, and what it costs: the processor time of its renderer's main thread as the kernel counts it, the bytes
 * of its socket, and when a change is on the page.
 * @module
 */
import { readdirSync, readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { processTreeCpuMs } from '../support/process-cpu.ts';

export interface WallTab {
  page: Page;
  /** Processor ms of the renderer's main thread so far. */
  mainThreadMs(): number;
  /** Of the renderer's process, all threads. */
  rendererMs(): number;
  /** Of its threads by name: the compositor, those that paint tiles, the rest. */
  threadsMs(): Readonly<Record<string, number>>;
  /** Bytes and messages that its sockets brought so far. */
  received(): { bytes: number; messages: number };
  /** Looks for pauses of these names, from now on. */
  watchMarks(): Promise<void>;
  /** Name of a pause -> when it was on the page, ms since 1970. */
  seenMarks(): Promise<Record<string, number>>;
}

/** `sysconf(_SC_CLK_TCK)` is 100 on every Linux of today. */
const MS_PER_TICK = 10;
const PATIENCE_MS = 60_000;
const BUSY_MS = 400;
const BUSY_TURNS = 20;

export async function openWall(
  browser: Browser,
  options: {
    url: string;
    cookie: string;
    path: string;
    rows: number;
    viewport: { width: number; height: number };
  },
): Promise<WallTab> {
  const context = await browser.newContext({
    viewport: options.viewport,
    locale: 'ro-RO',
    timezoneId: 'Europe/Bucharest',
  });
  const [name = '', value = ''] = options.cookie.split('=');
  await context.addCookies([{ name, value, url: options.url }]);
  const page = await context.newPage();
  const got = { bytes: 0, messages: 0 };
  page.on('websocket', (socket) => {
    socket.on('framereceived', ({ payload }) => {
      got.bytes += Buffer.byteLength(payload);
      got.messages += 1;
    });
  });
  await page.goto(options.url + options.path);
  const last = page.locator('.agent-row:not(.agent-head), .screen-people > .tile').nth(options.rows - 1);
  await last.waitFor({ state: 'attached', timeout: PATIENCE_MS });
  const pid = await rendererOf(browser, page);
  return {
    page,
    mainThreadMs: () => threadMs(pid),
    rendererMs: () => processTreeCpuMs(pid),
    threadsMs: () => threadsOf(pid),
    received: () => ({ ...got }),
    watchMarks: async () => void (await page.evaluate(WATCH)),
    seenMarks: async () => (await page.evaluate('globalThis.benchMarks')) as Record<string, number>,
  };
}

/** Only in the stretches that measure the delay: an observer costs time of the thread. */
const WATCH = `
  globalThis.benchMarks = {};
  new MutationObserver((records) => {
    const now = performance.timeOrigin + performance.now();
    const look = (node) => {
      for (const found of (node?.textContent ?? '').matchAll(/bench-\\d+/g)) globalThis.benchMarks[found[0]] ??= now;
    };
    for (const { target, addedNodes } of records) {
      look(target);
      for (const node of addedNodes) look(node);
    }
  }).observe(document.body, { subtree: true, childList: true, characterData: true });`;

/**
 * Chromium keeps spare ones, and takes one of them for the next page: the page's own is the one that works when it is told to.
 * On a machine that is busy itself it gets little of the time, so it is told again.
 */
async function rendererOf(browser: Browser, page: Page): Promise<number> {
  const devtools = await browser.newBrowserCDPSession();
  const { processInfo } = await devtools.send('SystemInfo.getProcessInfo');
  await devtools.detach();
  const before = processInfo
    .filter(({ type }) => type === 'renderer')
    .map(({ id }) => ({ id, ms: threadMs(id) }));
  for (let turn = 0; turn < BUSY_TURNS; turn++) {
    await page.evaluate(`{ const end = performance.now() + ${BUSY_MS}; while (performance.now() < end); }`);
    const [most, next] = before
      .map(({ id, ms }) => ({ id, ms: threadMs(id) - ms }))
      .toSorted((a, b) => b.ms - a.ms);
    if (most !== undefined && most.ms - (next?.ms ?? 0) > BUSY_MS / 2) return most.id;
  }
  throw new Error('no renderer did what the page was told');
}

/** The thread whose id is that of its process is the main one. */
function threadMs(pid: number): number {
  return readThread(pid, pid)?.ms ?? NaN;
}

/** Workers of a pool are counted together: their names end in a number, the kernel keeps fifteen letters. */
function threadsOf(pid: number): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const id of readdirSync(`/proc/${pid}/task`).map(Number)) {
    const thread = readThread(pid, id);
    if (thread === undefined) continue;
    const name = id === pid ? 'main' : thread.name.replace(/[/\d]+$/, '');
    sums[name] = (sums[name] ?? 0) + thread.ms;
  }
  return sums;
}

function readThread(pid: number, id: number): { name: string; ms: number } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/task/${id}/stat`, 'utf8');
    const end = text.lastIndexOf(')');
    const fields = text
      .slice(end + 2)
      .split(' ')
      .map(Number);
    const ms = ((fields[11] ?? 0) + (fields[12] ?? 0)) * MS_PER_TICK;
    return { name: text.slice(text.indexOf('(') + 1, end), ms };
  } catch {
    return undefined;
  }
}
