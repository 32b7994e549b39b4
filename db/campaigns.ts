/**
 * Campaigns: their definition with everything it refers to, and their state.
 * @module
 */
import type {
  CalendarDef,
  CampaignDef,
  CapsDef,
  PromptDef,
  RetryRulesDef,
  TrunkDef,
  UsedVersions,
} from '../contracts/model/config.ts';
import type { DialWait } from '../domain/dial-wait.ts';
import { writeAudit } from './audit.ts';
import type { Database } from './client.ts';
import { rowsOf, type Queryable } from './queryable.ts';
import { inTransaction } from './transaction.ts';

/** A campaign with the current version of each object it names. */
export interface CampaignSetup {
  id: number;
  name: string;
  campaign: CampaignDef;
  calendar: CalendarDef;
  trunk: TrunkDef;
  trunkId: number;
  retryRules: RetryRulesDef;
  caps: CapsDef;
  prompt?: PromptDef;
  goodbyePrompt?: PromptDef;
  versions: UsedVersions;
  state: CampaignState;
}

export interface CampaignState {
  pausedAt?: Date;
  pausedBy?: string;
  pausedReason?: string;
  /** Not begun yet, or over: paused, and without a Schedule. */
  stoppedAt?: Date;
  waitReason?: DialWait;
  waitUntil?: Date;
  waitSince?: Date;
}

/** One query. Undefined when there is no such campaign. */
export async function readCampaign(
  on: Queryable,
  params: { name: string } | { id: number },
): Promise<CampaignSetup | undefined> {
  const [row] = await rowsOf<SetupRow>(on, `${SELECT} where c.name = $1 or c.id = $2`, [
    'name' in params ? params.name : null,
    'id' in params ? params.id : null,
  ]);
  return row && toSetup(row);
}

/** All campaigns, by name. */
export async function listCampaigns(on: Queryable): Promise<CampaignSetup[]> {
  const rows = await rowsOf<SetupRow>(on, `${SELECT} order by c.name`);
  return rows.map(toSetup);
}

const SELECT = `
  select c.id, c.name, c.paused_at as "pausedAt", c.paused_by as "pausedBy", c.paused_reason as "pausedReason",
    c.stopped_at as "stoppedAt",
    c.wait_reason as "waitReason", c.wait_until as "waitUntil", c.wait_since as "waitSince",
    o.body as campaign, o.version as "campaignVersion",
    cal.body as calendar, cal.version as "calendarVersion",
    t.body as trunk, t.version as "trunkVersion", t.id as "trunkId",
    r.body as "retryRules", r.version as "retryVersion",
    cap.body as caps, cap.version as "capsVersion",
    p.body as prompt, p.version as "promptVersion", g.body as "goodbyePrompt", s.version as "scriptVersion"
  from campaigns c
  join config_objects o on o.id = c.id
  join config_objects cal on cal.kind = 'calendar' and cal.name = o.body->>'calendar'
  join config_objects t on t.kind = 'trunk' and t.name = o.body->>'trunk'
  join config_objects r on r.kind = 'retry-rules' and r.name = o.body->>'retryRules'
  join config_objects cap on cap.kind = 'caps' and cap.name = o.body->>'caps'
  left join config_objects p on p.kind = 'prompt' and p.name = o.body->>'prompt'
  left join config_objects g on g.kind = 'prompt' and g.name = o.body->>'goodbyePrompt'
  left join config_objects s on s.kind = 'script' and s.name = o.body->'desk'->>'script'`;

interface SetupRow {
  id: number;
  name: string;
  pausedAt: Date | null;
  pausedBy: string | null;
  pausedReason: string | null;
  stoppedAt: Date | null;
  waitReason: DialWait | null;
  waitUntil: Date | null;
  waitSince: Date | null;
  campaign: CampaignDef;
  campaignVersion: number;
  calendar: CalendarDef;
  calendarVersion: number;
  trunk: TrunkDef;
  trunkVersion: number;
  trunkId: number;
  retryRules: RetryRulesDef;
  retryVersion: number;
  caps: CapsDef;
  capsVersion: number;
  prompt: PromptDef | null;
  promptVersion: number | null;
  scriptVersion: number | null;
  goodbyePrompt: PromptDef | null;
}

