/**
 * Months of history for a demo, so that its reports have something to say. A site with campaigns of its own gets none.
 * @module
 */
import { hash } from '@node-rs/argon2';
import { openDatabase, type Database } from '../../db/client.ts';
import { HISTORY_CALENDAR, HISTORY_CAMPAIGNS, HISTORY_CONFIG } from '../../demo/history/config.ts';
import { hasHistory, loadHistory } from '../../demo/history/load.ts';
import { readKeys } from '../../platform/keys.ts';
import { applyObjects } from './apply-config.ts';
import type { Site } from './bring-up.ts';
import { DEMO_ACTOR, DEMO_AGENT_CAMPAIGN, DEMO_CAMPAIGN } from './demo-data.ts';
import { getDemoVoices } from './demo-voices.ts';
import type { Progress } from './tool-report.ts';
import { randomPassword } from './users.ts';

/** The one of every demo: what one person tells of it, another one sees. */
const SEED = 2026;
const PROGRESS_MS = 2_500;
const STATEMENT_TIMEOUT_MS = 180_000;
const NUMBER = new Intl.NumberFormat('en');

/** @param calls about so many; none: 0 */
export async function addDemoHistory(
  site: Site,
  { calls, progress }: { calls: number; progress: Progress },
): Promise<void> {
  if (calls === 0) return;
  const url = site.env['DATABASE_URL'] ?? '';
  const db = openDatabase({
    url,
    applicationName: 'apel-cli',
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
    max: 2,
  });
  try {
    if (await hasHistory(db.pool)) return;
    const foreign = await ownCampaign(db);
    if (foreign !== undefined) {
      progress(`no history is added: this site has a campaign of its own, ${foreign}`);
      return;
    }
    await add(db, site, { calls, progress });
  } finally {
    await db.close();
  }
}

/** Name of a campaign that is not the demo's. */
async function ownCampaign({ pool }: Database): Promise<string | undefined> {
  const demo = [DEMO_CAMPAIGN, DEMO_AGENT_CAMPAIGN, ...HISTORY_CAMPAIGNS.map(({ name }) => name)];
  const { rows } = await pool.query<{ name: string }>(
    'select name from campaigns where name <> all($1) limit 1',
    [demo],
  );
  return rows[0]?.name;
}

async function add(
  db: Database,
  site: Site,
  { calls, progress }: { calls: number; progress: Progress },
): Promise<void> {
  const started = Date.now();
  const until = new Date();
  progress(`making up months of history, about ${NUMBER.format(calls)} calls (--history 0 for none)`);
  const objects = HISTORY_CONFIG.map((object, index) => ({
    object,
    file: 'demo/history/config.ts',
    at: `[${index}]`,
  }));
  await applyObjects(
    {
      db,
      promptsDir: site.home.prompts,
      trunkSecret: readKeys(site.home.keys).trunkSecret,
      actor: DEMO_ACTOR,
      now: until,
      force: true,
      progress,
    },
    objects,
  );
  // Made when the carrier started: kept since.
  const voices = await getDemoVoices(site.home, progress);
  let told = Date.now();
  const loaded = await loadHistory({
    seed: SEED,
    until,
    calls,
    db,
    siteZone: site.env['APEL_SITE_ZONE'] ?? process.env['APEL_SITE_ZONE'] ?? HISTORY_CALENDAR.zone,
    recordingsDir: site.home.recordings,
    ...(voices && { voices }),
    passwordHash: await hash(randomPassword()),
    progress: (made) => {
      if (Date.now() - told < PROGRESS_MS) return;
      told = Date.now();
      progress(`history: ${NUMBER.format(made)} calls`);
    },
  });
  const seconds = Math.round((Date.now() - started) / 1_000);
  progress(
    `history: ${NUMBER.format(loaded.calls)} calls of ${loaded.days} working days, ${NUMBER.format(loaded.contacts)} contacts, in ${seconds} s`,
  );
}
