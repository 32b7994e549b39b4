/** @module */
import { signalPart } from '../../test/faults/support/processes.ts';
import { count, until, untilTalking, type Stage } from './stage.ts';

/** @returns from the kill until every call of that epoch is committed, and when its epoch was taken */
export async function killEdge(stage: Stage): Promise<{ edgeMs: number; edgeTakenMs: number }> {
  await untilTalking(stage, stage.parked, stage.calls);
  const { rows } = await stage.site.db.query<{ node: string; epoch: number }>(
    'select node, epoch from edges where ended_at is null order by epoch desc limit 1',
  );
  const edge = [rows[0]?.node, rows[0]?.epoch];
  const at = Date.now();
  signalPart(stage.site, 'edge', 'SIGKILL');
  const taken = until(
    stage,
    'the epoch is taken',
    async () =>
      (await count(stage, 'edges where node = $1 and epoch = $2 and ended_at is not null', edge)) > 0,
  );
  const settled = await until(
    stage,
    'its calls are settled',
    async () => (await count(stage, 'live_calls where node = $1 and epoch = $2', edge)) === 0,
  );
  return { edgeMs: settled - at, edgeTakenMs: (await taken) - at };
}
