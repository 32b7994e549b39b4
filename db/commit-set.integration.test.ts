import { expect, it } from 'vitest';
import type { PlacedCall } from '../contracts/model/placed-call.ts';
import { decideCommit } from '../domain/decide-commit.ts';
import type { CommitDecision } from '../domain/commit-facts.ts';
import { addEdge, createCampaign } from '../test/support/campaign-fixture.ts';
import { addPeople, claimRobotCalls } from '../test/support/claimed-call.ts';
import { useTestDatabase } from '../test/support/use-database.ts';
import type { Database } from './client.ts';
import { commitCall, commitCalls } from './commit-call.ts';
import { readCommitFacts } from './commit-facts.ts';
import { goesInSet, SET_SETTINGS, setStatement } from './commit-set.ts';
import { inTransaction } from './transaction.ts';

const NOW = new Date('2026-11-23T10:00:00Z');
const at = (seconds: number) => new Date(NOW.getTime() + seconds * 1000).toISOString();
const LOCKS = { lockTimeoutMs: 5_000 };
let db: Database;
useTestDatabase(async (opened) => {
  db = opened;
  await addEdge(db, 'edge-1');
});

const NO_SOUND: Pick<PlacedCall, 'recording' | 'talkMs'> = {
  recording: { state: 'none', reason: 'not-answered' },
  talkMs: 0,
};
const AWKWARD = String.raw`{a},"b"\c' NULL ` + 'ș\n';
/** One for each way a robot's call can end; of two there is a second one, so that a part has several rows. */
const ENDS: Partial<PlacedCall>[] = [
  { ...NO_SOUND, end: { result: 'customer', reason: 'no-answer' }, ringingAt: at(1) },
  { ...NO_SOUND, end: { result: 'customer', reason: 'busy', sipStatus: 486 } },
  {
    end: { result: 'success', reason: 'hang-up-by-us', sipStatus: 200 },
    answeredAt: at(5),
    talkMs: 20_000.4,
    robot: { promptMs: 18_000, heardMs: 18_000, heardInFull: true },
    recording: {
      state: 'ready',
      path: `x/${AWKWARD}.wav`,
      sha256: 'NULL',
      durationMs: 20_000,
      bytes: 320_058,
    },
    timeline: [{ at: at(0), kind: 'invite', detail: AWKWARD }],
  },
  { ...NO_SOUND, end: { result: 'customer', reason: 'nonexistent', sipStatus: 404 } },
  { ...NO_SOUND, end: { result: 'platform', reason: 'sip-server-lost' }, mayRingUntil: at(185) },
  {
    end: { result: 'success', reason: 'hang-up-by-customer' },
    answeredAt: at(3),
    talkMs: 900,
    robot: { promptMs: 18_000, heardMs: 800, heardInFull: false },
    recording: { state: 'lost', reason: 'pcap-missing' },
  },
  { ...NO_SOUND, end: { result: 'customer', reason: 'no-answer' } },
];

/** Claimed, called and decided, in the order of their contacts. */
async function ended(
  name: string,
  from: number,
): Promise<{ campaignId: number; decisions: CommitDecision[] }> {
  const setup = await createCampaign(db, name);
  await addPeople(db, setup, from, ENDS.length);
  const closesAt = new Date(NOW.getTime() + 3_600_000);
  const calls = await claimRobotCalls(db, { setup, now: NOW, closesAt, count: ENDS.length });
  const facts = await Promise.all(calls.map(({ callId }) => readCommitFacts(db.pool, callId)));
  const inOrder = facts.toSorted((a, b) => (a?.call.contactId ?? 0) - (b?.call.contactId ?? 0));
  const decisions = inOrder.map((fact, n) => {
    const base = { edge: { node: 'edge-1', epoch: 1 }, invitedAt: at(0), endedAt: at(30), timeline: [] };
    return decideCommit({ facts: fact!, placed: { ...base, ...ENDS[n] } as PlacedCall, now: NOW });
  });
  return { campaignId: setup.id, decisions };
}

