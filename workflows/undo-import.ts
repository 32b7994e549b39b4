/**
 * @module
 */
import { proxyActivities } from '@temporalio/workflow';
import type { ImportActivities } from '../contracts/temporal/activities.ts';
import type { UndoImportInput, UndoImportResult } from '../contracts/temporal/workflow-types.ts';
import { declareVersioning } from './versioning.ts';

/** Works in batches and beats after each; repeating it withdraws what is left and answers the same totals. */
const { undoImportContacts } = proxyActivities<ImportActivities>({
  startToCloseTimeout: '2 hours',
  heartbeatTimeout: '20 seconds',
  retry: { initialInterval: '500 milliseconds', maximumInterval: '15 seconds' },
});

/**
 * Takes an import back: contacts that were never called are withdrawn and their numbers are free again; contacts that
 * were called, or are being called, stay. Ends with both counts. History: about 10 events.
 */
export async function undoImport(input: UndoImportInput): Promise<UndoImportResult> {
  return undoImportContacts(input);
}

declareVersioning('PINNED', undoImport);
