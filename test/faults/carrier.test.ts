import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPhone, type TestPhone } from '../../telephony/testing/phone.ts';
import { startRawCarrier, type CarrierScript, type RawCarrier } from '../../telephony/testing/raw-carrier.ts';
import { phoneSdp } from '../../telephony/testing/sipp.ts';
import { runAudit } from '../auditor/run-audit.ts';
import { applyCampaigns, importContacts, outcomesOf, stagesOf } from '../e2e/robot-world.ts';
import { makeTestHome, startTestSite, until, type TestSite } from '../e2e/site.ts';
import { signalPart } from './support/processes.ts';

/** Minutes of the full run only. */
const full = it.runIf(process.env['APEL_TEST_FULL'] === '1');
const SOON = { delaySeconds: 1, multiplier: 1, maxDelaySeconds: 1, maxAttempts: 50 };
/** design.md §7.6 */
const ORPHANS_MS = 30_000;
/** A little above the free space below which an edge records no more. */
const DISK_MB = 215;
const CALLS = 20;

let site: TestSite;
let phone: TestPhone;
let mounted = false;
let healed = false;
const carriers: Record<string, RawCarrier> = {};

let sdp = (): string => phoneSdp(phone.port);

const answered: CarrierScript = async (leg) => {
  leg.answer(180);
  leg.answer(200, { sdp: sdp() });
  leg.reply(await leg.take('BYE', 120_000), 200);
};

const SCRIPTS: Record<string, CarrierScript> = {
  refusing: (leg) => (healed ? answered(leg) : leg.answer(503, { headers: ['Retry-After: 3'] })),
  forking: async (leg) => {
    leg.answer(180, { tag: 'a' });
    leg.answer(180, { tag: 'b' });
    leg.answer(200, { tag: 'b', sdp: sdp() });
    leg.answer(200, { tag: 'a', sdp: sdp() });
    for (let forks = 2; forks > 0; forks--) leg.reply(await leg.take('BYE', 30_000), 200);
  },
  // Nobody listens at that port, and nothing comes from it.
  'without-sound': async (leg) => {
    leg.answer(200, { sdp: phoneSdp(9) });
    leg.reply(await leg.take('BYE', 30_000), 200);
  },
  quick: answered,
  talking: answered,
};

beforeAll(async () => {
  phone = await createPhone();
  const home = await makeTestHome();
  mounted = await mountSmallDisks(home);
  site = await startTestSite({}, home);
  for (const [name, script] of Object.entries(SCRIPTS)) carriers[name] = await startRawCarrier(script);
  await applyCampaigns(
    site,
    Object.entries(carriers).map(([name, carrier]) => ({
      name,
      carrier,
      promptSeconds: name === 'talking' ? 12 : 1,
      ...(name === 'refusing' ? { technicalRetry: SOON, callsPerSecond: 1 } : {}),
    })),
  );
});

afterAll(async () => {
  for (const carrier of Object.values(carriers)) await carrier.close();
  await phone?.close();
  if (mounted) await unmountSmallDisks(site.home);
  await site?.stop();
});

