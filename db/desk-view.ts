/**
 * All that a desk shows, read together: one trip for the agent and the call, one for the call's customer and script. The API
 * adds what only it knows (how numbers are written, who may see what).
 * @module
 */
import type { AgentState, NextState, WorkMode } from '../contracts/model/agent.ts';
import type { CallKind, CallStage, EndReason } from '../contracts/model/call.ts';
import type { CampaignDef, UsedVersions } from '../contracts/model/config.ts';
import type { ScriptDef } from '../contracts/model/script.ts';
import type { StatusDef } from '../contracts/model/status.ts';
import { choosableOutcomes, proposedOutcome, type CallProgress } from '../domain/desk-outcomes.ts';
import { deskRules } from '../domain/desk-rules.ts';
import { readCustomer, readNumberOf, type CustomerView, type NumberView } from './customer.ts';
import { preparedRowsOf, type Queryable } from './queryable.ts';

export interface DeskView {
  agent: {
    id: number;
    name: string;
    /** Empty before the first shift. */
    extension: string;
    state: AgentState;
    since: Date;
    reason: string | null;
    nextState: NextState | null;
    worksOn: WorkMode | null;
    campaigns: { name: string; label: string; manualCalls: boolean }[];
    shiftSince: Date | null;
  };
  deskId: string | null;
  /** Words: where the desk is. */
  deskPlace: string | null;
  phone: 'registered' | 'unregistered';
  call: DeskCallView | null;
  today: { calls: number; answered: number; positive: number; talkMs: number };
  callbacksDue: number;
}

export interface DeskCallView {
  id: string;
  kind: CallKind;
  manual: boolean;
  stage: CallStage;
  stageSince: Date;
  previewUntil: Date | null;
  answeredAt: Date | null;
  heldSince: Date | null;
  deskLostSince: Date | null;
  recording: 'on' | 'off' | 'refused';
  endedAt: Date | null;
  endReason: EndReason | null;
  proposedOutcome: string | null;
  wrapUpUntil: Date | null;
  wrapUpExtendSeconds: number;
  campaign: { id: number; name: string; label: string; zone: string; autoNext: boolean };
  number: NumberView;
  contactId: number | null;
  attempt: number;
  /** Of the control socket of its edge, while the edge's epoch is open. */
  controlUrl: string | null;
  customer: CustomerView | null;
  script: ScriptDef | null;
  outcomes: string[];
  /** As the desk sent it (`draftSchema`). */
  draft: unknown;
}

/**
 * @param dayFrom begin of today at the site
 * @returns undefined when there is no such user
 */
export async function readDesk(
  on: Queryable,
  params: { userId: number; now: Date; dayFrom: Date },
): Promise<DeskView | undefined> {
  const [row] = await preparedRowsOf<DeskRow>(on, { name: 'desk', text: DESK }, [
    params.userId,
    params.now,
    params.dayFrom,
  ]);
  if (!row) return undefined;
  const { today, callbacksDue, phone, deskId, deskPlace, call, ...agent } = row;
  return {
    agent: { ...agent, since: agent.since ?? params.now },
    deskId,
    deskPlace,
    phone: phone ? 'registered' : 'unregistered',
    call: call && (await readDeskCall(on, call)),
    today,
    callbacksDue,
  };
}

interface DeskRow extends Omit<DeskView['agent'], 'since'> {
  since: Date | null;
  deskId: string | null;
  deskPlace: string | null;
  phone: boolean;
  today: DeskView['today'];
  callbacksDue: number;
  call: CallRow | null;
}

/** As JSON: instants are text. */
interface CallRow {
  id: string;
  kind: CallKind;
  manual: boolean | null;
  stage: CallStage;
  stageSince: string;
  previewUntil: string | null;
  answeredAt: string | null;
  heldSince: string | null;
  deskLostSince: string | null;
  recordingRefusedAt: string | null;
  endedAt: string | null;
  endReason: EndReason | null;
  wrapUpUntil: string | null;
  wrapUpExtendedAt: string | null;
  campaignId: number;
  campaign: CampaignDef;
  zone: string;
  numberId: number;
  contactId: number | null;
  attempt: number;
  controlUrl: string | null;
  versions: UsedVersions;
  draft: unknown;
}

