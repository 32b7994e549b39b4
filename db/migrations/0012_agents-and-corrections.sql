CREATE TABLE "agent_state_days" (
	"zone" text NOT NULL,
	"day" date NOT NULL,
	"user_id" integer NOT NULL,
	"state" text NOT NULL,
	"ms" bigint NOT NULL,
	CONSTRAINT "agent_state_days_zone_day_user_id_state_pk" PRIMARY KEY("zone","day","user_id","state")
);
--> statement-breakpoint
CREATE TABLE "agent_state_hours" (
	"hour" timestamp with time zone NOT NULL,
	"user_id" integer NOT NULL,
	"state" text NOT NULL,
	"ms" bigint NOT NULL,
	CONSTRAINT "agent_state_hours_hour_user_id_state_pk" PRIMARY KEY("hour","user_id","state")
);
--> statement-breakpoint
CREATE TABLE "report_agent_days" (
	"zone" text NOT NULL,
	"day" date NOT NULL,
	"agent_id" integer NOT NULL,
	"campaign_id" integer NOT NULL,
	"kind" text NOT NULL,
	"status_id" smallint NOT NULL,
	"calls" integer NOT NULL,
	"answered" integer NOT NULL,
	"talk_ms" bigint NOT NULL,
	"hold_ms" bigint NOT NULL,
	"wrap_up_ms" bigint NOT NULL,
	CONSTRAINT "report_agent_days_zone_day_agent_id_campaign_id_kind_status_id_pk" PRIMARY KEY("zone","day","agent_id","campaign_id","kind","status_id")
);
--> statement-breakpoint
CREATE TABLE "call_corrections" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "call_corrections_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"call_id" uuid NOT NULL,
	"before_status_id" smallint NOT NULL,
	"after_status_id" smallint NOT NULL,
	"source" text NOT NULL,
	"reason" text NOT NULL,
	"by" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"answers_before" jsonb,
	"answers_after" jsonb
);
--> statement-breakpoint
ALTER TABLE "call_corrections" ADD CONSTRAINT "call_corrections_before_status_id_statuses_id_fk" FOREIGN KEY ("before_status_id") REFERENCES "public"."statuses"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "call_corrections" ADD CONSTRAINT "call_corrections_after_status_id_statuses_id_fk" FOREIGN KEY ("after_status_id") REFERENCES "public"."statuses"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "call_corrections_call" ON "call_corrections" USING btree ("call_id","id");--> statement-breakpoint
CREATE INDEX "call_corrections_before" ON "call_corrections" USING btree ("before_status_id");--> statement-breakpoint
CREATE INDEX "call_corrections_after" ON "call_corrections" USING btree ("after_status_id");--> statement-breakpoint
-- Rewritten by each fold, each change of state: room on each page keeps those updates heap-only.
ALTER TABLE "report_agent_days" SET (fillfactor = 70);
--> statement-breakpoint
ALTER TABLE "agent_state_hours" SET (fillfactor = 70);
--> statement-breakpoint
ALTER TABLE "agent_state_days" SET (fillfactor = 70);
--> statement-breakpoint
-- What was corrected stays written.
CREATE FUNCTION "keep_corrections"() RETURNS trigger LANGUAGE plpgsql AS $$
begin
  raise exception 'correction % is kept: a mistake is corrected by another one', old.id using errcode = 'integrity_constraint_violation';
end $$;
--> statement-breakpoint
CREATE TRIGGER "call_corrections_are_kept" BEFORE UPDATE OR DELETE ON "call_corrections"
FOR EACH ROW EXECUTE FUNCTION "keep_corrections"();
--> statement-breakpoint
-- A committed call's status, and nothing else of its outcome, changes to what its last correction says.
CREATE FUNCTION "keep_uncorrected_outcome"() RETURNS trigger LANGUAGE plpgsql AS $$
begin
  if new.status_id is distinct from old.status_id
    and (to_jsonb(new) - 'status_id') = (to_jsonb(old) - 'status_id')
    and (select c.before_status_id = old.status_id and c.after_status_id = new.status_id
         from call_corrections c where c.call_id = old.id order by c.id desc limit 1) then
    return new;
  end if;
  raise exception 'call % is committed: its outcome cannot be changed', old.id using errcode = 'integrity_constraint_violation';
