/** @module */
import { hostname } from 'node:os';
import { signalPart, type Part } from '../../test/faults/support/processes.ts';
import { count, until, untilQuiet, untilTalking, type Stage } from './stage.ts';

/**
 * @returns of the calls whose workflow was cached on the killed worker: the longest wait from "its edge reported" (or
 * the kill, when that was later) to its workflow's end; and from the kill to the next claim of the dial loop
 */
export async function killWorker(stage: Stage, part: string): Promise<Record<string, number>> {
  const { site, moving, calls } = stage;
  await untilTalking(stage, moving, calls * 8);
  const pid = site.state().parts.find(({ name }) => name === part)?.process?.pid ?? 0;
  const { rows } = await site.db.query<{ id: string; callId: string }>(
    `select 'call:' || contact_id || ':' || attempt as id, call_id as "callId" from live_calls where campaign_id = $1`,
    [moving.id],
  );
  const at = Date.now();
  signalPart(site, part as Part, 'SIGKILL');
  const claimed = await until(stage, 'the dial loop goes on', async () => {
    const { rows: last } = await site.db.query<{ at: Date | null }>(
      'select max(claimed_at) as at from calls where campaign_id = $1',
      [moving.id],
    );
    return (last[0]?.at?.getTime() ?? 0) > at + 200;
  });
  const callIds = rows.map(({ callId }) => callId);
  const open = () => count(stage, 'live_calls where call_id = any($1::uuid[])', [callIds]);
  await until(stage, 'the calls of then are committed', async () => (await open()) === 0);
  await untilQuiet(stage, moving);
  const waits: number[] = [];
  for (const { id } of rows) {
    const wait = await waitOf(stage, id, { at, identity: `${pid}@${hostname()}` });
    if (wait !== undefined) waits.push(wait);
  }
  return { ...(waits.length === 0 ? {} : { workerMs: Math.max(...waits) }), workerDialMs: claimed - at };
}

/** Undefined for a call of the other worker, or one that had ended before. */
async function waitOf(
  { site }: Stage,
  workflowId: string,
  kill: { at: number; identity: string },
): Promise<number | undefined> {
  const { events } = await site.temporal.workflow.getHandle(workflowId).fetchHistory();
  const all = events ?? [];
  const first = all.find(({ workflowTaskStartedEventAttributes: task }) => task);
  if (first?.workflowTaskStartedEventAttributes?.identity !== kill.identity) return undefined;
  const reported = all.find(({ activityTaskCompletedEventAttributes: done }) => done);
  const ended = all.at(-1);
  if (!reported || !ended?.workflowExecutionCompletedEventAttributes) return undefined;
  const endedAt = millis(ended.eventTime);
  if (endedAt < kill.at) return undefined;
  return endedAt - Math.max(millis(reported.eventTime), kill.at);
}

function millis(time: { seconds?: unknown; nanos?: number | null } | null | undefined): number {
  return Number(time?.seconds ?? 0) * 1_000 + (time?.nanos ?? 0) / 1e6;
}
