/**
 * Test calls over a trunk: claimed like any call, and yet nobody's. See `schema/trunk-tests.ts`.
 * @module
 */
import { v7 as uuidv7 } from 'uuid';
import type { EdgeRef } from '../contracts/model/call.ts';
import type { TrunkDef } from '../contracts/model/config.ts';
import { callRateAllowance } from '../domain/call-rate.ts';
import { writeAudit } from './audit.ts';
import type { Database } from './client.ts';
import { rowsOf, type Queryable } from './queryable.ts';
import { inTransaction } from './transaction.ts';

export const TRUNK_TEST_REFUSALS = [
  'no-such-trunk',
  'retired',
  'no-such-prompt',
  /** One at a time over each trunk. */
  'test-running',
  'do-not-call',
  'prefix-not-permitted',
  /** A demo number that only the simulated carrier may get. */
  'trunk-bound',
  /** It is on a call, or may still ring. */
  'number-busy',
  'trunk-channels',
  'trunk-rate',
  'no-edge',
] as const;
export type TrunkTestRefusal = (typeof TRUNK_TEST_REFUSALS)[number];

/** Rows of `live_calls` of test calls have this campaign, which is none. */
const NO_CAMPAIGN = 0;
export interface ClaimTrunkTest {
  trunk: string;
  /** E.164. */
  e164: string;
  /** E.164. */
  callerId: string;
  /** Name of a prompt; without it a tune of our own is played. */
  prompt?: string;
  /** User name. */
  by: string;
  now: Date;
}

export type TrunkTestClaim =
  { state: 'claimed'; callId: string; edge: EdgeRef } | { state: 'refused'; reason: TrunkTestRefusal };

/**
 * Lock order as of any claim (trunk, edge, number). Channels, calls per second and places on the edge hold for a test as for
 * any call; back-off and suspension do not: whether the trunk works again is what the test asks. It counts towards no cap.
 */
export async function claimTrunkTest(db: Database, params: ClaimTrunkTest): Promise<TrunkTestClaim> {
  return inTransaction(db, async (client) => {
    const [trunk] = await rowsOf<TrunkRow>(client, TRUNK, [params.trunk]);
    if (!trunk) return refused('no-such-trunk');
    if (trunk.retired) return refused('retired');
    const promptVersion = await promptVersionOf(client, params.prompt);
    if (params.prompt !== undefined && promptVersion === undefined) return refused('no-such-prompt');
    const rate = callRateAllowance(
      { level: trunk.bucketLevel, at: trunk.bucketAt },
      trunk.body.callsPerSecond,
      params.now,
    );
    const [found] = await rowsOf<EdgeRef & { capacity: number }>(client, EDGE, []);
    if (!found) return refused('no-edge');
    const { capacity, ...edge } = found;
    const [room] = await rowsOf<RoomRow>(client, ROOM, [trunk.id, edge.node, edge.epoch]);
    if (room?.testing !== false) return refused('test-running');
    if (room.channels >= trunk.body.maxChannels) return refused('trunk-channels');
    if (room.places >= capacity) return refused('no-edge');
    if (rate.allowed === 0) return refused('trunk-rate');
    await rowsOf(client, 'insert into numbers (e164) values ($1) on conflict (e164) do nothing', [
      params.e164,
    ]);
    const [number] = await rowsOf<NumberRow>(client, NUMBER, [params.e164, params.now]);
    if (!number) throw new Error('a number that was just written is not there');
    if (number.doNotCall) return refused('do-not-call');
    if (number.onlyTrunkId !== null && number.onlyTrunkId !== trunk.id) return refused('trunk-bound');
    if (!isPermitted(params.e164, trunk.body)) return refused('prefix-not-permitted');
    const callId = uuidv7();
    const claimed = await rowsOf(client, CLAIM, [
      callId,
      number.id,
      NO_CAMPAIGN,
      trunk.id,
      edge.node,
      edge.epoch,
      params.now,
    ]);
    if (number.rings || claimed.length === 0) throw new NumberBusy();
    await rowsOf(client, INSERT, [
      callId,
      trunk.id,
      trunk.version,
      number.id,
      params.callerId,
      params.prompt ?? null,
      promptVersion ?? null,
      edge.node,
      edge.epoch,
      params.now,
      params.by,
    ]);
    await rowsOf(client, 'update trunk_health set bucket_level = $2, bucket_at = $3 where id = $1', [
      trunk.id,
      rate.level + 1,
      params.now,
    ]);
    await writeAudit(client, {
      actor: params.by,
      action: 'trunk.test',
      objectKind: 'trunk',
      objectId: params.trunk,
      // The number itself stays in `numbers`: the log is read by more people.
      after: { callId, numberId: number.id, ...(params.prompt !== undefined && { prompt: params.prompt }) },
      at: params.now,
    });
    return { state: 'claimed', callId, edge } as const;
  }).catch((error: unknown) => {
    if (error instanceof NumberBusy) return refused('number-busy');
    throw error;
  });
}

