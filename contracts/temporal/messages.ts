/**
 * Signals, queries and updates. The wire names are CLI API.
 * @module
 */
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { CallStage, EdgeRef } from '../model/call.ts';
import type { ImportProgress } from '../model/import.ts';
import type { WrapUpDetails, WrapUpMeta } from '../model/wrap-up.ts';
import type { ReleaseCallResult } from './activities.ts';
import type { Sensitive } from './sensitive.ts';

export interface CallStatusView {
  callId: string;
  stage: CallStage;
  edge: EdgeRef;
  /** Status code once decided. */
  status?: string;
  /** What an operator can do, in words. */
  hint: string;
}

export interface SetOutcomeInput {
  /** Status code. */
  status: string;
  /** User name of whoever decides. */
  by: string;
}

/** Every call workflow: where it stands, as plain JSON. */
export const statusQuery = defineQuery<CallStatusView>('status');
/** Every call workflow: ends the call through the edge that holds it. */
export const releaseUpdate = defineUpdate<ReleaseCallResult>('release');
/** Every call workflow: the status to commit instead of the one that follows from the call's end. */
export const setOutcomeUpdate = defineUpdate<{ status: string }, [SetOutcomeInput]>('setOutcome');

/** Calls with an agent: what the agent saves, at any time of the call. The same id again changes nothing. */
export const wrapUpSignal = defineSignal<[WrapUpMeta, Sensitive<WrapUpDetails>]>('wrapUp');
/** Calls with an agent: more time for the wrap-up, once. */
export const extendWrapUpSignal = defineSignal('extendWrapUp');

export const progressQuery = defineQuery<ImportProgress>('progress');
export const cancelImportSignal = defineSignal('cancelImport');
