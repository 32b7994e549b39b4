/**
 * The demo from start to end, attended or with nobody watching.
 * @module
 */
import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pauseCampaign, readCampaign, resumeCampaign } from '../../db/campaigns.ts';
import { openDatabase, type Database } from '../../db/client.ts';
import { homeOf, removeHome } from '../shell/home.ts';
import { siteText } from '../shell/print-site.ts';
import { say } from '../shell/say.ts';
import { watchStopSignals, type StopSignals } from '../shell/stop-signals.ts';
import { UserError } from '../shell/user-error.ts';
import { bringUp, type Site } from './bring-up.ts';
import {
  applyDemoConfig,
  DEMO_ACTOR,
  DEMO_AGENT_CAMPAIGN,
  DEMO_CAMPAIGN,
  importCommand,
  importDemoList,
  startDemoDay,
  writeAgentList,
  writeDemoList,
  writePriorityList,
} from './demo-data.ts';
import { addDemoHistory } from './demo-history.ts';
import { outcomeText, summariseDemo, type DemoOutcome } from './demo-summary.ts';
import { createDemoAgents } from './first-users.ts';
import { readPortBase } from './port-plan.ts';

export interface DemoFlags {
  seconds?: string;
  json?: boolean;
  history: string;
  portBase?: string;
  quiet?: boolean;
}

/** The longest ring time-out and talk of the demo's campaign, and a commit that waits for its turn. */
const LAST_CALLS_MS = 150_000;
const MAX_SECONDS = 86_400;
const MAX_HISTORY = 1_000_000;

export async function runDemo(flags: DemoFlags): Promise<void> {
  const seconds = readSeconds(flags.seconds);
  readHistory(flags);
  if (seconds === undefined) await runAttended(flags);
  else await withTemporaryHome((env) => runUnattended(flags, seconds, env));
}

async function runAttended(flags: DemoFlags): Promise<void> {
  const started = Date.now();
  const stop = watchStopSignals();
  const site = await start(flags, process.env, stop);
  try {
    const agents = await createDemoAgents(site.env['DATABASE_URL'] ?? '');
    const newUsers = [...site.newUsers, ...agents];
    process.stdout.write(siteText({ ...site, newUsers }, Date.now() - started));
    await prepare(site, flags, [
      [DEMO_CAMPAIGN, writeDemoList(site)],
      [DEMO_AGENT_CAMPAIGN, writeAgentList(site)],
    ]);
    const text = [
      '',
      `  the robot dials ${DEMO_CAMPAIGN}; log in as an agent to work on ${DEMO_AGENT_CAMPAIGN}:`,
      `    ${site.addresses.page}`,
      `  a priority list lies ready in ${site.home.imports}; import it as an operator does:`,
      `    ${importCommand(writePriorityList(site))}`,
    ];
    process.stdout.write(`${text.join('\n')}\n\nCtrl-C ends everything.\n\n`);
    await stop.requested;
  } finally {
    say('ending everything');
    await site.close();
    say('ended');
  }
}

async function runUnattended(flags: DemoFlags, seconds: number, env: NodeJS.ProcessEnv): Promise<void> {
  const started = Date.now();
  const stop = watchStopSignals();
  const site = await start(flags, env, stop);
  let outcome: DemoOutcome;
  try {
    const agents = await createDemoAgents(site.env['DATABASE_URL'] ?? '');
    // Of a folder that stays: this is the only time that their passwords are known.
    if (process.env['APEL_HOME'] && agents.length > 0) {
      process.stderr.write(
        siteText({ ...site, newUsers: [...site.newUsers, ...agents] }, Date.now() - started),
      );
    }
    // Nobody sits at the desks.
    await prepare(site, flags, [[DEMO_CAMPAIGN, writeDemoList(site)]]);
    say(`dialing for ${seconds} s`);
    await delay(seconds * 1000, undefined, { signal: stop.signal }).catch(() => {
      throw new UserError('ended before its time', 130);
    });
    await endDialing(site, stop);
    say('auditing');
    outcome = await summariseDemo(site);
  } finally {
    say('ending everything');
    await site.close();
  }
  (flags.json ? process.stderr : process.stdout).write(outcomeText(outcome));
  if (flags.json) process.stdout.write(`${JSON.stringify(outcome.summary)}\n`);
  if (!outcome.audit.ok || !outcome.summary.sumsEqual) process.exitCode = 1;
}

