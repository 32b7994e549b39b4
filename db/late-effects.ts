/**
 * What a late wrap-up changes beside the count: the contact goes where the commit would have sent it, as far as nothing has
 * happened to it since. Locks in the order of a commit: queue, contact, numbers.
 * @module
 */
import type { CommitDecision, ContactNext } from '../domain/commit-facts.ts';
import type { CorrectionEffect } from '../domain/correction.ts';
import type { LateDecision } from '../domain/late-wrap-up.ts';
import { HAND_CONTACT_PARTS } from './commit-hand-contact.ts';
import { closeContact, optOut } from './correction-effects.ts';
import type { CommittedCall } from './correction-rows.ts';
import { namedStatement, rowsOfNamed } from './numbered.ts';
import { rowsOf, type Queryable } from './queryable.ts';

export interface LateEffectsParams {
  call: CommittedCall;
  late: LateDecision;
  /** User name. */
  by: string;
  now: Date;
  doNotCallReason: string | undefined;
}

/** @returns what there was to do */
export async function applyLate(client: Queryable, params: LateEffectsParams): Promise<CorrectionEffect[]> {
  const { call, late, by, now, doNotCallReason } = params;
  const { decision } = late;
  const done = [...(await moveContact(client, params)), ...(await makeContact(client, decision))];
  if (decision.doNotCall && (await optOut(client, { call, by, now, reason: doNotCallReason }))) {
    done.push('do-not-call');
  }
  if (decision.numberInactive || late.numberExists) {
    await rowsOf(client, 'update contact_numbers set active = $3 where contact_id = $1 and number_id = $2', [
      call.contactId,
      call.numberId,
      late.numberExists,
    ]);
    done.push(late.numberExists ? 'number-active' : 'number-inactive');
  }
  await moveCaps(client, params);
  await moveRun(client, params);
  return done;
}

interface ContactNow {
  state: 'open' | 'closed' | 'withdrawn';
  closedAt: Date | null;
  /** On a call, or called since. */
  moved: boolean;
  queued: boolean;
}

async function moveContact(
  client: Queryable,
  { call, late: { decision }, now }: LateEffectsParams,
): Promise<CorrectionEffect[]> {
  const { contactId } = call;
  const next = decision.contact;
  if (contactId === null || next === undefined) return [];
  const [queue] = await rowsOf<{ callId: string | null }>(
    client,
    'select call_id as "callId" from dial_queue where contact_id = $1 for update',
    [contactId],
  );
  const [row] = await rowsOf<ContactNow>(client, CONTACT, [contactId, call.id]);
  if (!row) return [];
  const contact = {
    ...row,
    moved: row.moved || (queue?.callId ?? null) !== null,
    queued: queue !== undefined,
  };
  if (next.next === 'close') {
    // What the person said ends the work, whatever was done since; that nothing more is to be tried may have changed.
    const said = next.reason === 'do-not-call' || next.reason === 'final-status';
    if (!said && contact.moved) return [];
    return (await closeContact(client, contactId, next.reason, now)) ? ['contact-closed'] : [];
  }
  if (contact.moved || !mayBeQueued(contact, next, call)) return [];
  if (!contact.queued) {
    await rowsOf(
      client,
      `update contacts set state = 'open', closed_reason = null, closed_at = null where id = $1`,
      [contactId],
    );
  }
  await queueContact(client, contactId, next);
  await rowsOf(client, `select pg_notify('apel_dial', $1)`, [String(call.campaignId)]);
  return ['contact-queued'];
}

const CONTACT = `
  select ct.state, ct.closed_at as "closedAt",
    exists (select from calls e join calls own on own.id = $2
      where e.contact_id = ct.id and e.attempt > own.attempt) as moved
  from contacts ct where ct.id = $1 for update of ct`;

/** Closed by this call's own commit, or before it and now wanting to be called again: not by anybody since. */
function mayBeQueued(contact: ContactNow, { queue }: Retry, { committedAt }: CommittedCall): boolean {
  if (contact.state === 'withdrawn') return false;
  if (contact.state === 'open') return contact.queued;
  const sinceMs = (contact.closedAt?.getTime() ?? Infinity) - committedAt.getTime();
  return (queue?.rank ?? 1) === 1 ? sinceMs === 0 : sinceMs <= 0;
}

