/**
 * Six weeks of calls as their commits would have left them: enough that every page and report has something to show.
 * @module
 */
import type { PauseReasonDef } from '../../contracts/model/config.ts';
import type { ScriptDef } from '../../contracts/model/script.ts';
import type { Database } from '../../db/client.ts';
import { applyConfig } from '../../db/config.ts';
import { fixtureWav } from '../../ui/dev/fixture-wav.ts';
import { addContacts, createCampaign, mobile } from '../support/campaign-fixture.ts';
import { addRawCalls, type RawCall } from '../support/raw-calls.ts';

export interface History {
  campaign: string;
  listId: number;
  contactId: number;
  /** An answered call with a recording, of the first agent. */
  callId: string;
  /** The first is the person of role `agent`. */
  agents: readonly { id: number; name: string }[];
}

const DAYS = 42;
const CONTACTS = 40;
/** Beside the person of role `agent`. */
const AGENTS = ['Popescu Ioana Maria', 'Țuțuianu Ștefania'] as const;
const FIRST = ['Ana', 'Bogdan', 'Călin', 'Doina', 'Ștefan'] as const;
const LAST = ['Albu', 'Băcilă', 'Crăciun', 'Dănilă', 'Țurcanu', 'Șerban', 'Vîlcu', 'Zamfir'] as const;
/** Mostly nobody answers; the order makes each hour different. */
const OUTCOMES = [
  ['no-answer', null],
  ['success', 95_000],
  ['busy', null],
  ['not-interested', 21_000],
  ['no-answer', null],
  ['callback', 34_000],
  ['success', 183_000],
] as const;
const RECORDING = 'convorbire.wav';
/** Long enough that nobody hears its end within a test. */
const RECORDING_S = 95;
const DAY_MS = 86_400_000;

/** @param write puts a file into the folder of the recordings */
export async function addHistory(
  db: Database,
  write: (name: string, bytes: Buffer) => Promise<void>,
): Promise<History> {
  await addDeskObjects(db);
  const campaign = await createCampaign(db, 'sondaj', {
    campaign: { mode: 'agent', label: 'Sondaj Oradea', desk: { script: 'sondaj' } },
    trunk: { simulated: true },
  });
  const robot = await createCampaign(db, 'anunt', { campaign: { label: 'Anunț de plată' } });
  const contacts = await addPeople(db, campaign.id);
  const agents = await addAgents(db);
  const {
    rows: [list],
  } = await db.pool.query<{ id: number }>('select id from lists where campaign_id = $1', [campaign.id]);
  const listId = list?.id ?? 0;
  const calls = plan({ campaignId: campaign.id, robotId: robot.id, listId, contacts, agents });
  const ids = await addRawCalls(db, calls);
  const wav = fixtureWav(RECORDING_S);
  await write(RECORDING, wav);
  await db.pool.query(
    `update calls set recording_path = $1, recording_ms = $2, recording_bytes = $3, recording_sha256 = repeat('a', 64)
     where recording_state = 'ready'`,
    [RECORDING, RECORDING_S * 1_000, wav.length],
  );
  await db.pool.query(
    `update numbers set do_not_call_at = now(), do_not_call_reason = 'a cerut la telefon', do_not_call_by = 'supervisor'
     where id = (select max(id) from numbers)`,
  );
  const heard = calls.findIndex(
    ({ recording, agentId }) => recording === 'ready' && agentId === agents[0]?.id,
  );
  return {
    campaign: 'sondaj',
    listId,
    contactId: contacts[0]?.contactId ?? 0,
    callId: ids[heard] ?? '',
    agents,
  };
}

