/**
 * The sections of the wall that are read once a second: calls in progress, today, what is stuck, health, disk, thresholds.
 * @module
 */
import {
  MAX_STUCK,
  type WallAgent,
  type WallPart,
  type WallSections,
  type WallStorage,
  type WallThresholds,
} from '../../contracts/http/wall.ts';
import { WALL_THRESHOLDS, type ThresholdsDef } from '../../contracts/model/thresholds.ts';
import type { PauseReasonDef } from '../../contracts/model/config.ts';
import { agentCallWorkflowId } from '../../contracts/temporal/ids.ts';
import { listConfig, readConfig } from '../../db/config-read.ts';
import { readDay } from '../../db/report-sums.ts';
import {
  readStuckCalls,
  readWallAgents,
  readWallCampaigns,
  readWallParts,
  type WallPartsRow,
} from '../../db/wall.ts';
import { localDay } from '../../domain/calendar.ts';
import type { ApiDeps } from '../deps.ts';
import { DIALER_APPLICATION } from '../queries/live.ts';
import { listStatuses } from '../queries/statuses.ts';
import type { FoldLag } from './fold-lag.ts';
import type { TemporalWatch } from './temporal-watch.ts';
import { recordingsHealth, type RecordingsHealth } from './wall-recordings.ts';
import type { WallStorageWatch } from './wall-storage.ts';

export interface WallReaderDeps extends Pick<ApiDeps, 'db' | 'clock' | 'siteZone'> {
  temporal: TemporalWatch;
  foldLag: FoldLag;
  storage: WallStorageWatch;
}

export interface WallReader {
  agents: (ids?: readonly number[]) => Promise<WallAgent[]>;
  sections: () => Promise<Omit<WallSections, 'totals'>>;
  thresholds(): Promise<WallThresholds>;
}

/** Counts that nobody folds for so long are late. */
const FOLD_LATE_SECONDS = 10;
const FAILED = 'technical-failure';

export function createWallReader(deps: WallReaderDeps): WallReader {
  const { db, clock } = deps;

  async function today(now: Date): Promise<WallSections['today']> {
    const date = localDay(deps.siteZone, now);
    const statuses = await listStatuses(db);
    const positive = new Set(statuses.filter((status) => status.positive).map(({ code }) => code));
    const sums = { total: 0, answered: 0, success: 0, failed: 0, talkMs: 0 };
    for (const cell of await readDay(db.pool, { date, zone: deps.siteZone })) {
      sums.total += cell.calls;
      sums.answered += cell.answered;
      sums.talkMs += cell.talkMs;
      if (positive.has(cell.status)) sums.success += cell.calls;
      if (cell.status === FAILED) sums.failed += cell.calls;
    }
    return { date, zone: deps.siteZone, ...sums };
  }

  async function stuck(now: Date): Promise<WallSections['stuck']> {
    const rows = await readStuckCalls(db.pool, { now, limit: MAX_STUCK });
    return {
      count: rows[0]?.count ?? 0,
      calls: rows.map(({ count: _count, contactId, attempt, since, ...row }) => ({
        ...row,
        workflowId: agentCallWorkflowId({
          callId: row.id,
          ...(contactId !== null && { contactId }),
          attempt,
        }),
        since: since.toISOString(),
      })),
    };
  }

  async function thresholds(): Promise<WallThresholds> {
    const row = await readConfig(db.pool, { kind: 'thresholds', name: WALL_THRESHOLDS });
    return { version: row?.version ?? 0, metrics: (row?.body as ThresholdsDef | undefined)?.metrics ?? {} };
  }

  async function pauses(): Promise<WallSections['pauses']> {
    const rows = await listConfig(db.pool, { kind: 'pause-reason' });
    return rows
      .map(({ body }) => body as PauseReasonDef)
      .toSorted((a, b) => a.sort - b.sort)
      .map(({ name, labels }) => ({ name, labels }));
  }

  return {
    async agents(ids) {
      const rows = await readWallAgents(db.pool, ids);
      return rows.map(({ since, next, ...row }) => ({ ...row, next, since: since.toISOString() }));
    },
    async sections() {
      const now = clock.now();
      const [campaigns, day, stuckCalls, parts, set, reasons] = await Promise.all([
        readWallCampaigns(db.pool),
        today(now),
        stuck(now),
        readWallParts(db.pool, { dialer: DIALER_APPLICATION }),
        thresholds(),
        pauses(),
      ]);
      const storage = deps.storage.read();
      const foldLagSeconds = deps.foldLag.observe(parts.oldestDelta, now);
      return {
        campaigns,
        today: day,
        stuck: stuckCalls,
        parts: wallParts({ parts, storage, set, foldLagSeconds, now, temporalOk: deps.temporal.isOk() }),
        storage,
        thresholds: set,
        pauses: reasons,
      };
    },
    thresholds,
  };
}

interface PartFacts {
  parts: WallPartsRow;
  storage: WallStorage | null;
  set: WallThresholds;
  foldLagSeconds: number;
  now: Date;
  temporalOk: boolean;
}

/** The health of each part, in the order in which a call meets them. Pure. */
export function wallParts({ parts, storage, set, foldLagSeconds, now, temporalOk }: PartFacts): WallPart[] {
  const part = (
    kind: WallPart['part'],
    wrong: WallPart['message'] = null,
    more: Partial<Pick<WallPart, 'name' | 'level' | 'load'>> = {},
  ): WallPart => ({
    part: kind,
    name: null,
    level: wrong === null ? 'ok' : 'red',
    message: wrong,
    load: null,
    ...more,
  });
  const wrong = (code: string, params: Record<string, string | number> = {}): WallPart['message'] => ({
    code,
    params,
  });

  const edges = parts.edges.map((edge) => {
    const more = { name: edge.node, load: { used: edge.calls, of: edge.capacity } };
    if (edge.refusing !== null) {
      return part('edge', wrong('edge-refusing', { node: edge.node, reason: edge.refusing }), more);
    }
    if (edge.draining)
      return part('edge', wrong('edge-draining', { node: edge.node }), { ...more, level: 'amber' });
    return part('edge', null, more);
  });
  const trunks = parts.trunks.map((trunk) => {
    const more = { name: trunk.name, load: { used: trunk.channels, of: trunk.body.maxChannels } };
    if (trunk.suspended) {
      const params = { trunk: trunk.name, reason: trunk.suspendedReason ?? '' };
      return part('trunk', wrong('trunk-suspended', params), more);
    }
    const waits = trunk.backoffUntil !== null && new Date(trunk.backoffUntil) > now;
    if (waits)
      return part('trunk', wrong('trunk-backing-off', { trunk: trunk.name }), { ...more, level: 'amber' });
    return part('trunk', null, more);
  });
  const undialed = parts.dialers === 0 && parts.robots > 0;
  const late = foldLagSeconds >= FOLD_LATE_SECONDS;
  return [
    ...(edges.length > 0 ? edges : [part('edge', wrong('no-edge'))]),
    ...trunks,
    part('dialer', undialed ? wrong('no-dialer') : null),
    part('temporal', temporalOk ? null : wrong('temporal-away')),
    part('counts', late ? wrong('counts-late', { seconds: Math.round(foldLagSeconds) }) : null, {
      ...(late && { level: 'amber' }),
    }),
    ...(storage === null ? [] : [recordingsPart(part, recordingsHealth(storage, set.metrics))]),
  ];
}

function recordingsPart(
  part: (kind: 'recordings', message: WallPart['message'], more: Pick<WallPart, 'level'>) => WallPart,
  { level, message }: RecordingsHealth,
): WallPart {
  return part('recordings', message, { level });
}
