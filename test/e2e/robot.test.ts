import { readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AuditReport } from '../auditor/run-audit.ts';
import { toneLevel, readStereoAlaw } from './tones.ts';
import { applyCampaigns, importContacts, makeTone, outcomesOf, PROMPT_HZ, stagesOf } from './robot-world.ts';
import { BEHAVIOURS, startSippCarrier, type Behaviour, type SippCarrier } from './sipp-carrier.ts';
import { startTestSite, until, type TestSite } from './site.ts';

/** Tone of the person on the phone. */
const PERSON_HZ = 400;

/** What each behaviour of the carrier must become. */
const EXPECTED: Record<Behaviour, string> = {
  answered: 'message-heard',
  'answered-with-tone': 'message-heard',
  busy: 'busy',
  nonexistent: 'nonexistent',
  'no-answer': 'no-answer',
  unavailable: 'technical-failure',
  'early-media': 'message-heard',
  'answer-after-cancel': 'no-answer',
  'bye-at-once': 'message-interrupted',
  silent: 'technical-failure',
};
const CALLS_EACH = 2;

let site: TestSite;
const carriers: SippCarrier[] = [];

beforeAll(async () => {
  site = await startTestSite();
  const tone = join(site.home, 'person.al');
  await makeTone(tone, PERSON_HZ, 30);
  for (const behaviour of BEHAVIOURS)
    carriers.push(await startSippCarrier({ behaviour, folder: site.home, tone }));
});

afterAll(async () => {
  for (const carrier of carriers) await carrier.stop();
  await site?.stop();
});

