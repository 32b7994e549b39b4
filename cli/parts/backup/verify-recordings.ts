/**
 * Do the recordings that rows name lie on the disk, unchanged?
 * @module
 */
import { join } from 'node:path';
import type { Database } from '../../../db/client.ts';
import { checkFile, type FileProblem } from './files.ts';

export interface RecordingsReport {
  checked: number;
  /** Call ids, never numbers. */
  problems: { callId: string; path: string; problem: FileProblem }[];
}

const PAGE = 1_000;

/** Reads every file once, in the order of calls; memory does not grow with their number. */
export async function verifyRecordings(db: Database, recordingsDir: string): Promise<RecordingsReport> {
  const report: RecordingsReport = { checked: 0, problems: [] };
  let after = '00000000-0000-0000-0000-000000000000';
  for (;;) {
    const { rows } = await db.pool.query<{ id: string; path: string; sha256: string }>(
      `select id, recording_path as path, recording_sha256 as sha256 from calls
       where recording_state = 'ready' and id > $1::uuid order by id limit ${PAGE}`,
      [after],
    );
    for (const { id, path, sha256 } of rows) {
      const problem = await checkFile(join(recordingsDir, path), sha256);
      report.checked += 1;
      if (problem) report.problems.push({ callId: id, path, problem });
    }
    const last = rows.at(-1);
    if (!last || rows.length < PAGE) return report;
    after = last.id;
  }
}