describe('faults of the carrier, the media and the disk, on a whole site', () => {
  it('a carrier that refuses everything is spared, costs no contact its chances, and is used again when it heals', async () => {
    await importContacts(site, 'refusing', 1);
    await until('the supervisor sees why nothing is dialed', 30_000, async () =>
      /^trunk-(backoff|suspended)$/.test((await campaign('refusing')).wait ?? ''),
    );
    await until('it was tried again', 30_000, () => legs('refusing') >= 2);
    const tried = legs('refusing');
    healed = true;
    await heard('refusing', 1, 60_000);
    // Three seconds as it asked, then four, eight: not once a second.
    expect(tried).toBeLessThanOrEqual(3);
    const { rows } = await site.db.query<{ caps: number }>(
      `select max(n.cap_total)::int as caps from calls c join numbers n on n.id = c.number_id join campaigns p on p.id = c.campaign_id
       where p.name = 'refusing'`,
    );
    expect(rows[0]?.caps).toBe(1);
  });

  it('two forks that answer, and a customer without a packet, are calls like any other', async () => {
    await Promise.all([importContacts(site, 'forking', 3), importContacts(site, 'without-sound', 2)]);
    await heard('forking', 3, 30_000);
    await heard('without-sound', 2, 30_000);
    await carriers['forking']?.done();
    const { rows } = await site.db.query<{ n: number }>(
      `select count(*)::int as n from calls c join campaigns p on p.id = c.campaign_id
       where p.name in ('forking', 'without-sound') and c.recording_state = 'ready'`,
    );
    expect(rows[0]?.n).toBe(5);
  });

  it('the SIP server killed while 20 talk: each ends with its name, each customer is told, nobody is called twice', async () => {
    await talking();
    signalPart(site, 'sip-server', 'SIGKILL');
    await allCommitted('talking', CALLS);
    expect(await endsOf('talking')).toEqual({ 'platform/sip-server-lost': CALLS });
  });

  it('rtpengine killed while 20 talk: each ends with its name, and keeps its recording', async () => {
    await until('calls are taken again', 30_000, async () => (await refusing()) === null);
    await talking();
    signalPart(site, 'rtpengine', 'SIGKILL');
    await allCommitted('talking', 2 * CALLS);
    expect(await endsOf('talking')).toEqual({
      'platform/sip-server-lost': CALLS,
      'platform/media-lost': CALLS,
    });
    const { rows } = await site.db.query<{ state: string; n: number }>(
      `select recording_state as state, count(*)::int as n from calls where reason = 'media-lost' group by 1`,
    );
    expect(rows).toEqual([{ state: 'ready', n: CALLS }]);
  });

  full('SIP server and rtpengine stalled for five seconds each: no call is lost', async () => {
    await until('calls are taken again', 30_000, async () => (await refusing()) === null);
    const before = (await outcomesOf(site, 'talking'))['message-heard'] ?? 0;
    await talking();
    for (const part of ['sip-server', 'rtpengine'] as const) {
      signalPart(site, part, 'SIGSTOP');
      await delay(5_000);
      signalPart(site, part, 'SIGCONT');
    }
    await heard('talking', before + CALLS, 60_000);
  });

  it('a disk that fills up: nothing is dialed blind, a notice says why, and it goes on by itself', async (context) => {
    if (!mounted) context.skip('no small disk may be mounted here');
    await until('calls are taken again', 30_000, async () => (await refusing()) === null);
    const filler = join(site.home, 'spool', 'filler');
    await promisify(execFile)('fallocate', ['-l', '30M', filler]);
    await until(
      'the edge says that its disk is full',
      10_000,
      async () => (await refusing()) === 'disk-full',
    );
    await importContacts(site, 'quick', 2);
    await until('the supervisor sees it', 10_000, async () => (await campaign('quick')).wait === 'no-edge');
    expect(legs('quick')).toBe(0);
    await rm(filler);
    await heard('quick', 2, 30_000);
  });

  full(
    'a disk that is full to the last byte while people talk: no call is lost, no half recording is kept',
    async (context) => {
      if (!mounted) context.skip('no small disk may be mounted here');
      await until('calls are taken again', 30_000, async () => (await refusing()) === null);
      const before = (await outcomesOf(site, 'talking'))['message-heard'] ?? 0;
      const filler = join(site.home, 'spool', 'filler');
      const voices = await createPhone({ frequency: 440 });
      sdp = () => phoneSdp(voices.port);
      await talking();
      // It ends with an error, when nothing is left.
      await promisify(execFile)('dd', ['if=/dev/zero', `of=${filler}`, 'bs=1M']).catch(() => undefined);
      await heard('talking', before + CALLS, 60_000);
      await rm(filler);
      await voices.close();
      const { rows } = await site.db.query<{ state: string; reason: string | null }>(
        `select distinct recording_state as state, recording_reason as reason from calls c join campaigns p on p.id = c.campaign_id
       where p.name = 'talking' and reason = 'hang-up-by-us' and claimed_at > now() - interval '60 seconds'`,
      );
      for (const row of rows)
        expect(['ready null', 'lost disk-full']).toContain(`${row.state} ${row.reason}`);
      expect(rows.map(({ state }) => state)).toContain('lost');
      await until('calls are taken again', 30_000, async () => (await refusing()) === null);
      await importContacts(site, 'quick', 1);
      await heard('quick', 3, 30_000);
    },
  );

  it('is found right by the auditor', async () => {
    await until('what was lost has been told', ORPHANS_MS, async () => (await findings()).length === 0).catch(
      () => undefined,
    );
    expect(await findings()).toEqual([]);
  });

  it('would not be found right with a fork that answered and was never hung up', async () => {
    const [callId] = carriers['forking']?.legs.keys() ?? [];
    const line = { at: new Date().toISOString(), event: 'final', callId, status: 200, tag: 'forgotten' };
    const more = await site.write('forgotten.ndjson', `${JSON.stringify(line)}\n`);
    expect(await findings([more])).toEqual([expect.stringContaining('1 more who answered it')]);
  });
});

