/**
 * Statements on edges that only activities need.
 * @module
 */
import type { EdgeRef } from '../contracts/model/call.ts';
import { rowsOf, type Queryable } from '../db/queryable.ts';

export interface EdgeRow {
  controlUrl: string;
  endedAt: Date | null;
}

export async function readEdge(on: Queryable, edge: EdgeRef): Promise<EdgeRow | undefined> {
  const [row] = await rowsOf<EdgeRow>(
    on,
    `select control_url as "controlUrl", ended_at as "endedAt" from edges where node = $1 and epoch = $2`,
    [edge.node, edge.epoch],
  );
  return row;
}

/** The only fact that ends an epoch. From its commit on the edge opens no leg and nothing is claimed for it. */
export async function endEpoch(on: Queryable, edge: EdgeRef, by: string, now: Date): Promise<boolean> {
  const rows = await rowsOf(
    on,
    `update edges set ended_at = $3, ended_by = $4 where node = $1 and epoch = $2 and ended_at is null returning node`,
    [edge.node, edge.epoch, now, by],
  );
  return rows.length > 0;
}
