/**
 * Workflow and activity ids, made only here. They are stored in clear and read by operators: no personal data.
 * @module
 */
import type { EdgeRef } from '../model/call.ts';

/** `call:<contactId>:<attempt>` for dialed calls. */
export function callWorkflowId(call: { contactId: number; attempt: number }): string {
  return `call:${call.contactId}:${call.attempt}`;
}

/** As above; a number that was dialed by hand and belongs to no contact: `call:<call id>`. */
export function agentCallWorkflowId(call: { callId: string; contactId?: number; attempt: number }): string {
  const { callId, contactId, attempt } = call;
  return contactId === undefined ? `call:${callId}` : callWorkflowId({ contactId, attempt });
}

/** `workday:<campaign>`: the Schedule; Temporal appends the nominal opening time for the run. */
export function workdayScheduleId(campaign: string): string {
  return `workday:${campaign}`;
}

/** The workflow that stands for one run of an edge process. */
export function edgeWorkflowId(edge: EdgeRef): string {
  return `edge:${edge.node}:${edge.epoch}`;
}

/** Suggested id of an import; the operator may type another. */
export function importWorkflowId(name: string): string {
  return `import:${name}`;
}

/** A dry run of the page, of one uploaded file. */
export function trialImportWorkflowId(upload: string): string {
  return importWorkflowId(`proba-${upload}`);
}

/** The Schedule of the upkeep of recordings; Temporal appends the nominal time for the run. */
export const RECORDING_UPKEEP_ID = 'recording-upkeep';

/** One at a time for each import. */
export function undoWorkflowId(importId: string): string {
  return `undo:${importId}`;
}

/** Fixed activity id of `placeCall`, so that settlement completes it without a look-up. */
export const PLACE_ACTIVITY_ID = 'place';