function legs(name: string): number {
  return carriers[name]?.legs.size ?? 0;
}

async function campaign(name: string): Promise<{ wait: string | null }> {
  const { rows } = await site.db.query<{ wait: string | null }>(
    'select wait_reason as wait from campaigns where name = $1',
    [name],
  );
  return { wait: rows[0]?.wait ?? null };
}

async function refusing(): Promise<string | null> {
  const { rows } = await site.db.query<{ refusing: string | null }>(
    'select refusing from edges where ended_at is null',
  );
  return rows[0]?.refusing ?? null;
}

async function heard(name: string, count: number, withinMs: number): Promise<void> {
  await until(
    `${count} messages of ${name} heard`,
    withinMs,
    async () => (await outcomesOf(site, name))['message-heard'] === count,
  ).catch(async (error: Error) => {
    throw new Error(
      `${error.message}; ${JSON.stringify([await endsOf(name), await stagesOf(site, name), await campaign(name)])}`,
    );
  });
}

async function talking(): Promise<void> {
  await importContacts(site, 'talking', CALLS);
  await until(`${CALLS} calls talk since a second`, 30_000, async () => {
    const { rows } = await site.db.query<{ n: number }>(
      `select count(*)::int as n from live_calls where stage = 'talking' and answered_at < now() - interval '1 second'`,
    );
    return rows[0]?.n === CALLS;
  });
}

async function allCommitted(name: string, count: number): Promise<void> {
  await until(`${count} calls of ${name} have an outcome`, 45_000, async () => {
    const ends = await endsOf(name);
    return Object.values(ends).reduce((sum, n) => sum + n, 0) === count;
  });
}

async function endsOf(name: string): Promise<Record<string, number>> {
  const { rows } = await site.db.query<{ ending: string; n: number }>(
    `select result || '/' || reason as ending, count(*)::int as n from calls c join campaigns p on p.id = c.campaign_id
     where p.name = $1 and c.committed_at is not null group by 1`,
    [name],
  );
  return Object.fromEntries(rows.map(({ ending, n }) => [ending, n]));
}

/** What the auditor would find half a minute later, if nothing changed. */
async function findings(moreLogs: readonly string[] = []): Promise<string[]> {
  const { env } = site.state();
  const carrierLogs = await Promise.all(
    Object.entries(carriers).map(([name, carrier]) => carrier.writeRecord(join(site.home, `${name}.ndjson`))),
  );
  const report = await runAudit({
    databaseUrl: env['DATABASE_URL'] ?? '',
    carrierLogs: [...carrierLogs, ...moreLogs],
    recordingsDir: env['APEL_RECORDINGS'] ?? '',
    temporalAddress: env['TEMPORAL_ADDRESS'] ?? '',
    rtpengineNg: env['RTPENGINE_NG'] ?? '',
    now: new Date(Date.now() + ORPHANS_MS),
  });
  return Object.entries(report.invariants).flatMap(([id, invariant]) =>
    invariant.findings.map((text) => `${id}: ${text}`),
  );
}

async function mountSmallDisks(home: string): Promise<boolean> {
  const run = promisify(execFile);
  const folders = ['spool', 'recordings'].map((name) => join(home, name));
  try {
    await run('mkdir', ['-p', ...folders]);
    for (const folder of folders)
      await run('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MB}m`, 'tmpfs', folder]);
    return true;
  } catch (error) {
    process.stderr.write(`no small disk: ${(error as Error).message}\n`);
    await unmountSmallDisks(home);
    return false;
  }
}

async function unmountSmallDisks(home: string): Promise<void> {
  for (const name of ['spool', 'recordings'])
    await promisify(execFile)('umount', ['-l', join(home, name)]).catch(() => undefined);
}
