/**
 * Who opens the page: log-ins, a day of calls to show, and an agent in the middle of a shift.
 * @module
 */
import { randomUUID } from 'node:crypto';
import { addPerson, applyDeskCampaigns } from '../../test/e2e/desk-world.ts';
import { openBenchDatabase } from '../support/bench-postgres.ts';
import type { BenchSite } from '../support/bench-site.ts';
import { createWideCampaign } from '../support/contacts.ts';
import type { Bench } from '../support/run-bench.ts';

const CAMPAIGNS = 6;
/** The agents' campaign is never dialed: nobody asks for a number. */
const NO_CARRIER = 5_999;

export interface Visitor {
  /** `name=value` of the session. */
  cookie?: string;
  kept?: Record<string, string>;
  /** Brings things back to where the load begins. */
  before?: () => Promise<void>;
}

export interface Visitors {
  supervisor: Visitor;
  agent: Visitor;
  'agent-on-shift': Visitor;
}

export async function addVisitors(bench: Bench, site: BenchSite, url: string): Promise<Visitors> {
  await applyDeskCampaigns(site, [{ name: 'sondaj', customers: { port: NO_CARRIER }, desk: {} }]);
  await addDay(bench, site);
  const logIn = async (name: string, role: 'supervisor' | 'agent'): Promise<string> => {
    const { password } = await addPerson(site, name, role);
    const answer = await send(url, 'POST', '/api/session', { name, password });
    return answer.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  };
  const [supervisor, agent, onShift] = [
    await logIn('sef', 'supervisor'),
    await logIn('nou', 'agent'),
    await logIn('vechi', 'agent'),
  ];
  const deskId = randomUUID();
  await send(url, 'POST', '/api/desk/shift', { deskId, worksOn: 'outbound', campaigns: [] }, onShift);
  return {
    supervisor: { cookie: supervisor },
    agent: { cookie: agent },
    'agent-on-shift': {
      cookie: onShift,
      kept: { 'apel.desk.id': deskId, 'apel.desk.shift': '1' },
      before: async () => void (await send(url, 'POST', '/api/desk/state', { to: 'available' }, onShift)),
    },
  };
}

async function send(url: string, method: string, path: string, body: object, cookie = ''): Promise<Response> {
  const answer = await fetch(`${url}${path}`, {
    method,
    headers: { origin: url, 'content-type': 'application/json', cookie },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer;
}

/** Campaigns with the calls of today, as their commits would have left the counts. */
async function addDay(bench: Bench, site: BenchSite): Promise<void> {
  const db = openBenchDatabase(bench, site.state().env['DATABASE_URL'] ?? '', { max: 2 });
  for (let n = 1; n <= CAMPAIGNS; n++) await createWideCampaign(db, `campania-${n}`);
  await db.pool.query(
    `insert into lists (campaign_id, name, kind) select id, 'lista', 'normal' from campaigns
     on conflict (campaign_id, name) do nothing`,
  );
  await db.pool.query(
    `insert into rollup_deltas (hour, campaign_id, list_id, agent_id, kind, status_id, calls, answered, talk_ms, hold_ms, wrap_up_ms)
     select date_trunc('day', now() at time zone 'Europe/Bucharest') at time zone 'Europe/Bucharest' + hour * interval '1 hour', l.campaign_id, l.id, 0, 'robot', s.id,
       20 + hour * 3 + s.id % 7, 10 + hour, 400000 + hour * 1000, 0, 0
     from lists l cross join generate_series(0, 23) hour cross join (select id from statuses limit 10) s`,
  );
}
