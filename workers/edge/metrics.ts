/**
 * What an edge tells of itself. Labels are reasons from closed lists and names of folders, never numbers or people.
 * @module
 */
import { Counter } from 'prom-client';
import type { PlacedCall } from '../../contracts/model/placed-call.ts';
import { EDGE_REFUSALS, type EdgeRefusal } from '../../contracts/model/edge-control.ts';
import { freeBytes } from '../../platform/free-bytes.ts';
import { gaugeOf, gaugesOf, type Metrics } from '../../platform/metrics.ts';
import type { NgClient } from '../../telephony/ng-client.ts';

export interface EdgeMetricsDeps {
  metrics: Metrics;
  ng: NgClient;
  sipConnected: () => boolean;
  capacity: number;
  folders: { spool: string; recordings: string };
}

export interface EdgeMetrics {
  /** Counts the end of a call. */
  placed(call: PlacedCall): void;
  /** Called once, when the epoch is open. */
  opened(edge: {
    callsInProgress: () => number;
    keptResults: () => number;
    refusing: () => EdgeRefusal | null;
  }): void;
}

const NG_TIMEOUT_MS = 800;

export function createEdgeMetrics({
  metrics,
  ng,
  sipConnected,
  capacity,
  folders,
}: EdgeMetricsDeps): EdgeMetrics {
  const registers = [metrics];
  const ends = new Counter({
    name: 'apel_edge_calls_ended_total',
    help: 'Calls that ended on this edge',
    labelNames: ['result', 'reason'],
    registers,
  });
  const recordings = new Counter({
    name: 'apel_edge_recordings_total',
    help: 'Recordings of calls that ended on this edge',
    labelNames: ['state', 'reason'],
    registers,
  });
  gaugeOf(metrics, 'apel_edge_capacity', 'Calls this edge takes at once', () => capacity);
  gaugeOf(metrics, 'apel_edge_sip_connected', '1 while the SIP server is connected', () => +sipConnected());
  gaugeOf(metrics, 'apel_edge_ng_in_flight', 'Commands to rtpengine without an answer', () => ng.inFlight());
  gaugeOf(metrics, 'apel_rtpengine_sessions', 'Media sessions that rtpengine holds', () => sessionsOf(ng));
  gaugesOf(metrics, 'apel_disk_free_bytes', 'Free bytes of the disk of a folder', 'folder', async () => ({
    spool: (await freeBytes(folders.spool)) ?? 0,
    recordings: (await freeBytes(folders.recordings)) ?? 0,
  }));
  return {
    placed: ({ end, recording }) => {
      ends.inc({ result: end.result, reason: end.reason });
      recordings.inc({ state: recording.state, reason: 'reason' in recording ? recording.reason : '' });
    },
    opened: ({ callsInProgress, keptResults, refusing }) => {
      gaugeOf(metrics, 'apel_edge_calls', 'Calls in progress on this edge', callsInProgress);
      gaugeOf(metrics, 'apel_edge_kept_results', 'Ended calls that are not committed yet', keptResults);
      gaugesOf(metrics, 'apel_edge_refusing', '1 for the reason why calls are refused', 'reason', () => {
        const now = refusing();
        return Object.fromEntries(EDGE_REFUSALS.map((reason) => [reason, reason === now ? 1 : 0]));
      });
    },
  };
}

async function sessionsOf(ng: NgClient): Promise<number> {
  const reply = await ng.request('statistics', {}, { timeoutMs: NG_TIMEOUT_MS });
  const { statistics } = reply as { statistics?: { currentstatistics?: { sessionstotal?: unknown } } };
  const sessions = Number(statistics?.currentstatistics?.sessionstotal);
  return Number.isFinite(sessions) ? sessions : Number.NaN;
}