/** All that a commit may write, without ids. */
async function written(campaignId: number) {
  const { rows: calls } = await db.pool.query(
    `select to_jsonb(c) - '{id,campaign_id,list_id,contact_id,number_id,trunk_id,versions,claimed_at}'::text[] as call,
       (select to_jsonb(q) - '{contact_id,campaign_id,list_id}'::text[] from dial_queue q where q.contact_id = c.contact_id) as queue,
       (select jsonb_build_array(t.state, t.closed_reason, t.closed_at) from contacts t where t.id = c.contact_id) as contact,
       (select to_jsonb(n) - '{id,e164}'::text[] from numbers n where n.id = c.number_id) as number,
       (select to_jsonb(k) - '{campaign_id,number_id}'::text[] from campaign_numbers k
        where k.campaign_id = c.campaign_id and k.number_id = c.number_id) as run,
       (select active from contact_numbers cn where cn.contact_id = c.contact_id) as active,
       exists (select from live_calls l where l.call_id = c.id) as live,
       (select count(*)::int from recordings_not_indexed r where r.call_id = c.id) as noted
     from calls c where c.campaign_id = $1 order by c.contact_id`,
    [campaignId],
  );
  const { rows: deltas } = await db.pool.query(
    `select to_jsonb(d) - '{id,campaign_id,list_id}'::text[] as delta from rollup_deltas d where campaign_id = $1
     order by status_id, talk_ms, waited_ms, given_up_ms, hour`,
    [campaignId],
  );
  return { calls, deltas };
}

it('writes for each call what it would have written alone, and no call twice', async () => {
  const alone = await ended('alone', 1000);
  for (const decision of alone.decisions) await commitCall(db.pool, decision);
  const set = await ended('set', 2000);
  expect(set.decisions.filter(goesInSet)).toHaveLength(ENDS.length);
  const shuffled = [5, 2, 0, 6, 3, 1, 4].map((n) => set.decisions[n]!);
  // The second was committed before: it is told as such, and nothing of it is written again.
  await commitCall(db.pool, shuffled[1]!);
  const results = await commitCalls(db.pool, shuffled, LOCKS);
  expect(results.map(({ first }) => first)).toEqual([true, false, true, true, true, true, true]);
  expect(await commitCalls(db.pool, shuffled, LOCKS)).toEqual(shuffled.map(() => ({ first: false })));

  const seen = await written(set.campaignId);
  expect(seen).toEqual(await written(alone.campaignId));
  expect(seen.deltas).toHaveLength(ENDS.length);
  // Each part was asked for by some call and not by all, but those of every call.
  expect(seen.calls.filter(({ live }) => live)).toEqual([]);
  for (const part of ['queue', 'run', 'noted'] as const) {
    const having = seen.calls.filter((row) => Boolean(row[part])).length;
    expect([part, having > 0 && having < ENDS.length]).toEqual([part, true]);
  }
  expect(seen.calls.map(({ active }) => active)).toContain(false);
  expect(seen.calls.map(({ number }) => number.rings_until !== null)).toContain(true);
  expect(seen.calls.map(({ contact }) => contact[0])).toContain('closed');
  expect(seen.calls.find(({ call }) => call.recording_state === 'ready')?.call).toMatchObject({
    recording_path: `x/${AWKWARD}.wav`,
    recording_sha256: 'NULL',
    timeline: [{ detail: AWKWARD }],
  });
});

it('finds each row by its key, also where Postgres knows of few open calls or of few calls', async () => {
  const { decisions } = await ended('plan', 3000);
  const statement = setStatement(decisions);
  for (const rows of [0, 5_000]) {
    await db.pool.query(
      `insert into calls (id, kind, campaign_id, contact_id, attempt, number_id, node, epoch, versions, committed_at, recording_state)
       select gen_random_uuid(), 'robot', 1, -i, 1, 1, 'edge-1', 1, '{}', now(), 'none' from generate_series(1, $1::int) i`,
      [rows],
    );
    await db.pool.query('analyze');
    const settings = SET_SETTINGS.map(([name, value]) => `${name} = ${value}`);
    const plan = await inTransaction(
      db,
      async (client) => {
        await client.query(`prepare planned as ${statement.text}`);
        const values = statement.values.map((value) => client.escapeLiteral(value ?? ''));
        const answer = await client.query<{ 'QUERY PLAN': unknown }>(
          `explain (format json) execute planned(${values.join(', ')})`,
        );
        await client.query('deallocate planned');
        return answer.rows[0]?.['QUERY PLAN'] as [{ Plan: Plan }];
      },
      settings,
    );
    const reads = nodes(plan[0].Plan).filter(
      (node) => READS.includes(node['Node Type']) && node['Relation Name'],
    );
    expect(reads.length).toBeGreaterThanOrEqual(7);
    expect(reads.filter((node) => node['Index Cond'] === undefined)).toEqual([]);
  }
});

const READS = ['Seq Scan', 'Index Scan', 'Index Only Scan', 'Bitmap Heap Scan', 'Tid Scan'];
interface Plan {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Cond'?: string;
  Plans?: Plan[];
}

function nodes(plan: Plan): Plan[] {
  return [plan, ...(plan.Plans ?? []).flatMap(nodes)];
}