/** Takes the transaction back with it. */
class NumberBusy extends Error {}

function refused(reason: TrunkTestRefusal): TrunkTestClaim {
  return { state: 'refused', reason };
}

/** The edge asks again, and refuses what no trunk may dial; here it is told sooner and in words. */
function isPermitted(e164: string, { permittedPrefixes }: TrunkDef): boolean {
  return permittedPrefixes.length === 0 || permittedPrefixes.some((prefix) => e164.startsWith(prefix));
}

interface TrunkRow {
  id: number;
  version: number;
  body: TrunkDef;
  retired: boolean;
  bucketLevel: number;
  bucketAt: Date;
}

interface RoomRow {
  /** Taken, as are places. */
  channels: number;
  places: number;
  testing: boolean;
}

/** The row of its health is what every claim over the trunk locks. */
const TRUNK = `
  select o.id, o.version, o.body, o.retired_at is not null as retired, h.bucket_level as "bucketLevel",
    h.bucket_at as "bucketAt"
  from config_objects o join trunk_health h on h.id = o.id
  where o.kind = 'trunk' and o.name = $1 for no key update of h`;

/** A test call is not recorded: a full disk holds it up no more than a call of a campaign that does not record. */
const EDGE = `
  select e.node, e.epoch, e.capacity from edges e
  where e.ended_at is null and e.draining_at is null and (e.refusing is null or e.refusing = 'disk-full')
  order by e.capacity - (select count(*) from live_calls l where l.node = e.node and l.epoch = e.epoch) desc, e.node
  limit 1 for no key update of e`;

/** Counted by a statement of its own, after the locks: what it sees cannot be overtaken. */
const ROOM = `
  select (select count(*)::int from live_calls where trunk_id = $1 and ended_at is null) as channels,
    (select count(*)::int from live_calls where node = $2 and epoch = $3 and ended_at is null) as places,
    exists (select 1 from trunk_tests where trunk_id = $1 and ended_at is null) as testing`;

interface NumberRow {
  id: number;
  doNotCall: boolean;
  onlyTrunkId: number | null;
  rings: boolean;
}

const NUMBER = `
  select id, do_not_call_at is not null as "doNotCall", only_trunk_id as "onlyTrunkId",
    coalesce(rings_until > $2, false) as rings
  from numbers where e164 = $1 for no key update`;

const CLAIM = `
  insert into live_calls (call_id, number_id, campaign_id, attempt, trunk_id, node, epoch, stage, stage_at, claimed_at)
  values ($1, $2, $3, 1, $4, $5, $6, 'claimed', $7, $7)
  on conflict (number_id) do nothing returning call_id`;

const INSERT = `
  insert into trunk_tests (id, trunk_id, trunk_version, number_id, caller_id, prompt, prompt_version, node, epoch,
                           requested_at, requested_by)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`;

async function promptVersionOf(client: Queryable, prompt: string | undefined): Promise<number | undefined> {
  if (prompt === undefined) return undefined;
  const [row] = await rowsOf<{ version: number }>(
    client,
    `select version from config_objects where kind = 'prompt' and name = $1`,
    [prompt],
  );
  return row?.version;
}