/** The end of today is there for the planner: of a beginning alone it expects a third of all calls, and reads them all. */
const DESK = `
  select u.id, u.display_name as name, coalesce(a.extension, '') as extension,
    coalesce(a.state, 'logged-out') as state, a.state_since as since, a.reason, a.next_state as "nextState",
    a.works_on as "worksOn", a.desk_id as "deskId", a.desk_place as "deskPlace",
    (select started_at from shifts where id = a.shift_id) as "shiftSince",
    coalesce((
      select json_agg(json_build_object('name', c.name, 'label', o.body->>'label',
          'manualCalls', coalesce((o.body->'desk'->>'manualCalls')::boolean, true)) order by o.body->>'label', c.name)
      from campaigns c join config_objects o on o.id = c.id
      where a.shift_id is not null and o.body->>'mode' = 'agent' and o.retired_at is null
        and (cardinality(a.campaign_ids) = 0 or c.id = any(a.campaign_ids))), '[]') as campaigns,
    exists (
      select from desk_bindings b join edges e on e.node = b.node and e.epoch = b.epoch and e.ended_at is null
      where b.user_id = u.id and b.desk_id = a.desk_id and b.expires_at > $2) as phone,
    (select json_build_object('calls', count(*), 'answered', count(e.answered_at),
        'positive', count(*) filter (where st.positive), 'talkMs', coalesce(sum(e.talk_ms), 0))
     from calls e join statuses st on st.id = e.status_id
     where e.agent_id = u.id and e.claimed_at >= $3 and e.claimed_at < $3 + interval '2 days' and e.committed_at is not null and e.invited_at is not null) as today,
    (select count(*) from dial_queue q
     where q.agent_id = u.id and q.rank = 4 and q.due_at <= $2 and q.call_id is null)::int as "callbacksDue",
    (select json_build_object(
        'id', l.call_id, 'kind', c.kind, 'manual', c.manual, 'stage', l.stage, 'stageSince', l.stage_at,
        'previewUntil', l.preview_until, 'answeredAt', l.answered_at, 'heldSince', l.held_at,
        'deskLostSince', l.desk_lost_at, 'recordingRefusedAt', l.recording_refused_at, 'endedAt', l.ended_at,
        'endReason', l.end_reason, 'wrapUpUntil', l.wrap_up_until, 'wrapUpExtendedAt', l.wrap_up_extended_at,
        'campaignId', l.campaign_id, 'campaign', v.body, 'zone', cal.body->>'zone', 'numberId', l.number_id,
        'contactId', l.contact_id, 'attempt', l.attempt, 'controlUrl', e.control_url, 'versions', c.versions,
        'draft', (select d.body from call_drafts d where d.call_id = l.call_id))
     from live_calls l join calls c on c.id = l.call_id
     join config_objects o on o.id = l.campaign_id
     join config_versions v on v.kind = 'campaign' and v.name = o.name and v.version = (c.versions->>'campaign')::int
     join config_objects cal on cal.kind = 'calendar' and cal.name = v.body->>'calendar'
     left join edges e on e.node = l.node and e.epoch = l.epoch and e.ended_at is null
     where l.agent_id = u.id) as call
  from users u left join agents a on a.user_id = u.id
  where u.id = $1`;

async function readDeskCall(on: Queryable, call: CallRow): Promise<DeskCallView> {
  const [number, customer, [config]] = await Promise.all([
    readNumberOf(on, call),
    call.contactId === null ? null : readCustomer(on, { contactId: call.contactId, exceptCall: call.id }),
    preparedRowsOf<ConfigRow>(on, { name: 'desk-config', text: CONFIG }, [
      call.campaign.desk?.script ?? null,
      call.versions.script ?? null,
    ]),
  ]);
  if (!number || !config) throw new Error(`call ${call.id} has no number`);
  const rules = deskRules(call.campaign);
  const progress: CallProgress = {
    kind: call.kind,
    answered: call.answeredAt !== null,
    ...(call.endReason !== null && { endReason: call.endReason }),
  };
  return {
    id: call.id,
    kind: call.kind,
    manual: call.manual === true,
    stage: call.stage,
    stageSince: new Date(call.stageSince),
    previewUntil: instant(call.previewUntil),
    answeredAt: instant(call.answeredAt),
    heldSince: instant(call.heldSince),
    deskLostSince: instant(call.deskLostSince),
    recording: recordingOf(call),
    endedAt: instant(call.endedAt),
    endReason: call.endReason,
    proposedOutcome: proposedOutcome(progress) ?? null,
    wrapUpUntil: instant(call.wrapUpUntil),
    wrapUpExtendSeconds:
      call.wrapUpUntil !== null && call.wrapUpExtendedAt === null && progress.answered
        ? rules.wrapUpExtendSeconds
        : 0,
    campaign: {
      id: call.campaignId,
      name: call.campaign.name,
      label: call.campaign.label,
      zone: call.zone,
      autoNext: rules.autoNext,
    },
    number,
    contactId: call.contactId,
    attempt: call.attempt,
    controlUrl: call.controlUrl,
    customer: customer ?? null,
    script: config.script,
    outcomes: choosableOutcomes(config.statuses, progress, rules.outcomes),
    draft: call.draft,
  };
}

function recordingOf(call: CallRow): DeskCallView['recording'] {
  if (call.recordingRefusedAt !== null) return 'refused';
  return call.campaign.recording && call.answeredAt !== null && call.endedAt === null ? 'on' : 'off';
}

function instant(text: string | null): Date | null {
  return text === null ? null : new Date(text);
}

interface ConfigRow {
  script: ScriptDef | null;
  statuses: StatusDef[];
}

/** The version that the call used; the present one for a call claimed before there was a script. */
const CONFIG = `
  select coalesce(
      (select body from config_versions where kind = 'script' and name = $1 and version = $2::int),
      (select body from config_objects where kind = 'script' and name = $1)) as script,
    (select json_agg(json_build_object('code', code, 'reachedPerson', reached_person, 'system', system,
       'allowedFor', allowed_for) order by sort, code) from statuses where retired_at is null) as statuses`;