end $$;
--> statement-breakpoint
DROP TRIGGER "calls_outcome_is_final" ON "calls";
--> statement-breakpoint
CREATE TRIGGER "calls_outcome_is_final" BEFORE UPDATE OF "id", "kind", "campaign_id", "list_id", "contact_id", "attempt", "number_id",
  "agent_id", "committed_at", "status_id", "status_by", "result", "reason", "sip_status", "invited_at", "answered_at", "ended_at",
  "talk_ms", "menu_key" ON "calls"
FOR EACH ROW WHEN (old."committed_at" IS NOT NULL) EXECUTE FUNCTION "keep_uncorrected_outcome"();
--> statement-breakpoint
-- As `sum_for_reports`, for calls with an agent. Of robot calls nothing is written.
CREATE FUNCTION "sum_for_agents"() RETURNS trigger LANGUAGE plpgsql AS $$
declare
  changed rollup_hours[];
begin
  if tg_op = 'INSERT' then
    select array_agg(a) into changed from added a where a.agent_id <> 0;
  elsif tg_op = 'UPDATE' then
    select array_agg(c) into changed from (
      select * from added
      union all
      select hour, campaign_id, list_id, agent_id, kind, status_id, -calls, -answered, -talk_ms, -hold_ms, -wrap_up_ms from removed) c
    where c.agent_id <> 0;
  else
    select array_agg(c) into changed from (
      select hour, campaign_id, list_id, agent_id, kind, status_id, -calls, -answered, -talk_ms, -hold_ms, -wrap_up_ms from removed) c
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
  return null;
end $$;
--> statement-breakpoint
CREATE TRIGGER "rollup_hours_added_of_agents" AFTER INSERT ON "rollup_hours" REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION "sum_for_agents"();
--> statement-breakpoint
CREATE TRIGGER "rollup_hours_changed_of_agents" AFTER UPDATE ON "rollup_hours" REFERENCING OLD TABLE AS removed NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION "sum_for_agents"();
--> statement-breakpoint
CREATE TRIGGER "rollup_hours_removed_of_agents" AFTER DELETE ON "rollup_hours" REFERENCING OLD TABLE AS removed
FOR EACH STATEMENT EXECUTE FUNCTION "sum_for_agents"();
--> statement-breakpoint
INSERT INTO "report_agent_days" (zone, day, agent_id, campaign_id, kind, status_id, calls, answered, talk_ms, hold_ms, wrap_up_ms)
SELECT z.zone, (h.hour at time zone z.zone)::date, h.agent_id, h.campaign_id, h.kind, h.status_id,
  sum(h.calls), sum(h.answered), sum(h.talk_ms), sum(h.hold_ms), sum(h.wrap_up_ms)
FROM "rollup_hours" h CROSS JOIN "report_zones" z WHERE h.agent_id <> 0 GROUP BY 1, 2, 3, 4, 5, 6;
--> statement-breakpoint
-- A state that is over is added to its hours and days, in the statement that ends it. All writers of one agent's trail hold
-- the agent's row: nobody else touches these rows.
CREATE FUNCTION "add_agent_time"() RETURNS trigger LANGUAGE plpgsql AS $$
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
  return null;
end $$;
--> statement-breakpoint
CREATE TRIGGER "agent_states_take_time" AFTER INSERT ON "agent_states"
FOR EACH ROW WHEN (new."from_state" <> 'logged-out') EXECUTE FUNCTION "add_agent_time"();
--> statement-breakpoint
-- What there is already. Since the trigger was made nobody else can write until this is over.
INSERT INTO "agent_state_hours" (hour, user_id, state, ms)
SELECT t, user_id, from_state, sum(extract(epoch from least(at, t + interval '1 hour') - greatest(since, t)) * 1000)
FROM (SELECT user_id, from_state, at, lag(at) over (partition by user_id order by at, id) AS since FROM "agent_states") s
CROSS JOIN LATERAL generate_series(date_trunc('hour', since, 'UTC'), at, interval '1 hour') t
WHERE from_state <> 'logged-out' AND since < at AND t < at
GROUP BY 1, 2, 3;
--> statement-breakpoint
INSERT INTO "agent_state_days" (zone, day, user_id, state, ms)
SELECT z.zone, (hour at time zone z.zone)::date, user_id, state, sum(ms)
FROM "agent_state_hours" CROSS JOIN "report_zones" z GROUP BY 1, 2, 3, 4;
