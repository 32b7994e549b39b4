/**
 * The database of a test file, with its hooks.
 * @module
 */
import { afterAll, beforeAll } from 'vitest';
import { openDatabase, type Database, type OpenDatabaseOptions } from '../../db/client.ts';
import { createTestDatabase, type TestDatabase } from './postgres.ts';

/** A database of its own, handed over before the first test and dropped after the last. */
export function useTestDatabase(
  opened: (db: Database, url: string) => void | Promise<void>,
  options: Partial<OpenDatabaseOptions> = {},
): void {
  let test: TestDatabase | undefined;
  let db: Database | undefined;
  beforeAll(async () => {
    test = await createTestDatabase();
    db = openDatabase({ url: test.url, applicationName: 'test', ...options });
    await opened(db, test.url);
  });
  afterAll(async () => {
    await db?.close();
    await test?.drop();
  });
}

/** No edge, no call, nobody queued or at a desk. Configuration, contacts, numbers and users stay. */
export async function emptyCalls(db: Database): Promise<void> {
  await db.pool.query(
    `truncate edges, live_calls, calls, trunk_tests, dial_queue, contact_numbers, campaign_numbers, agents, desk_bindings, shifts,
       rollup_deltas, rollup_hours, call_answers, call_drafts, agent_states, audit_log, call_corrections,
       report_agent_days, report_agent_months, agent_state_hours, agent_state_days, agent_state_months, recording_index, recordings_not_indexed, recording_troubles`,
  );
}