describe('a robot campaign on real parts, sipp as the carrier', () => {
  it('turns each thing a carrier can do into its outcome, once', async () => {
    const campaigns = carriers.map((carrier) => ({ name: carrier.behaviour, carrier, promptSeconds: 3 }));
    await applyCampaigns(site, campaigns);
    for (const { name } of campaigns)
      expect(await importContacts(site, name, CALLS_EACH)).toMatchObject({
        rows: CALLS_EACH,
        accepted: CALLS_EACH,
      });

    const wanted = Object.fromEntries(BEHAVIOURS.map((b) => [b, { [EXPECTED[b]]: CALLS_EACH }]));
    const seen = async () =>
      Object.fromEntries(
        await Promise.all(BEHAVIOURS.map(async (b) => [b, await outcomesOf(site, b)] as const)),
      );
    // The silent trunk is the slowest: its two calls time out, and back-off holds the second.
    await until('all calls are committed', 120_000, async () => {
      const { rows } = await site.db.query(
        'select count(*)::int n from calls where committed_at is not null',
      );
      return rows[0]?.n >= BEHAVIOURS.length * CALLS_EACH;
    }).catch(() => {});
    expect(await seen()).toEqual(wanted);
  });

  it('records both sides: the prompt on the right, the person on the left, as long as they talked', async () => {
    const { rows } = await site.db.query<{ path: string; talk_ms: number }>(
      `select recording_path as path, talk_ms from calls c join campaigns p on p.id = c.campaign_id
       where p.name = 'answered-with-tone' and recording_state = 'ready'`,
    );
    expect(rows).toHaveLength(CALLS_EACH);
    for (const { path, talk_ms } of rows) {
      const wav = readStereoAlaw(await readFile(join(site.state().env['APEL_RECORDINGS'] ?? '', path)));
      expect(Math.abs(wav.durationMs - talk_ms)).toBeLessThanOrEqual(500);
      const middle = { fromMs: 1_000, toMs: 2_500 };
      expect(toneLevel(wav.left, PERSON_HZ, middle)).toBeGreaterThan(0.1);
      expect(toneLevel(wav.left, PROMPT_HZ, middle)).toBeLessThan(0.02);
      expect(toneLevel(wav.right, PROMPT_HZ, middle)).toBeGreaterThan(0.1);
      expect(toneLevel(wav.right, PERSON_HZ, middle)).toBeLessThan(0.02);
    }
  });

  it('loses, doubles and miscounts nothing when worker and edge are killed while people ring and talk', async () => {
    const talking = carriers.find((carrier) => carrier.behaviour === 'answered') as SippCarrier;
    const ringing = carriers.find((carrier) => carrier.behaviour === 'no-answer') as SippCarrier;
    await applyCampaigns(site, [
      // Long enough that people still talk when a slow machine comes to kill.
      { name: 'long-talk', carrier: talking, promptSeconds: 30 },
      { name: 'long-ring', carrier: ringing, promptSeconds: 3 },
    ]);
    await importContacts(site, 'long-talk', 6);
    await importContacts(site, 'long-ring', 4);
    await until('calls ring and talk', 90_000, async () => {
      const [talk, ring] = [await stagesOf(site, 'long-talk'), await stagesOf(site, 'long-ring')];
      return (talk['talking'] ?? 0) >= 3 && (ring['ringing'] ?? 0) >= 2;
    });
    site.kill('orchestration-1');
    site.kill('edge');
    await until('every call has an outcome', 90_000, async () => {
      const { rows } = await site.db.query<{ open: number; calls: number }>(
        `select count(*) filter (where committed_at is null)::int as open, count(*)::int as calls
         from calls c join campaigns p on p.id = c.campaign_id where p.name in ('long-talk', 'long-ring')`,
      );
      return rows[0]?.open === 0 && rows[0].calls >= 10;
    });
    const outcomes = await outcomesOf(site, 'long-talk');
    expect(outcomes['technical-failure']).toBeGreaterThanOrEqual(3);
  });

  it('is found right by the auditor, who asks the carrier, the database and the disk', async () => {
    const report = await site.audit(await records());
    expect(findingsOf(report)).toEqual([]);
    expect(report.ok).toBe(true);
  });

  it('would not be found right after a lost file, a second INVITE, a changed rollup or a second outcome', async () => {
    const { rows } = await site.db.query<{ id: string; path: string; status_id: number }>(
      `select id::text, recording_path as path, status_id from calls where recording_state = 'ready' limit 1`,
    );
    const call = rows[0];
    if (!call) throw new Error('no call with a recording');
    const wav = join(site.state().env['APEL_RECORDINGS'] ?? '', call.path);
    await rename(wav, `${wav}.away`);
    expect(await brokenInvariants()).toEqual(['7']);
    await rename(`${wav}.away`, wav);

    const extra = await site.write(
      'extra.ndjson',
      `${JSON.stringify({ at: new Date().toISOString(), event: 'invite', callId: call.id, dialed: '+40722999999' })}\n`,
    );
    expect(await brokenInvariants([extra])).toEqual(['1']);

    const change = (by: number) =>
      site.db.query(
        'update rollup_hours set calls = calls + $1 where campaign_id = (select min(campaign_id) from rollup_hours)',
        [by],
      );
    await change(1);
    expect(await brokenInvariants()).toEqual(['4']);
    await change(-1);

    await outcomeTo(call.id, `(select id from statuses where code = 'busy')`);
    expect(await brokenInvariants()).toEqual(['3', '4']);
    await outcomeTo(call.id, String(call.status_id));
    expect(await brokenInvariants()).toEqual([]);
  });
});

function records(): Promise<string[]> {
  return Promise.all(carriers.map((carrier) => carrier.writeRecord()));
}

function findingsOf(report: AuditReport): string[] {
  return Object.entries(report.invariants).flatMap(([id, { findings }]) =>
    findings.map((finding) => `${id}: ${finding}`),
  );
}

async function brokenInvariants(extraRecords: string[] = []): Promise<string[]> {
  const { invariants } = await site.audit([...(await records()), ...extraRecords]);
  return Object.entries(invariants).flatMap(([id, { ok }]) => (ok ? [] : [id]));
}

/** Changes a committed outcome in silence, which the database forbids to everybody but its owner. */
async function outcomeTo(callId: string, statusId: string): Promise<void> {
  const client = await site.db.connect();
  try {
    await client.query(`set session_replication_role = replica`);
    await client.query(`update calls set status_id = ${statusId} where id = $1`, [callId]);
  } finally {
    await client.query(`reset session_replication_role`);
    client.release();
  }
}
