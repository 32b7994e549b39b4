/**
 * Another status for a committed call: the row of the correction, the counts, what follows for the contact, the audit, all in
 * one transaction. Corrections of one call wait for one another; who saw something else than what is there now is told so.
 * @module
 */
import type pg from 'pg';
import type { CallKind, CallResult } from '../contracts/model/call.ts';
import { correctableTo, effectsOf, type CorrectionEffect } from '../domain/correction.ts';
import { writeAudit } from './audit.ts';
import type { Database } from './client.ts';
import { applyEffects } from './correction-effects.ts';
import { rowsOf, type Queryable } from './queryable.ts';
import { inTransaction } from './transaction.ts';

export interface CorrectCallParams {
  callId: string;
  /** Status codes: what the person saw, and what it shall be. */
  expected: string;
  status: string;
  reason: string;
  /** User name. */
  by: string;
  now: Date;
}

export type CorrectCallResult =
  | { state: 'corrected'; effects: CorrectionEffect[] }
  /** There is no such call, or it is not committed. */
  | { state: 'unknown' }
  /** It is not `expected` any more. */
  | { state: 'changed'; status: string }
  /** Does not agree with what happened, or there is no such status. */
  | { state: 'not-allowed' };

/** @throws RangeError without a reason */
export async function correctCall(
  db: Pick<Database, 'pool'>,
  params: CorrectCallParams,
): Promise<CorrectCallResult> {
  if (params.reason.trim() === '') throw new RangeError('an outcome is corrected with a reason only');
  return inTransaction(db, async (client) => {
    const call = await lockCommitted(client, params.callId);
    if (!call) return { state: 'unknown' };
    if (call.status !== params.expected) return { state: 'changed', status: call.status };
    return correctLocked(client, call, { ...params, source: 'person' });
  });
}

/** A committed call whose row is locked: nobody else corrects it meanwhile. */
interface LockedCall {
  id: string;
  kind: CallKind;
  answered: boolean;
  result: CallResult;
  invited: boolean;
  status: string;
  original: string;
  agentId: number | null;
  campaignId: number;
  contactId: number | null;
  numberId: number;
}

async function lockCommitted(client: pg.PoolClient, callId: string): Promise<LockedCall | undefined> {
  // The lock first: what is read in the same statement may be older than it.
  const held = await rowsOf(
    client,
    'select 1 from calls where id = $1 and committed_at is not null for no key update',
    [callId],
  );
  if (held.length === 0) return undefined;
  const [call] = await rowsOf<LockedCall>(client, CALL, [callId]);
  return call;
}

const CALL = `
  select c.id, c.kind, c.answered_at is not null as answered, c.result, c.invited_at is not null as invited,
    s.code as status, coalesce(
      (select o.code from call_corrections k join statuses o on o.id = k.before_status_id
       where k.call_id = c.id order by k.id limit 1), s.code) as original,
    c.agent_id as "agentId", c.campaign_id as "campaignId", c.contact_id as "contactId", c.number_id as "numberId"
  from calls c join statuses s on s.id = c.status_id where c.id = $1`;

interface LockedCorrection extends Omit<CorrectCallParams, 'callId' | 'expected'> {
  source: CorrectionRow['source'];
}

interface StatusRow {
  id: number;
  code: string;
  reachedPerson: boolean;
  system: boolean;
  final: boolean;
  allowedFor: CallKind[];
}

/** Of a call that `lockCommitted` gave, in its transaction. */
async function correctLocked(
  client: pg.PoolClient,
  call: LockedCall,
  correction: LockedCorrection,
): Promise<Extract<CorrectCallResult, { state: 'corrected' | 'not-allowed' }>> {
  const statuses = await readStatuses(client);
  const status = statuses.find(({ code }) => code === correction.status);
  if (!status || !correctableTo(statuses, call).includes(status.code)) return { state: 'not-allowed' };
  const { by, now, reason, source } = correction;
  await rowsOf(client, CORRECT, [call.id, status.id, source, reason, by, now]);
  await rowsOf(client, 'update calls set status_id = $2 where id = $1', [call.id, status.id]);
  await rowsOf(client, MOVE_COUNTS, [call.id]);
  const effects = await applyEffects(client, {
    call,
    wanted: effectsOf(status),
    by,
    now,
  });
  await writeAudit(client, {
    actor: by,
    action: 'call.correct',
    objectKind: 'call',
    objectId: call.id,
    before: { status: call.status },
    after: { status: status.code, reason, source, effects },
    at: now,
  });
  return { state: 'corrected', effects };
}

async function readStatuses(on: Queryable): Promise<StatusRow[]> {
  return rowsOf<StatusRow>(
    on,
    `select id, code, reached_person as "reachedPerson", system, final, allowed_for as "allowedFor"
     from statuses order by sort, code`,
  );
}

const CORRECT = `
  insert into call_corrections (call_id, before_status_id, after_status_id, source, reason, by, at)
  select id, status_id, $2, $3, $4, $5, $6 from calls where id = $1`;

/** One count goes from where it was to where it is: reports move with the next fold, and already before by the deltas. */
const MOVE_COUNTS = `
  insert into rollup_deltas (hour, campaign_id, list_id, agent_id, kind, status_id, calls, answered, talk_ms, hold_ms,
                             wrap_up_ms)
  select date_trunc('hour', coalesce(c.invited_at, c.claimed_at), 'UTC'), c.campaign_id, coalesce(c.list_id, 0),
    coalesce(c.agent_id, 0), c.kind, moved.status_id, moved.sign, case when c.answered_at is null then 0 else moved.sign end,
    moved.sign * c.talk_ms, moved.sign * coalesce(c.hold_ms, 0), moved.sign * coalesce(c.wrap_up_ms, 0)
  from calls c
  cross join lateral (
    select k.before_status_id, k.after_status_id from call_corrections k where k.call_id = c.id order by k.id desc limit 1) last
  cross join lateral (values (last.before_status_id, -1), (last.after_status_id, 1)) moved (status_id, sign)
  where c.id = $1`;

export interface CorrectionRow {
  before: string;
  after: string;
  source: 'person' | 'late-wrap-up';
  reason: string;
  by: string;
  at: Date;
}

export interface Corrections {
  /** Whose call it was; null of a robot's. */
  agentId: number | null;
  /** The status that counts; null while the call is open. */
  status: string | null;
  /** Oldest first. */
  trail: CorrectionRow[];
  /** What the outcome may become, in the order of the statuses. */
  allowed: string[];
}

/** Undefined when there is no such call. */
export async function readCorrections(on: Queryable, callId: string): Promise<Corrections | undefined> {
  const [known] = await rowsOf<{ agentId: number | null }>(
    on,
    'select agent_id as "agentId" from calls where id = $1',
    [callId],
  );
  if (!known) return undefined;
  // Without a status there is no row: it is not committed.
  const [call] = await rowsOf<LockedCall>(on, CALL, [callId]);
  if (!call) return { ...known, status: null, trail: [], allowed: [] };
  const trail = await rowsOf<CorrectionRow>(on, TRAIL, [callId]);
  return { ...known, status: call.status, trail, allowed: correctableTo(await readStatuses(on), call) };
}

const TRAIL = `
  select b.code as before, a.code as after, k.source, k.reason, k.by, k.at
  from call_corrections k join statuses b on b.id = k.before_status_id join statuses a on a.id = k.after_status_id
  where k.call_id = $1 order by k.id limit 200`;
