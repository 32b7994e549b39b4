/** @module */
import { Client } from 'pg';
import { signalPart } from '../../test/faults/support/processes.ts';
import { count, until, untilQuiet, untilTalking, type Stage } from './stage.ts';

/**
 * @returns from the kill until Postgres takes connections again (its own recovery, the launcher's restart included), and
 * from then until the next commit of a call
 */
export async function killPostgres(
  stage: Stage,
): Promise<{ postgresDownMs: number; postgresExtraMs: number }> {
  const { site, moving, calls } = stage;
  await untilTalking(stage, moving, calls * 8);
  const done = () => count(stage, 'calls where campaign_id = $1 and committed_at is not null', [moving.id]);
  const at = Date.now();
  signalPart(site, 'postgres', 'SIGKILL');
  const up = await until(stage, 'Postgres answers', () => answers(site.state().env['DATABASE_URL'] ?? ''));
  const before = await done();
  const next = await until(stage, 'the next commit', async () => (await done()) > before);
  await untilQuiet(stage, moving);
  return { postgresDownMs: up - at, postgresExtraMs: next - up };
}

async function answers(connectionString: string): Promise<boolean> {
  const client = new Client({ connectionString, connectionTimeoutMillis: 1_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('select 1');
    return true;
  } finally {
    await client.end().catch(() => undefined);
  }
}
