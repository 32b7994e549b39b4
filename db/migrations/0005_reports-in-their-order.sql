CREATE TABLE "report_days" (
	"zone" text NOT NULL,
	"campaign_id" integer NOT NULL,
	"list_id" integer NOT NULL,
	"kind" text NOT NULL,
	"status_id" smallint NOT NULL,
	"day" date NOT NULL,
	"calls" integer NOT NULL,
	"answered" integer NOT NULL,
	"talk_ms" bigint NOT NULL,
	CONSTRAINT "report_days_zone_campaign_id_list_id_day_kind_status_id_pk" PRIMARY KEY("zone","campaign_id","list_id","day","kind","status_id")
);
--> statement-breakpoint
CREATE TABLE "report_hours" (
	"campaign_id" integer NOT NULL,
	"list_id" integer NOT NULL,
	"kind" text NOT NULL,
	"status_id" smallint NOT NULL,
	"hour" timestamp with time zone NOT NULL,
	"calls" integer NOT NULL,
	"answered" integer NOT NULL,
	"talk_ms" bigint NOT NULL,
	CONSTRAINT "report_hours_campaign_id_list_id_hour_kind_status_id_pk" PRIMARY KEY("campaign_id","list_id","hour","kind","status_id")
);
--> statement-breakpoint
CREATE TABLE "report_zones" (
	"zone" text PRIMARY KEY NOT NULL
);
--> statement-breakpoint
-- Today's rows are rewritten with each fold: room on each page keeps those updates heap-only.
ALTER TABLE "report_hours" SET (fillfactor = 70);
--> statement-breakpoint
ALTER TABLE "report_days" SET (fillfactor = 70);
--> statement-breakpoint
-- Sums for reports follow `rollup_hours` in the statement that changes it, whoever writes it: the fold of this build, that of
-- the former one during an upgrade, a person. -1 is the sum over all campaigns or lists.
CREATE FUNCTION "sum_for_reports"() RETURNS trigger LANGUAGE plpgsql AS $$
declare
  changed rollup_hours[];
begin
  if tg_op = 'INSERT' then
    select array_agg(a) into changed from added a;
  elsif tg_op = 'UPDATE' then
    select array_agg(c) into changed from (
      select * from added
      union all
      select hour, campaign_id, list_id, agent_id, kind, status_id, -calls, -answered, -talk_ms, -hold_ms, -wrap_up_ms from removed) c;
  else
    select array_agg(c) into changed from (
      select hour, campaign_id, list_id, agent_id, kind, status_id, -calls, -answered, -talk_ms, -hold_ms, -wrap_up_ms from removed) c;
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
  insert into report_days as r (zone, campaign_id, list_id, kind, status_id, day, calls, answered, talk_ms)
  select z.zone, coalesce(c.campaign_id, -1), coalesce(c.list_id, -1), c.kind, c.status_id, (c.hour at time zone z.zone)::date,
    sum(c.calls), sum(c.answered), sum(c.talk_ms)
  from unnest(changed) c cross join report_zones z
  group by z.zone, (c.hour at time zone z.zone)::date, c.kind, c.status_id, cube (c.campaign_id, c.list_id)
  on conflict (zone, campaign_id, list_id, day, kind, status_id) do update set
    calls = r.calls + excluded.calls, answered = r.answered + excluded.answered, talk_ms = r.talk_ms + excluded.talk_ms;
  return null;
end $$;
--> statement-breakpoint
CREATE TRIGGER "rollup_hours_added" AFTER INSERT ON "rollup_hours" REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION "sum_for_reports"();
--> statement-breakpoint
CREATE TRIGGER "rollup_hours_changed" AFTER UPDATE ON "rollup_hours" REFERENCING OLD TABLE AS removed NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION "sum_for_reports"();
--> statement-breakpoint
CREATE TRIGGER "rollup_hours_removed" AFTER DELETE ON "rollup_hours" REFERENCING OLD TABLE AS removed
FOR EACH STATEMENT EXECUTE FUNCTION "sum_for_reports"();
--> statement-breakpoint
-- What there is already. Since the triggers were made nobody else can write until this is over.
INSERT INTO "report_hours" (campaign_id, list_id, kind, status_id, hour, calls, answered, talk_ms)
SELECT coalesce(campaign_id, -1), coalesce(list_id, -1), kind, status_id, hour, sum(calls), sum(answered), sum(talk_ms)
FROM "rollup_hours" GROUP BY hour, kind, status_id, cube (campaign_id, list_id);
