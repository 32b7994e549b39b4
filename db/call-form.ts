/**
 * The form that an agent's committed call had: its script, rules and statuses, for whoever fills it in later.
 * @module
 */
import type { CallKind, EndReason } from '../contracts/model/call.ts';
import type { CampaignDef, UsedVersions } from '../contracts/model/config.ts';
import type { ScriptDef } from '../contracts/model/script.ts';
import type { StatusDef } from '../contracts/model/status.ts';
import { choosableOutcomes, proposedOutcome, type CallProgress } from '../domain/desk-outcomes.ts';
import { deskRules } from '../domain/desk-rules.ts';
import { rowsOf, type Queryable } from './queryable.ts';

export interface CallForm {
  agentId: number | null;
  wrapUpId: string | null;
  answeredAt: Date | null;
  /** Of the campaign's calendar. */
  zone: string;
  /** The version that the call used; the present one where it names none. Null: there is only an outcome. */
  script: ScriptDef | null;
  /** Codes that the desk offered. */
  outcomes: string[];
  proposedOutcome: string | null;
  lateSaveHours: number;
}

/** Undefined when there is no such call, it is open, or it is a robot's. */
export async function readCallForm(on: Queryable, callId: string): Promise<CallForm | undefined> {
  const [row] = await rowsOf<FormRow>(on, FORM, [callId]);
  if (!row) return undefined;
  const rules = deskRules(row.campaign);
  const progress: CallProgress = {
    kind: row.kind,
    answered: row.answeredAt !== null,
    ...(row.reason !== null && { endReason: row.reason }),
  };
  return {
    agentId: row.agentId,
    wrapUpId: row.wrapUpId,
    answeredAt: row.answeredAt,
    zone: row.zone,
    script: await readScript(on, rules.script, row.versions),
    outcomes: choosableOutcomes(row.statuses, progress, rules.outcomes),
    proposedOutcome: proposedOutcome(progress) ?? null,
    lateSaveHours: rules.lateSaveHours,
  };
}

interface FormRow {
  kind: CallKind;
  agentId: number | null;
  wrapUpId: string | null;
  answeredAt: Date | null;
  reason: EndReason | null;
  versions: UsedVersions;
  campaign: CampaignDef;
  zone: string;
  statuses: StatusDef[];
}

/** As it was when the call was claimed; a calendar's zone as it is. */
const FORM = `
  select c.kind, c.agent_id as "agentId", c.wrap_up_id as "wrapUpId", c.answered_at as "answeredAt", c.reason, c.versions,
    coalesce(v.body, o.body) as campaign, cal.body->>'zone' as zone,
    (select json_agg(json_build_object('code', code, 'reachedPerson', reached_person, 'system', system,
       'allowedFor', allowed_for) order by sort, code) from statuses where retired_at is null) as statuses
  from calls c join config_objects o on o.id = c.campaign_id
  left join config_versions v on v.kind = 'campaign' and v.name = o.name and v.version = (c.versions->>'campaign')::int
  join config_objects cal on cal.kind = 'calendar' and cal.name = coalesce(v.body, o.body)->>'calendar'
  where c.id = $1 and c.committed_at is not null and c.kind <> 'robot'`;

async function readScript(
  on: Queryable,
  name: string | undefined,
  versions: UsedVersions,
): Promise<ScriptDef | null> {
  const [row] = await rowsOf<{ script: ScriptDef | null }>(
    on,
    `select coalesce(
       (select body from config_versions where kind = 'script' and name = $1 and version = $2::int),
       (select body from config_objects where kind = 'script' and name = $1)) as script`,
    [name ?? null, versions.script ?? null],
  );
  return row?.script ?? null;
}
