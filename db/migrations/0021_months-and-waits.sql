CREATE TABLE "agent_state_months" (
	"zone" text NOT NULL,
	"month" date NOT NULL,
	"user_id" integer NOT NULL,
	"state" text NOT NULL,
	"ms" bigint NOT NULL,
	CONSTRAINT "agent_state_months_zone_month_user_id_state_pk" PRIMARY KEY("zone","month","user_id","state")
);
--> statement-breakpoint
CREATE TABLE "report_agent_months" (
	"zone" text NOT NULL,
	"month" date NOT NULL,
	"agent_id" integer NOT NULL,
	"campaign_id" integer NOT NULL,
	"kind" text NOT NULL,
	"status_id" smallint NOT NULL,
	"calls" integer NOT NULL,
	"answered" integer NOT NULL,
	"talk_ms" bigint NOT NULL,
	"hold_ms" bigint NOT NULL,
	"wrap_up_ms" bigint NOT NULL,
	CONSTRAINT "report_agent_months_zone_month_agent_id_campaign_id_kind_status_id_pk" PRIMARY KEY("zone","month","agent_id","campaign_id","kind","status_id")
);
--> statement-breakpoint
CREATE TABLE "report_fills" (
	"name" text PRIMARY KEY NOT NULL,
	"before" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "report_month_hours" (
	"zone" text NOT NULL,
	"campaign_id" integer NOT NULL,
	"month" date NOT NULL,
	"kind" text NOT NULL,
	"status_id" smallint NOT NULL,
	"local_hour" smallint NOT NULL,
	"calls" integer NOT NULL,
	"answered" integer NOT NULL,
	"talk_ms" bigint NOT NULL,
	CONSTRAINT "report_month_hours_zone_campaign_id_month_local_hour_kind_status_id_pk" PRIMARY KEY("zone","campaign_id","month","local_hour","kind","status_id")
);
--> statement-breakpoint
CREATE TABLE "report_months" (
	"zone" text NOT NULL,
	"campaign_id" integer NOT NULL,
	"month" date NOT NULL,
	"kind" text NOT NULL,
	"status_id" smallint NOT NULL,
	"calls" integer NOT NULL,
	"answered" integer NOT NULL,
	"talk_ms" bigint NOT NULL,
	"waited" integer DEFAULT 0 NOT NULL,
	"waited_ms" bigint DEFAULT 0 NOT NULL,
	"given_up" integer DEFAULT 0 NOT NULL,
	"given_up_ms" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "report_months_zone_campaign_id_month_kind_status_id_pk" PRIMARY KEY("zone","campaign_id","month","kind","status_id")
);
--> statement-breakpoint
ALTER TABLE "report_days" ADD COLUMN "waited" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "report_days" ADD COLUMN "waited_ms" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "report_days" ADD COLUMN "given_up" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "report_days" ADD COLUMN "given_up_ms" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "rollup_deltas" ADD COLUMN "waited" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "rollup_deltas" ADD COLUMN "waited_ms" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "rollup_deltas" ADD COLUMN "given_up" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "rollup_deltas" ADD COLUMN "given_up_ms" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "rollup_hours" ADD COLUMN "waited" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "rollup_hours" ADD COLUMN "waited_ms" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "rollup_hours" ADD COLUMN "given_up" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "rollup_hours" ADD COLUMN "given_up_ms" bigint DEFAULT 0 NOT NULL;
--> statement-breakpoint
-- This month's rows are rewritten with each fold: room on each page keeps those updates heap-only.
ALTER TABLE "report_months" SET (fillfactor = 70);
--> statement-breakpoint
ALTER TABLE "report_month_hours" SET (fillfactor = 70);
--> statement-breakpoint
ALTER TABLE "report_agent_months" SET (fillfactor = 70);
--> statement-breakpoint
ALTER TABLE "agent_state_months" SET (fillfactor = 70);
--> statement-breakpoint
-- As before (0005), and: how long calls rang, months. Months are without lists: a list is of some weeks.
CREATE OR REPLACE FUNCTION "sum_for_reports"() RETURNS trigger LANGUAGE plpgsql AS $$
declare
  changed rollup_hours[];
begin
  if tg_op = 'INSERT' then
    select array_agg(a) into changed from added a;
  elsif tg_op = 'UPDATE' then
    select array_agg(c) into changed from (
      select * from added
      union all
      select hour, campaign_id, list_id, agent_id, kind, status_id, -calls, -answered, -talk_ms, -hold_ms, -wrap_up_ms,
        -waited, -waited_ms, -given_up, -given_up_ms from removed) c;
  else
    select array_agg(c) into changed from (
      select hour, campaign_id, list_id, agent_id, kind, status_id, -calls, -answered, -talk_ms, -hold_ms, -wrap_up_ms,
        -waited, -waited_ms, -given_up, -given_up_ms from removed) c;
  end if;
  -- Of insert … on conflict both triggers fire, one of them often with nothing.
  if changed is null then
    return null;
  end if;
  insert into report_hours as r (campaign_id, list_id, kind, status_id, hour, calls, answered, talk_ms)
  select coalesce(campaign_id, -1), coalesce(list_id, -1), kind, status_id, hour, sum(calls), sum(answered), sum(talk_ms)
  from unnest(changed)
  group by hour, kind, status_id, cube (campaign_id, list_id)
  on conflict (campaign_id, list_id, hour, kind, status_id) do update set
    calls = r.calls + excluded.calls, answered = r.answered + excluded.answered, talk_ms = r.talk_ms + excluded.talk_ms;
  insert into report_days as r (zone, campaign_id, list_id, kind, status_id, day, calls, answered, talk_ms,
    waited, waited_ms, given_up, given_up_ms)
  select z.zone, coalesce(c.campaign_id, -1), coalesce(c.list_id, -1), c.kind, c.status_id, (c.hour at time zone z.zone)::date,
    sum(c.calls), sum(c.answered), sum(c.talk_ms), sum(c.waited), sum(c.waited_ms), sum(c.given_up), sum(c.given_up_ms)
  from unnest(changed) c cross join report_zones z
  group by z.zone, (c.hour at time zone z.zone)::date, c.kind, c.status_id, cube (c.campaign_id, c.list_id)
  on conflict (zone, campaign_id, list_id, day, kind, status_id) do update set
    calls = r.calls + excluded.calls, answered = r.answered + excluded.answered, talk_ms = r.talk_ms + excluded.talk_ms,
    waited = r.waited + excluded.waited, waited_ms = r.waited_ms + excluded.waited_ms,
    given_up = r.given_up + excluded.given_up, given_up_ms = r.given_up_ms + excluded.given_up_ms;
  insert into report_months as r (zone, campaign_id, month, kind, status_id, calls, answered, talk_ms,
    waited, waited_ms, given_up, given_up_ms)
  select z.zone, coalesce(c.campaign_id, -1), date_trunc('month', c.hour at time zone z.zone)::date, c.kind, c.status_id,
    sum(c.calls), sum(c.answered), sum(c.talk_ms), sum(c.waited), sum(c.waited_ms), sum(c.given_up), sum(c.given_up_ms)
  from unnest(changed) c cross join report_zones z
  group by z.zone, date_trunc('month', c.hour at time zone z.zone)::date, c.kind, c.status_id, rollup (c.campaign_id)
  on conflict (zone, campaign_id, month, kind, status_id) do update set
    calls = r.calls + excluded.calls, answered = r.answered + excluded.answered, talk_ms = r.talk_ms + excluded.talk_ms,
    waited = r.waited + excluded.waited, waited_ms = r.waited_ms + excluded.waited_ms,
    given_up = r.given_up + excluded.given_up, given_up_ms = r.given_up_ms + excluded.given_up_ms;
  insert into report_month_hours as r (zone, campaign_id, month, local_hour, kind, status_id, calls, answered, talk_ms)
  select z.zone, coalesce(c.campaign_id, -1), date_trunc('month', c.hour at time zone z.zone)::date,
    date_part('hour', c.hour at time zone z.zone), c.kind, c.status_id, sum(c.calls), sum(c.answered), sum(c.talk_ms)
  from unnest(changed) c cross join report_zones z
  group by z.zone, date_trunc('month', c.hour at time zone z.zone)::date, date_part('hour', c.hour at time zone z.zone),
    c.kind, c.status_id, rollup (c.campaign_id)
  on conflict (zone, campaign_id, month, local_hour, kind, status_id) do update set
    calls = r.calls + excluded.calls, answered = r.answered + excluded.answered, talk_ms = r.talk_ms + excluded.talk_ms;
  return null;
end $$;
--> statement-breakpoint
-- As before (0012), and: months.
CREATE OR REPLACE FUNCTION "sum_for_agents"() RETURNS trigger LANGUAGE plpgsql AS $$
declare
  changed rollup_hours[];
begin
  if tg_op = 'INSERT' then
    select array_agg(a) into changed from added a where a.agent_id <> 0;
  elsif tg_op = 'UPDATE' then
    select array_agg(c) into changed from (
      select * from added
      union all
      select hour, campaign_id, list_id, agent_id, kind, status_id, -calls, -answered, -talk_ms, -hold_ms, -wrap_up_ms,
        -waited, -waited_ms, -given_up, -given_up_ms from removed) c
    where c.agent_id <> 0;
  else
    select array_agg(c) into changed from (
      select hour, campaign_id, list_id, agent_id, kind, status_id, -calls, -answered, -talk_ms, -hold_ms, -wrap_up_ms,
        -waited, -waited_ms, -given_up, -given_up_ms from removed) c
    where c.agent_id <> 0;
  end if;
  if changed is null then
    return null;
  end if;
  insert into report_agent_days as r (zone, day, agent_id, campaign_id, kind, status_id, calls, answered, talk_ms, hold_ms, wrap_up_ms)
  select z.zone, (c.hour at time zone z.zone)::date, c.agent_id, c.campaign_id, c.kind, c.status_id,
    sum(c.calls), sum(c.answered), sum(c.talk_ms), sum(c.hold_ms), sum(c.wrap_up_ms)
  from unnest(changed) c cross join report_zones z
  group by 1, 2, 3, 4, 5, 6
  on conflict (zone, day, agent_id, campaign_id, kind, status_id) do update set
    calls = r.calls + excluded.calls, answered = r.answered + excluded.answered, talk_ms = r.talk_ms + excluded.talk_ms,
    hold_ms = r.hold_ms + excluded.hold_ms, wrap_up_ms = r.wrap_up_ms + excluded.wrap_up_ms;
  insert into report_agent_months as r (zone, month, agent_id, campaign_id, kind, status_id, calls, answered, talk_ms, hold_ms, wrap_up_ms)
  select z.zone, date_trunc('month', c.hour at time zone z.zone)::date, c.agent_id, c.campaign_id, c.kind, c.status_id,
    sum(c.calls), sum(c.answered), sum(c.talk_ms), sum(c.hold_ms), sum(c.wrap_up_ms)
  from unnest(changed) c cross join report_zones z
  group by 1, 2, 3, 4, 5, 6
  on conflict (zone, month, agent_id, campaign_id, kind, status_id) do update set
    calls = r.calls + excluded.calls, answered = r.answered + excluded.answered, talk_ms = r.talk_ms + excluded.talk_ms,
    hold_ms = r.hold_ms + excluded.hold_ms, wrap_up_ms = r.wrap_up_ms + excluded.wrap_up_ms;
  return null;
end $$;
--> statement-breakpoint
-- As before (0012), and: months.
CREATE OR REPLACE FUNCTION "add_agent_time"() RETURNS trigger LANGUAGE plpgsql AS $$
declare
  since timestamptz;
begin
  select s.at into since from agent_states s where s.user_id = new.user_id and s.id <> new.id order by s.at desc, s.id desc limit 1;
  -- The first state of all, or a clock that has been set back.
  if since is null or since >= new.at then
    return null;
  end if;
  insert into agent_state_hours as h (hour, user_id, state, ms)
  select t, new.user_id, new.from_state,
    extract(epoch from least(new.at, t + interval '1 hour') - greatest(since, t)) * 1000
  from generate_series(date_trunc('hour', since, 'UTC'), new.at, interval '1 hour') t
  where t < new.at
  order by 1
  on conflict (hour, user_id, state) do update set ms = h.ms + excluded.ms;
  insert into agent_state_days as d (zone, day, user_id, state, ms)
  select z.zone, (t at time zone z.zone)::date, new.user_id, new.from_state,
    sum(extract(epoch from least(new.at, t + interval '1 hour') - greatest(since, t)) * 1000)
  from generate_series(date_trunc('hour', since, 'UTC'), new.at, interval '1 hour') t cross join report_zones z
  where t < new.at
  group by 1, 2
  order by 1, 2
  on conflict (zone, day, user_id, state) do update set ms = d.ms + excluded.ms;
  insert into agent_state_months as m (zone, month, user_id, state, ms)
  select z.zone, date_trunc('month', t at time zone z.zone)::date, new.user_id, new.from_state,
    sum(extract(epoch from least(new.at, t + interval '1 hour') - greatest(since, t)) * 1000)
  from generate_series(date_trunc('hour', since, 'UTC'), new.at, interval '1 hour') t cross join report_zones z
  where t < new.at
  group by 1, 2
  order by 1, 2
  on conflict (zone, month, user_id, state) do update set ms = m.ms + excluded.ms;
  return null;
end $$;
--> statement-breakpoint
-- The months of a zone come and go with its row here, whichever build writes it: its days are there already.
CREATE FUNCTION "make_report_months"() RETURNS trigger LANGUAGE plpgsql AS $$
begin
  insert into report_months (zone, campaign_id, month, kind, status_id, calls, answered, talk_ms, waited, waited_ms, given_up, given_up_ms)
  select zone, campaign_id, date_trunc('month', day::timestamp)::date, kind, status_id, sum(calls), sum(answered), sum(talk_ms),
    sum(waited), sum(waited_ms), sum(given_up), sum(given_up_ms)
  from report_days where zone = new.zone and list_id = -1 group by 1, 2, 3, 4, 5 order by 2, 3;
  insert into report_month_hours (zone, campaign_id, month, local_hour, kind, status_id, calls, answered, talk_ms)
  select new.zone, campaign_id, date_trunc('month', hour at time zone new.zone)::date, date_part('hour', hour at time zone new.zone),
    kind, status_id, sum(calls), sum(answered), sum(talk_ms)
  from report_hours where list_id = -1 group by 2, 3, 4, 5, 6 order by 2, 3, 4;
  insert into report_agent_months (zone, month, agent_id, campaign_id, kind, status_id, calls, answered, talk_ms, hold_ms, wrap_up_ms)
  select zone, date_trunc('month', day::timestamp)::date, agent_id, campaign_id, kind, status_id,
    sum(calls), sum(answered), sum(talk_ms), sum(hold_ms), sum(wrap_up_ms)
  from report_agent_days where zone = new.zone group by 1, 2, 3, 4, 5, 6 order by 2, 3;
  insert into agent_state_months (zone, month, user_id, state, ms)
  select zone, date_trunc('month', day::timestamp)::date, user_id, state, sum(ms)
  from agent_state_days where zone = new.zone group by 1, 2, 3, 4 order by 2, 3;
  return null;
end $$;
--> statement-breakpoint
CREATE FUNCTION "forget_report_months"() RETURNS trigger LANGUAGE plpgsql AS $$
begin
  delete from report_months where zone = old.zone;
  delete from report_month_hours where zone = old.zone;
  delete from report_agent_months where zone = old.zone;
  delete from agent_state_months where zone = old.zone;
  return null;
end $$;
--> statement-breakpoint
CREATE TRIGGER "report_zones_make_months" AFTER INSERT ON "report_zones"
FOR EACH ROW EXECUTE FUNCTION "make_report_months"();
--> statement-breakpoint
CREATE TRIGGER "report_zones_forget_months" AFTER DELETE ON "report_zones"
FOR EACH ROW EXECUTE FUNCTION "forget_report_months"();
--> statement-breakpoint
-- The zones that are there already: their months are made as those of a new one. Nobody writes the days until this is over:
-- `rollup_hours` is locked by its new columns, and a state that ends meanwhile waits before its trigger.
LOCK TABLE "agent_states" IN SHARE ROW EXCLUSIVE MODE;
--> statement-breakpoint
WITH gone AS (DELETE FROM "report_zones" RETURNING zone)
SELECT set_config('apel.zones', coalesce(string_agg(zone, ','), ''), true) FROM gone;
--> statement-breakpoint
INSERT INTO "report_zones" (zone)
SELECT zone FROM string_to_table(current_setting('apel.zones'), ',') AS kept(zone) WHERE zone <> '';
--> statement-breakpoint
-- A statement with it is planned for one process, and it costs nothing: it is inlined. Starting two more takes as long as the
-- report of a year, and on a busy machine ten times as long.
CREATE FUNCTION "in_one_process"() RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL UNSAFE AS 'select true';
--> statement-breakpoint
-- How long the calls so far rang is filled in by the workers, day by day: from all calls it takes too long for a migration.
-- An hour of grace for the calls that a former build still commits.
INSERT INTO "report_fills" ("name", "before")
SELECT 'waits', date_trunc('hour', now(), 'UTC') + interval '2 hours' WHERE EXISTS (SELECT FROM "rollup_hours");
