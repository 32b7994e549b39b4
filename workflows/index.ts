/**
 * Entry of the workflow bundle: everything exported here is a workflow type, under its frozen name.
 * @module
 */
export { edgeNode } from './edge-node.ts';
export { importList } from './import-list.ts';
export { outboundCall } from './outbound-call.ts';
export { recordingUpkeep } from './recording-upkeep.ts';
export { robotCall } from './robot-call.ts';
export { undoImport } from './undo-import.ts';
export { workday } from './workday.ts';
