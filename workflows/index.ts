/**
 * Entry of the workflow bundle: everything exported here is a workflow type, under its frozen name.
 * @module
 */
export { edgeNode } from './edge-node.ts';
export { robotCall } from './robot-call.ts';
export { workday } from './workday.ts';