function start(flags: DemoFlags, env: NodeJS.ProcessEnv, stop: StopSignals): Promise<Site> {
  // Nobody has to find an unattended demo by its ports: free ones never clash.
  const portBase = readPortBase(flags.portBase, env) ?? (flags.seconds === undefined ? undefined : 0);
  return bringUp({
    env,
    stop,
    carrier: true,
    progress: say,
    ...(portBase === undefined ? {} : { portBase }),
    ...(flags.quiet ? {} : { screen: flags.json ? process.stderr : process.stdout }),
  });
}

async function prepare(
  site: Site,
  flags: DemoFlags,
  lists: readonly (readonly [campaign: string, file: string])[],
): Promise<void> {
  say('applying the demo configuration');
  await applyDemoConfig(site, say);
  await addDemoHistory(site, { calls: readHistory(flags), progress: say });
  await Promise.all(lists.map(([campaign, file]) => importList(site, campaign, file)));
  await resumeAfterDemo(site);
  await startDemoDay(site);
}

async function importList(site: Site, campaign: string, file: string): Promise<void> {
  say(`importing ${file}`);
  const { accepted, rows } = await importDemoList(site, { file, campaign }, say);
  say(`imported ${accepted} of ${rows} contacts for ${campaign}`);
}

/** An unattended demo ends with a pause that belongs to it; a person's pause is kept, as everywhere. */
async function resumeAfterDemo(site: Site): Promise<void> {
  const db = openDatabase({ url: site.env['DATABASE_URL'] ?? '', applicationName: 'apel-cli', max: 1 });
  try {
    const { state } = (await readCampaign(db.pool, { name: DEMO_CAMPAIGN })) ?? {};
    if (state?.pausedBy === DEMO_ACTOR) {
      await resumeCampaign(db, { campaign: DEMO_CAMPAIGN, by: DEMO_ACTOR, now: new Date() });
    } else if (state?.pausedAt) {
      say(
        `${DEMO_CAMPAIGN} is paused by ${state.pausedBy ?? 'somebody'}; ./apel campaign resume ${DEMO_CAMPAIGN}`,
      );
    }
  } finally {
    await db.close();
  }
}

/** Nothing new is dialed; calls in progress end by themselves. */
async function endDialing(site: Site, stop: StopSignals): Promise<void> {
  const db = openDatabase({ url: site.env['DATABASE_URL'] ?? '', applicationName: 'apel-cli', max: 1 });
  try {
    say('dialing is paused, calls in progress end');
    await pauseCampaign(db, {
      campaign: DEMO_CAMPAIGN,
      by: DEMO_ACTOR,
      reason: 'demo over',
      now: new Date(),
    });
    await untilNoCalls(db, stop);
  } finally {
    await db.close();
  }
}

async function untilNoCalls(db: Database, stop: StopSignals): Promise<void> {
  const deadline = Date.now() + LAST_CALLS_MS;
  while (Date.now() < deadline && !stop.signal.aborted) {
    const { rows } = await db.pool.query<{ open: number }>(
      'select (select count(*) from live_calls) + (select count(*) from calls where committed_at is null) as open',
    );
    if (rows[0]?.open === 0) return;
    await delay(250);
  }
  // The auditor says which ones.
  say('some calls are still open');
}

function readSeconds(raw: string | undefined): number | undefined {
  if (raw === undefined) return undefined;
  const seconds = Number(raw);
  if (Number.isInteger(seconds) && seconds >= 1 && seconds <= MAX_SECONDS) return seconds;
  throw new UserError(`--seconds ${raw}: must be a whole number from 1 to ${MAX_SECONDS}`);
}

function readHistory({ history: raw }: DemoFlags): number {
  const calls = Number(raw);
  if (raw.trim() !== '' && Number.isInteger(calls) && calls >= 0 && calls <= MAX_HISTORY) return calls;
  throw new UserError(`--history ${raw}: must be a whole number from 0 to ${MAX_HISTORY}`);
}

/** A state folder of its own, deleted afterwards, unless the person named one. */
async function withTemporaryHome(work: (env: NodeJS.ProcessEnv) => Promise<void>): Promise<void> {
  if (process.env['APEL_HOME']) return work(process.env);
  const home = mkdtempSync(join(tmpdir(), 'apel-demo-'));
  // Embedded Postgres, started by root, runs as another user that must get in.
  chmodSync(home, 0o711);
  let clean = false;
  try {
    await work({ ...process.env, APEL_HOME: home });
    clean = process.exitCode === undefined || process.exitCode === 0;
  } finally {
    if (clean) removeHome(homeOf({ ...process.env, APEL_HOME: home }));
    else say(`everything is kept for a look in ${home}`);
  }
}
