/**
 * What is wrong now, one flag each. Pure.
 * @module
 */
import type { z } from 'zod';
import type { healthFlagSchema, TrunkView } from '../../contracts/http/live.ts';
import type { SiteState } from '../queries/live.ts';

type Flag = z.infer<typeof healthFlagSchema>;

/** Folding runs each second; this long means that nobody does it. */
const FOLD_LATE_SECONDS = 10;

export interface HealthFacts {
  site: SiteState;
  trunk: TrunkView | null;
  temporalOk: boolean;
  foldLagSeconds: number;
}

export function healthFlags(facts: HealthFacts): Flag[] {
  const flags: Flag[] = [];
  if (!facts.temporalOk) flags.push({ code: 'temporal-away', params: {} });
  if (!facts.site.edges.some((edge) => !edge.draining)) flags.push({ code: 'no-edge', params: {} });
  for (const edge of facts.site.edges) {
    if (edge.refusing !== null) {
      flags.push({ code: 'edge-refusing', params: { node: edge.node, reason: edge.refusing } });
    }
  }
  const trunk = facts.trunk;
  if (trunk?.state === 'suspended') {
    flags.push({ code: 'trunk-suspended', params: { trunk: trunk.name, reason: trunk.reason ?? '' } });
  } else if (trunk?.state === 'backing-off') {
    flags.push({ code: 'trunk-backing-off', params: { trunk: trunk.name } });
  }
  if (facts.foldLagSeconds >= FOLD_LATE_SECONDS) {
    flags.push({ code: 'counts-late', params: { seconds: Math.round(facts.foldLagSeconds) } });
  }
  return flags;
}
