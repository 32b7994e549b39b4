/**
 * Task queues. Plural nouns for shared ones, one per edge epoch for those that must reach one process.
 * @module
 */
import type { EdgeRef } from '../model/call.ts';

/** Workflows of calls, days and edges, and their database activities. */
export const CALLS_QUEUE = 'apel-calls';
/** Workflows and activities of imports; named in the operator's command. */
export const IMPORTS_QUEUE = 'apel-imports';
/** The long `dial` activity only, so that it never takes a slot from a commit. */
export const DIAL_QUEUE = 'apel-dial';
/** Upkeep of recordings: one thing at a time, and never a slot of a commit. */
export const RECORDINGS_QUEUE = 'apel-recordings';

/** `placeCall` for one edge process. */
export function edgeQueue(edge: EdgeRef): string {
  return `apel-edge:${edge.node}:${edge.epoch}`;
}

/** The heartbeating `holdEdge` of one edge process, apart from its calls. */
export function edgeHoldQueue(edge: EdgeRef): string {
  return `apel-edge-hold:${edge.node}:${edge.epoch}`;
}
