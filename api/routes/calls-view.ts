/**
 * Rows of calls -> what a person may see of them. Pure.
 * @module
 */
import type { CallDetail, CallRow } from '../../contracts/http/calls.ts';
import { callWorkflowId } from '../../contracts/temporal/ids.ts';
import { can } from '../../domain/permissions.ts';
import type { SessionUser } from '../auth/session-user.ts';
import type { CallDetailRow } from '../queries/call-detail.ts';
import type { CallListRow } from '../queries/calls.ts';
import { toRecordingInfo } from './recording-view.ts';

/** Who looks at a call. */
type Viewer = Pick<SessionUser, 'userId' | 'role' | 'grants'>;

/** Whether the call is the viewer's own: they were its agent. */
export function isOwn(row: { agent_id: number | null }, viewer: Viewer): { own: boolean } {
  return { own: row.agent_id === viewer.userId };
}

export function toCallRow(row: CallListRow, viewer: Viewer): CallRow {
  const call = isOwn(row, viewer);
  const name = [row.last_name, row.first_name].filter(Boolean).join(' ');
  return {
    id: row.id,
    kind: row.kind,
    campaign: row.campaign,
    campaignLabel: row.campaign_label,
    agent: can(viewer, 'agent.read', call) ? row.agent_name : null,
    list: row.list_id !== null && row.list_name !== null ? { id: row.list_id, name: row.list_name } : null,
    attempt: row.attempt,
    number: can(viewer, 'number.read', call) ? row.number : null,
    contactName: can(viewer, 'name.read', call) && name !== '' ? name : null,
    claimedAt: row.claimed_at.toISOString(),
    invitedAt: iso(row.invited_at),
    answeredAt: iso(row.answered_at),
    endedAt: iso(row.ended_at),
    talkMs: row.talk_ms,
    status: row.status,
    result: row.result,
    stage: row.stage,
    recording: row.recording_state,
  };
}

export function toCallDetail(row: CallDetailRow, viewer: Viewer, siteZone: string): CallDetail {
  return {
    ...toCallRow(row, viewer),
    workflowId:
      row.contact_id === null ? null : callWorkflowId({ contactId: row.contact_id, attempt: row.attempt }),
    committedAt: iso(row.committed_at),
    ringingAt: iso(row.ringing_at),
    reason: row.reason,
    sipStatus: row.sip_status,
    trunk: row.trunk,
    node: row.node,
    epoch: row.epoch,
    zone: row.calendar?.zone ?? siteZone,
    statusBy: can(viewer, 'agent.read', isOwn(row, viewer)) ? row.status_by : null,
    robot: robotOf(row),
    contact: contactOf(row, viewer),
    recordingInfo: toRecordingInfo(row, row, viewer),
    timeline: row.timeline ?? [],
    versions: { ...row.versions },
  };
}

function robotOf(row: CallDetailRow): CallDetail['robot'] {
  if (row.prompt_ms === null || row.heard_ms === null) return null;
  return {
    promptMs: row.prompt_ms,
    heardMs: row.heard_ms,
    heardInFull: row.heard_ms >= row.prompt_ms,
    key: row.menu_key,
  };
}

/** Locality, county and age are shown to everybody who may see the call: they are what reports are made of. */
function contactOf(row: CallDetailRow, viewer: Viewer): CallDetail['contact'] {
  if (row.contact_id === null) return null;
  const named = can(viewer, 'name.read', isOwn(row, viewer));
  return {
    id: row.contact_id,
    lastName: named ? row.last_name : null,
    firstName: named ? row.first_name : null,
    locality: row.locality,
    county: row.county,
    ageBand: row.age_band,
    age: named ? row.age : null,
  };
}

function iso(at: Date | null): string | null {
  return at?.toISOString() ?? null;
}