type Retry = Extract<ContactNext, { next: 'retry' }>;

async function queueContact(client: Queryable, contactId: number, next: Retry): Promise<void> {
  const { queue, dueAt, position, waitReason } = next;
  await rowsOf(client, QUEUE, [
    contactId,
    dueAt,
    position,
    waitReason,
    queue?.rank ?? 1,
    typeof queue?.agent === 'number' ? queue.agent : null,
    queue?.agent === 'same',
  ]);
}

const QUEUE = `
  insert into dial_queue as q (contact_id, campaign_id, list_id, rank, due_at, position, attempts, wait_reason, agent_id)
  select ct.id, ct.campaign_id, ct.list_id, $5, $2, $3, coalesce((select max(attempt) from calls where contact_id = ct.id), 0),
    $4, $6
  from contacts ct where ct.id = $1
  on conflict (contact_id) do update set rank = excluded.rank, due_at = excluded.due_at, position = excluded.position,
    wait_reason = excluded.wait_reason, agent_id = case when $7 then q.agent_id else excluded.agent_id end`;

const HAND_TYPES = {
  call_id: 'uuid',
  number_id: 'bigint',
  campaign_id: 'int',
  now: 'timestamptz',
  cap_day: 'date',
  queue_rank: 'smallint',
  queue_agent: 'int',
  hand_due: 'timestamptz',
} as const;
const HAND_CONTACT = namedStatement(
  'late-hand-contact',
  HAND_TYPES,
  `with done as (select id from calls where id = p.call_id),
   ${HAND_CONTACT_PARTS.map(({ name, text }) => `${name} as (${text})`).join(',\n')}
   select 1 as made from hand_number`,
);

/** A number dialed by hand that is nobody's, to be called back. */
async function makeContact(client: Queryable, decision: CommitDecision): Promise<CorrectionEffect[]> {
  const { handContact, call, capDay, now } = decision;
  if (!handContact) return [];
  const { dueAt, queue } = handContact;
  const rows = await rowsOfNamed(client, HAND_CONTACT, {
    call_id: call.id,
    number_id: call.numberId,
    campaign_id: call.campaignId,
    now,
    cap_day: capDay ?? null,
    queue_rank: queue.rank,
    queue_agent: typeof queue.agent === 'number' ? queue.agent : null,
    hand_due: dueAt,
  });
  return rows.length > 0 ? ['contact-queued'] : [];
}

/** Of the day of the call, when the number's counter is still of that day. */
async function moveCaps(client: Queryable, { call, late }: LateEffectsParams): Promise<void> {
  if (late.caps === 0) return;
  await rowsOf(
    client,
    `update numbers n set cap_total = greatest(0, n.cap_total + $2),
       cap_day_count = case when n.cap_day = (c.invited_at at time zone $3)::date
         then greatest(0, n.cap_day_count + $2) else n.cap_day_count end
     from calls c where c.id = $4 and n.id = $1`,
    [call.numberId, late.caps, late.zone, call.id],
  );
}

/** `Nu mai suna` that this call's commit had set goes with its run; what a person set stays. Not when it was called since. */
async function moveRun(client: Queryable, { call, late, now }: LateEffectsParams): Promise<void> {
  if (late.unanswered === undefined) return;
  const { count, stop } = late.unanswered;
  await rowsOf(client, RUN, [call.campaignId, call.numberId, count, stop, now, call.id, call.committedAt]);
}

const RUN = `
  insert into campaign_numbers as k (campaign_id, number_id, unanswered, stopped_at, stopped_by)
  select $1, $2, $3, case when $4 then $5::timestamptz end, case when $4 then 'rule' end
  where not exists (
    select from calls e join calls own on own.id = $6
    where e.number_id = $2 and e.campaign_id = $1 and e.claimed_at > own.claimed_at)
  on conflict (campaign_id, number_id) do update set unanswered = excluded.unanswered,
    stopped_at = case when k.stopped_by = 'rule' and k.stopped_at = $7 and not $4 then null
      else coalesce(k.stopped_at, excluded.stopped_at) end,
    stopped_by = case when k.stopped_by = 'rule' and k.stopped_at = $7 and not $4 then null
      else coalesce(k.stopped_by, excluded.stopped_by) end`;