function toSetup(row: SetupRow): CampaignSetup {
  return {
    id: row.id,
    name: row.name,
    campaign: row.campaign,
    calendar: row.calendar,
    trunk: row.trunk,
    trunkId: row.trunkId,
    retryRules: row.retryRules,
    caps: row.caps,
    ...(row.prompt && { prompt: row.prompt }),
    ...(row.goodbyePrompt && { goodbyePrompt: row.goodbyePrompt }),
    versions: {
      campaign: row.campaignVersion,
      calendar: row.calendarVersion,
      trunk: row.trunkVersion,
      'retry-rules': row.retryVersion,
      caps: row.capsVersion,
      ...(row.promptVersion !== null && { prompt: row.promptVersion }),
      ...(row.scriptVersion !== null && { script: row.scriptVersion }),
    },
    state: {
      ...(row.pausedAt && { pausedAt: row.pausedAt }),
      ...(row.pausedBy !== null && { pausedBy: row.pausedBy }),
      ...(row.pausedReason !== null && { pausedReason: row.pausedReason }),
      ...(row.stoppedAt && { stoppedAt: row.stoppedAt }),
      ...(row.waitReason && { waitReason: row.waitReason }),
      ...(row.waitUntil && { waitUntil: row.waitUntil }),
      ...(row.waitSince && { waitSince: row.waitSince }),
    },
  };
}

export interface PauseParams {
  campaign: string;
  by: string;
  reason?: string;
  now: Date;
}

/** `retired`: it must be taken back into use before it can be started. */
export type PauseResult = 'changed' | 'unchanged' | 'no-such-campaign' | 'retired';

/** From its commit on nothing is claimed for the campaign: a claim holds the row's lock. Running calls go on. */
export async function pauseCampaign(db: Database, params: PauseParams): Promise<PauseResult> {
  return changePause(db, params, 'campaign.pause');
}

/** Dials (again), also a campaign that was stopped or never begun. */
export async function resumeCampaign(db: Database, params: PauseParams): Promise<PauseResult> {
  return changePause(db, params, 'campaign.resume');
}

/** As a pause, and the campaign is over: its Schedule goes, no workday of it is begun. `resumeCampaign` begins it again. */
export async function stopCampaign(db: Database, params: PauseParams): Promise<PauseResult> {
  return changePause(db, params, 'campaign.stop');
}

type PauseAction = 'campaign.pause' | 'campaign.resume' | 'campaign.stop';
type RunState = 'running' | 'paused' | 'stopped';

const STATE_AFTER: Readonly<Record<PauseAction, RunState>> = {
  'campaign.pause': 'paused',
  'campaign.resume': 'running',
  'campaign.stop': 'stopped',
};

async function changePause(db: Database, params: PauseParams, action: PauseAction): Promise<PauseResult> {
  return inTransaction(db, async (client) => {
    const [row] = await rowsOf<{ state: RunState; retired: boolean }>(
      client,
      `select case when stopped_at is not null then 'stopped' when paused_at is not null then 'paused' else 'running' end
         as state, (select retired_at from config_objects o where o.id = c.id) is not null as retired
       from campaigns c where name = $1 for no key update`,
      [params.campaign],
    );
    if (!row) return 'no-such-campaign';
    const state = STATE_AFTER[action];
    if (row.retired && state === 'running') return 'retired';
    // What is stopped is paused already.
    if (row.state === state || (row.state === 'stopped' && state === 'paused')) return 'unchanged';
    const [at, by, reason] =
      state === 'running' ? [null, null, null] : [params.now, params.by, params.reason ?? null];
    await rowsOf(
      client,
      `update campaigns set paused_at = $2, paused_by = $3, paused_reason = $4, stopped_at = $5 where name = $1`,
      [params.campaign, at, by, reason, state === 'stopped' ? params.now : null],
    );
    await writeAudit(client, {
      actor: params.by,
      action,
      objectKind: 'campaign',
      objectId: params.campaign,
      before: { state: row.state },
      after: { state, ...(params.reason !== undefined && { reason: params.reason }) },
      at: params.now,
    });
    return 'changed';
  });
}

/** What the dial loop waits for, for the page; no reason: it is dialing. `wait_since` stays while the reason does. */
export async function setCampaignWait(
  on: Queryable,
  params: { campaignId: number; reason?: DialWait; until?: Date; now: Date },
): Promise<void> {
  await rowsOf(
    on,
    `update campaigns set wait_reason = $2, wait_until = $3,
       wait_since = case when $2::text is null then null when wait_reason = $2 then wait_since else $4 end
     where id = $1 and (wait_reason, wait_until) is distinct from ($2::text, $3::timestamptz)`,
    [params.campaignId, params.reason ?? null, params.until ?? null, params.now],
  );
}
