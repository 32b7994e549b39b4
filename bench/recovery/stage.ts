/**
 * What the kills have in common: a site with two campaigns, and questions to its database.
 * @module
 */
import type { BenchSite } from '../support/bench-site.ts';
import { hold, importLoad, release } from '../support/robot-load.ts';
import type { Bench } from '../support/run-bench.ts';

export interface Stage {
  bench: Bench;
  site: BenchSite;
  /** Calls at once. */
  calls: number;
  moving: StageCampaign;
  parked: StageCampaign;
}

export interface StageCampaign {
  name: string;
  id: number;
}

const LOOK_MS = 10;
const PATIENCE_MS = 60_000;

/** Polls; errors of the question count as "not yet". @returns `Date.now()` when it first held */
export async function until(stage: Stage, what: string, holds: () => Promise<boolean>): Promise<number> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    stage.bench.signal.throwIfAborted();
    if (await holds().catch(() => false)) return Date.now();
    if (Date.now() > deadline) throw new Error(`not within ${PATIENCE_MS / 1000} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

export async function count(stage: Stage, sql: string, values: readonly unknown[]): Promise<number> {
  const { rows } = await stage.site.db.query<{ n: number }>(`select count(*)::int as n from ${sql}`, [
    ...values,
  ]);
  return rows[0]?.n ?? 0;
}

/** New contacts are called until `stage.calls` of the campaign talk. */
export async function untilTalking(stage: Stage, campaign: StageCampaign, calls: number): Promise<void> {
  await importLoad(stage.site, campaign.name, calls);
  await release(stage.site, campaign.id);
  const talking = () =>
    count(stage, `live_calls where campaign_id = $1 and stage = 'talking'`, [campaign.id]);
  await until(
    stage,
    `${stage.calls} calls of ${campaign.name} talk`,
    async () => (await talking()) >= stage.calls,
  );
}

/** Lets the calls of a campaign end, so that the next kill finds only its own. */
export async function untilQuiet(stage: Stage, campaign: StageCampaign): Promise<void> {
  await hold(stage.site, campaign.id);
  const open = () => count(stage, 'live_calls where campaign_id = $1', [campaign.id]);
  await until(stage, `calls of ${campaign.name} have ended`, async () => (await open()) === 0);
}
