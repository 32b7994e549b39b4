/**
 * Runs of edge processes. `ended_at` of an epoch is the only fact that ends it.
 * @module
 */
import type { EdgeRef } from '../contracts/model/call.ts';
import { rowsOf, type Queryable } from './queryable.ts';

export interface EdgeRow extends EdgeRef {
  /** Base address of the control socket. */
  controlUrl: string;
  capacity: number;
  /** Open calls of the epoch. */
  calls: number;
  startedAt: Date;
  drainingAt?: Date;
  /** Why it takes no recorded calls now. */
  refusing?: string;
}

/** Opens the node's next epoch. Two processes that claim one node's name at once get two epochs. */
export async function openEpoch(
  on: Queryable,
  params: { node: string; controlUrl: string; capacity: number; sipWs?: string; now: Date },
): Promise<EdgeRef> {
  for (let attempt = 0; attempt < MAX_TRIES; attempt += 1) {
    const [row] = await rowsOf<EdgeRef>(
      on,
      `insert into edges (node, epoch, control_url, capacity, started_at, sip_ws)
       select $1, coalesce(max(epoch), 0) + 1, $2, $3, $4, $5 from edges where node = $1
       on conflict (node, epoch) do nothing
       returning node, epoch`,
      [params.node, params.controlUrl, params.capacity, params.now, params.sipWs ?? null],
    );
    if (row) return row;
  }
  throw new Error(`node ${params.node}: other processes keep taking its next epoch; is its name used twice?`);
}

const MAX_TRIES = 10;

/** Epochs that have not ended, the one with most free places first. */
export async function listOpenEdges(on: Queryable): Promise<EdgeRow[]> {
  const rows = await rowsOf<EdgeRow & { drainingAt: Date | null; refusing: string | null }>(
    on,
    `select node, epoch, control_url as "controlUrl", capacity, started_at as "startedAt",
       draining_at as "drainingAt", refusing,
       (select count(*) from live_calls l where l.node = e.node and l.epoch = e.epoch)::int as calls
     from edges e where ended_at is null order by capacity desc, node, epoch`,
  );
  return rows
    .map(({ drainingAt, refusing, ...row }) => ({
      ...row,
      ...(drainingAt !== null && { drainingAt }),
      ...(refusing !== null && { refusing }),
    }))
    .toSorted((a, b) => b.capacity - b.calls - (a.capacity - a.calls));
}

/** True while nobody has ended the epoch. An edge whose epoch has ended hangs up its calls. */
export async function isEpochOpen(on: Queryable, edge: EdgeRef): Promise<boolean> {
  const rows = await rowsOf(on, 'select 1 from edges where node = $1 and epoch = $2 and ended_at is null', [
    edge.node,
    edge.epoch,
  ]);
  return rows.length > 0;
}

/** Control socket of an epoch, ended or not; undefined when there never was such an epoch. */
export async function edgeControlUrl(on: Queryable, edge: EdgeRef): Promise<string | undefined> {
  const [row] = await rowsOf<{ url: string }>(
    on,
    'select control_url as url from edges where node = $1 and epoch = $2',
    [edge.node, edge.epoch],
  );
  return row?.url;
}

/** No new calls: the edge is leaving. */
export async function drainEdge(on: Queryable, params: { edge: EdgeRef; now: Date }): Promise<void> {
  await rowsOf(
    on,
    'update edges set draining_at = coalesce(draining_at, $3) where node = $1 and epoch = $2',
    [params.edge.node, params.edge.epoch, params.now],
  );
}

/** Why the edge takes no recorded calls (`disk-full`) or none at all (`media-server-down`); no reason: it is well. */
export async function setEdgeRefusing(
  on: Queryable,
  params: { edge: EdgeRef; reason?: string },
): Promise<void> {
  await rowsOf(
    on,
    `update edges set refusing = $3 where node = $1 and epoch = $2 and refusing is distinct from $3`,
    [params.edge.node, params.edge.epoch, params.reason ?? null],
  );
}

/**
 * Ends an epoch: by its own edge when it leaves, or by settlement when it is dead.
 * @returns false when it had been ended before (or never was).
 */
export async function endEpoch(
  on: Queryable,
  params: { edge: EdgeRef; by: string; now: Date },
): Promise<boolean> {
  const rows = await rowsOf(
    on,
    `update edges set ended_at = $3, ended_by = $4
     where node = $1 and epoch = $2 and ended_at is null returning node`,
    [params.edge.node, params.edge.epoch, params.now, params.by],
  );
  return rows.length > 0;
}
