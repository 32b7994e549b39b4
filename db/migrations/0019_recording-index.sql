CREATE TABLE "recording_index" (
	"call_id" uuid PRIMARY KEY NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"campaign_id" integer NOT NULL,
	"agent_id" integer,
	"status_id" smallint,
	"state" text NOT NULL,
	"ms" integer
);
--> statement-breakpoint
CREATE INDEX "recording_index_at" ON "recording_index" USING btree ("at","call_id","ms","state");--> statement-breakpoint
CREATE INDEX "recording_index_campaign" ON "recording_index" USING btree ("campaign_id","at","call_id","ms","state");--> statement-breakpoint
CREATE INDEX "recording_index_agent" ON "recording_index" USING btree ("agent_id","at","call_id","ms","state") WHERE agent_id is not null;--> statement-breakpoint
CREATE INDEX "recording_index_status" ON "recording_index" USING btree ("status_id","at","call_id","ms","state");
--> statement-breakpoint
-- `calls` has no index on a column that the commit writes (its update stays heap-only); what recordings are searched by stands
-- in this narrow table instead, kept by whoever writes the row of the call: commit, correction, archive, retention, restore.
CREATE FUNCTION "index_recording"() RETURNS trigger LANGUAGE plpgsql AS $$
begin
  insert into recording_index (call_id, at, campaign_id, agent_id, status_id, state, ms)
  values (new.id, coalesce(new.invited_at, new.claimed_at), new.campaign_id, new.agent_id, new.status_id,
    case when new.recording_state = 'ready' and new.recording_archived_at is not null then 'archived' else new.recording_state end,
    new.recording_ms)
  on conflict (call_id) do update set status_id = excluded.status_id, state = excluded.state, ms = excluded.ms;
  return null;
end $$;
--> statement-breakpoint
CREATE TRIGGER "calls_recording_index" AFTER INSERT OR UPDATE OF "status_id", "recording_state", "recording_archived_at" ON "calls"
FOR EACH ROW WHEN (new."recording_state" <> 'none') EXECUTE FUNCTION "index_recording"();
--> statement-breakpoint
INSERT INTO "recording_index" ("call_id", "at", "campaign_id", "agent_id", "status_id", "state", "ms")
SELECT "id", coalesce("invited_at", "claimed_at"), "campaign_id", "agent_id", "status_id",
  case when "recording_state" = 'ready' and "recording_archived_at" is not null then 'archived' else "recording_state" end, "recording_ms"
FROM "calls" WHERE "recording_state" <> 'none';
