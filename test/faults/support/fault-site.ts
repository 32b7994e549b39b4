/**
 * A whole site that dials a carrier of ours, with a judge: what every fault test needs.
 * @module
 */
import type { AcknowledgedWrapUp } from '../../auditor/audit-context.ts';
import { makeTone } from '../../e2e/robot-world.ts';
import { startTestSite, until, type TestSite } from '../../e2e/site.ts';
import { join } from 'node:path';
import { startFaultCarrier, type FaultCarrier } from './fault-carrier.ts';
import { newFindings } from './judge.ts';

/** Campaigns, and prompts, by how long a customer listens, in seconds. */
export const CAMPAIGNS = { faults: 2, 'faults-10s': 10, 'faults-50s': 50 } as const;
export type Campaign = keyof typeof CAMPAIGNS;
const PROMPT_HZ = 1_000;
/** A fault's call is tried once more, soon: what was doubled or lost shows in the second call. */
const RETRY = { delaySeconds: 2, multiplier: 1, maxDelaySeconds: 2, maxAttempts: 2 };
const NO_RETRY = { ...RETRY, delaySeconds: 3_600, maxDelaySeconds: 3_600, maxAttempts: 1 };
const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];

export interface FaultSite extends TestSite {
  carrier: FaultCarrier;
  /** Findings of earlier faults on this site: each fault answers for its own. */
  judged: Set<string>;
  /** What agents saved, and were told that it is stored or saved. */
  acknowledged: AcknowledgedWrapUp[];
}

export async function startFaultSite(variables: NodeJS.ProcessEnv = {}): Promise<FaultSite> {
  const site = await startTestSite(variables);
  try {
    const carrier = await startFaultCarrier(site.home);
    await applyFaultCampaigns(site, carrier.port);
    return {
      ...site,
      carrier,
      judged: new Set(),
      acknowledged: [],
      stop: async () => {
        await site.stop();
        await carrier.stop();
      },
    };
  } catch (error) {
    await site.stop();
    throw error;
  }
}

async function applyFaultCampaigns(site: TestSite, port: number): Promise<void> {
  const hours = Object.fromEntries(DAYS.map((day) => [day, [{ from: '00:00', to: '24:00' }]]));
  const objects: object[] = [
    { kind: 'calendar', name: 'always', zone: 'Europe/Bucharest', holidays: 'none', hours },
    { kind: 'caps', name: 'wide', perNumberPerDay: 100, perNumberTotal: 100 },
    { kind: 'retry-rules', name: 'once-more', default: NO_RETRY, byStatus: { 'technical-failure': RETRY } },
    {
      kind: 'trunk',
      name: 'faults',
      host: '127.0.0.1',
      port,
      transport: 'udp',
      numberFormat: 'national',
      maxChannels: 150,
      callsPerSecond: 60,
    },
  ];
  for (const [name, promptSeconds] of Object.entries(CAMPAIGNS)) {
    await makeTone(join(site.home, `${name}.wav`), PROMPT_HZ, promptSeconds);
    objects.push({ kind: 'prompt', name, label: name, file: `${name}.wav` }, campaign(name));
  }
  await site.apel('apply', await site.write('faults.json', JSON.stringify(objects)));
}

function campaign(name: string): object {
  return {
    kind: 'campaign',
    name,
    label: name,
    mode: 'robot',
    calendar: 'always',
    trunk: 'faults',
    callerId: '+40259123456',
    retryRules: 'once-more',
    caps: 'wide',
    prompt: name,
    ringTimeoutSeconds: 15,
    maxTalkSeconds: 60,
    concurrency: 120,
  };
}

/** Open calls, and contacts that are due within a minute. @throws while Postgres is away */
export async function stillToDo({ db }: TestSite): Promise<{ open: number; due: number }> {
  const { rows } = await db.query<{ open: number; due: number }>(
    `select (select count(*) from live_calls)::int as open,
            (select count(*) from dial_queue where due_at < now() + interval '60 seconds')::int as due`,
  );
  return rows[0] ?? { open: 1, due: 1 };
}

/**
 * Every imported contact has been called as often as the rules say, and no call is open. Who is due only minutes later (a
 * phone may still ring for three) is put off for a day: nothing may begin while the site is judged.
 */
export async function untilDialedOut(site: TestSite, timeoutMs: number): Promise<void> {
  await until('every contact is dialed out', timeoutMs, async () => {
    // While Postgres is away nothing is known.
    const { open, due } = await stillToDo(site).catch(() => ({ open: 1, due: 1 }));
    return open === 0 && due === 0;
  });
  await site.db.query(`update dial_queue set due_at = now() + interval '1 day'`);
}

/** New findings of the auditor, see `newFindings`. */
export function judge(site: FaultSite, stalledMs = 0): Promise<string[]> {
  const { acknowledged } = site;
  return newFindings((now) => site.audit([site.carrier.log], { now, stalledMs, acknowledged }), site.judged);
}

export interface Dialed {
  /** Contacts with at least one committed call. */
  called: number;
  /** Committed calls by `result/reason`, with `*` when somebody had answered. */
  ends: Record<string, number>;
}

/** What became of these numbers (national form). */
export async function dialed(site: TestSite, numbers: readonly string[]): Promise<Dialed> {
  const { rows } = await site.db.query<{ ending: string; contact: number }>(
    `select result || '/' || reason || case when answered_at is null then '' else '*' end as ending, contact_id as contact
     from calls c join numbers n on n.id = c.number_id
     where c.committed_at is not null and n.e164 = any($1::text[]) order by 1`,
    [numbers.map((number) => `+4${number}`)],
  );
  const ends: Record<string, number> = {};
  for (const { ending } of rows) ends[ending] = (ends[ending] ?? 0) + 1;
  return { called: new Set(rows.map(({ contact }) => contact)).size, ends };
}

/** Committed calls of everybody, for a soak. */
export async function allEnds(site: TestSite): Promise<Record<string, number>> {
  const { rows } = await site.db.query<{ ending: string; n: number }>(
    `select result || '/' || reason as ending, count(*)::int as n from calls where committed_at is not null group by 1 order by 1`,
  );
  return Object.fromEntries(rows.map((row) => [row.ending, row.n]));
}
