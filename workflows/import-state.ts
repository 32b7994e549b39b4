/**
 * @module
 */
import { workflowInfo } from '@temporalio/workflow';
import type { ImportProgress, ImportResult } from '../contracts/model/import.ts';
import type { ImportChunkResult } from '../contracts/temporal/activities.ts';

/** Where one import stands, for its `progress` query. */
export class ImportState {
  readonly workflowId = workflowInfo().workflowId;
  #allRead = false;
  #progress: ImportProgress = {
    stage: 'opening',
    bytesRead: 0,
    bytesTotal: 0,
    rows: 0,
    accepted: 0,
    duplicate: 0,
    invalid: 0,
    suppressed: 0,
  };

  opened(bytesTotal: number): void {
    this.#progress = { ...this.#progress, stage: 'importing', bytesTotal };
  }

  read({ done, ...counts }: ImportChunkResult): void {
    this.#allRead = done;
    this.#progress = { stage: 'importing', ...counts };
  }

  allRead(): boolean {
    return this.#allRead;
  }

  finishing(): void {
    this.#progress = { ...this.#progress, stage: 'finishing' };
  }

  finished({ outcome, rows, accepted, duplicate, invalid, suppressed }: ImportResult): void {
    const stage = outcome === 'cancelled' ? 'cancelled' : 'done';
    this.#progress = { ...this.#progress, stage, rows, accepted, duplicate, invalid, suppressed };
  }

  progress(): ImportProgress {
    return this.#progress;
  }
}