/** What agents have beside their campaign: something to read out, something to be away for. */
async function addDeskObjects(db: Database): Promise<void> {
  const script: ScriptDef = {
    name: 'sondaj',
    label: 'Sondaj',
    pages: [
      {
        name: 'intrebari',
        title: { ro: 'Întrebări', en: 'Questions' },
        text: { ro: 'Bună ziua, {contact.firstName}!', en: 'Good day, {contact.firstName}!' },
        fields: [
          {
            name: 'varsta',
            type: 'number',
            labels: { ro: 'Vârsta', en: 'Age' },
            required: true,
            min: 18,
            max: 99,
          },
        ],
      },
    ],
  };
  const pause: PauseReasonDef = {
    name: 'masa',
    labels: { ro: 'Masă', en: 'Lunch' },
    maxMinutes: 30,
    sort: 10,
  };
  const applied = await applyConfig(db, {
    objects: [
      { kind: 'script', body: script },
      { kind: 'pause-reason', body: pause },
    ],
    origin: 'file',
    actor: 'test',
    now: new Date(),
  });
  if (applied.state === 'refused') throw new Error(JSON.stringify(applied.problems));
}

interface Callee {
  contactId: number;
  numberId: number;
}

async function addPeople(db: Database, campaignId: number): Promise<Callee[]> {
  const wanted = Array.from({ length: CONTACTS }, (_, n) => ({ numbers: [mobile(4_100_000 + n * 137)] }));
  const ids = await addContacts(db, campaignId, wanted);
  await db.pool.query(
    `update contacts c set first_name = p.first, last_name = p.last, locality = 'Oradea', county = 'Bihor'
     from unnest($1::bigint[], $2::text[], $3::text[]) as p (id, first, last) where c.id = p.id`,
    [ids, ids.map((_, n) => FIRST[n % FIRST.length]), ids.map((_, n) => LAST[n % LAST.length])],
  );
  const { rows } = await db.pool.query<Callee>(
    `select contact_id::int as "contactId", number_id::int as "numberId" from contact_numbers
     where campaign_id = $1 order by contact_id`,
    [campaignId],
  );
  return rows;
}

async function addAgents(db: Database): Promise<{ id: number; name: string }[]> {
  const { rows } = await db.pool.query<{ id: number; name: string }>(
    `with made as (
       insert into users (name, display_name, role, password_hash)
       select 'istoric-' || n, name, 'agent', 'x' from unnest($1::text[]) with ordinality as a (name, n)
       returning id, display_name as name),
     own as (select id, name from made union all select id, display_name from users where role = 'agent'),
     seated as (
       insert into agents (user_id, extension, state, state_since)
       select id, (700 + id)::text, 'logged-out', now() from own)
     select id, name from own order by id`,
    [AGENTS],
  );
  return rows;
}

/** From six weeks ago until an hour ago, by the clock of this machine; nights and Sundays are quiet. */
function plan(of: {
  campaignId: number;
  robotId: number;
  listId: number;
  contacts: readonly Callee[];
  agents: readonly { id: number }[];
}): RawCall[] {
  const now = Date.now();
  const today = Math.floor(now / DAY_MS) * DAY_MS;
  const calls: RawCall[] = [];
  const attempts = new Map<number, number>();
  for (let day = today - DAYS * DAY_MS; day <= today; day += DAY_MS) {
    if (new Date(day).getUTCDay() === 0) continue;
    for (const [seat, agent] of of.agents.entries()) {
      for (let turn = 0; turn < 6 + seat; turn += 1) {
        const at = day + (6 + turn + seat) * 3_600_000 + ((calls.length * 137) % 3_000) * 1_000;
        if (at > now - 3_600_000) continue;
        const callee = of.contacts[calls.length % of.contacts.length];
        const [status, talkMs] = OUTCOMES[calls.length % OUTCOMES.length] ?? OUTCOMES[0];
        const byRobot = turn === 5;
        const attempt = (attempts.get(callee?.contactId ?? 0) ?? 0) + 1;
        attempts.set(callee?.contactId ?? 0, attempt);
        calls.push({
          campaignId: byRobot ? of.robotId : of.campaignId,
          listId: byRobot ? null : of.listId,
          kind: byRobot ? 'robot' : 'outbound',
          agentId: byRobot ? null : agent.id,
          contactId: byRobot ? null : (callee?.contactId ?? null),
          numberId: callee?.numberId ?? 1,
          attempt,
          status,
          invitedAt: new Date(at),
          talkMs,
          ...(talkMs !== null && { holdMs: 4_000, wrapUpMs: 26_000 }),
          recording: talkMs === null ? 'none' : 'ready',
        });
      }
    }
  }
  return calls;
}
