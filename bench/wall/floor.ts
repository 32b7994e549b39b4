/**
 * A floor of agents in the benchmark's Postgres, half of them on calls, and the changes that happen to them.
 * @module
 */
import type { Database } from '../../db/client.ts';
import { addContacts, addEdge, createCampaign, mobile } from '../../test/support/campaign-fixture.ts';

export interface BenchFloor {
  supervisorId: number;
  /** One change of one agent, as the API, an edge or a commit writes it: its own transaction. */
  change(turn: number): Promise<unknown>;
  /** Gives an agent in sight a pause of that name, to be looked for on the page. */
  mark(turn: number, name: string): Promise<unknown>;
}

const CAMPAIGN = 'bench-wall';
/** Half are on calls, whose stages change; the others change states. */
const STAGES = ['ringing', 'talking', 'wrap-up'] as const;
const STATES = ['available', 'paused', 'missed', 'logged-in'] as const;

export async function openBenchFloor(db: Database, agents: number): Promise<BenchFloor> {
  const campaign = await createCampaign(db, CAMPAIGN, { campaign: { mode: 'agent' } });
  const edge = await addEdge(db, 'edge-wall', agents);
  const calls = Math.floor(agents / 2);
  const numbers = Array.from({ length: calls }, (_, n) => ({ numbers: [mobile(7_000_000 + n)] }));
  const contacts = await addContacts(db, campaign.id, numbers);
  const { rows } = await db.pool.query<{ id: number }>(
    `with made as (
       insert into users (name, display_name, role, password_hash)
       select 'bench-agent-' || n, 'Agent ' || to_char(n, 'FM000') || ' Popescu', 'agent', 'x' from generate_series(1, $1::int) n
       returning id),
     seated as (
       insert into agents (user_id, extension, state, state_since, campaign_ids, desk_seen_at)
       select id, (1000 + row_number() over (order by id))::text, 'available', now(), array[$2::int], now() from made)
     select id from made order by id`,
    [agents, campaign.id],
  );
  // By turns, so that both kinds are in sight.
  const ids = rows.map(({ id }) => id);
  const talking = ids.filter((_, n) => n % 2 === 0).slice(0, calls);
  const free = ids.filter((id) => !talking.includes(id));
  await db.pool.query(
    `with asked as (
       select * from unnest($1::int[], $2::bigint[]) with ordinality as t (agent_id, contact_id, n)),
     open as (
       select a.agent_id, a.contact_id, gen_random_uuid() as id, cn.number_id
       from asked a join lateral (select number_id from contact_numbers c where c.contact_id = a.contact_id limit 1) cn on true),
     called as (
       insert into calls (id, kind, campaign_id, contact_id, attempt, number_id, agent_id, node, epoch, versions)
       select id, 'outbound', $3, contact_id, 1, number_id, agent_id, $4, $5, '{"campaign":1}' from open),
     busy as (update agents a set state = 'in-call' from open o where a.user_id = o.agent_id)
     insert into live_calls (call_id, number_id, campaign_id, contact_id, attempt, node, epoch, stage, started_at, agent_id)
     select id, number_id, $3, contact_id, 1, $4, $5, 'talking', now(), agent_id from open`,
    [talking, contacts, campaign.id, edge.node, edge.epoch],
  );
  const supervisor = await db.pool.query<{ id: number }>(
    `insert into users (name, display_name, role, password_hash) values ('bench-sef', 'Sef', 'supervisor', 'x') returning id`,
  );
  const at = (list: readonly number[], turn: number): number => list[(turn * 37) % list.length] ?? 0;

  return {
    supervisorId: supervisor.rows[0]?.id ?? 0,
    change: (turn) =>
      turn % 2 === 0
        ? db.pool.query(
            `with agent as (
               update agents set state = case when $2::text = 'wrap-up' then 'wrap-up' else 'in-call' end, state_since = now()
               where user_id = $1)
             update live_calls set stage = $2::text, stage_at = now() where agent_id = $1`,
            [at(talking, turn / 2), STAGES[turn % STAGES.length]],
          )
        : db.pool.query(
            `update agents set state = $2::text, state_since = now(), reason = case when $2::text = 'paused' then 'masa' end
             where user_id = $1`,
            [at(free, (turn - 1) / 2), STATES[(turn * 5 + 1) % STATES.length]],
          ),
    mark: (turn, name) =>
      db.pool.query(
        `update agents set state = 'paused', reason = $2, state_since = now() where user_id = $1`,
        [at(free.slice(0, 5), turn), name],
      ),
  };
}
