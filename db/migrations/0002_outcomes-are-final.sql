-- A committed outcome never changes silently. Whatever a later statement, script or person tries: what was counted stays
-- as it was counted; a correction is a new row elsewhere. (Where the audio lies may change: archive, retention.)
CREATE FUNCTION "keep_committed_outcome"() RETURNS trigger LANGUAGE plpgsql AS $$
begin
  raise exception 'call % is committed: its outcome cannot be changed', old.id using errcode = 'integrity_constraint_violation';
end $$;
--> statement-breakpoint
CREATE TRIGGER "calls_outcome_is_final" BEFORE UPDATE OF "id", "kind", "campaign_id", "list_id", "contact_id", "attempt", "number_id",
  "agent_id", "committed_at", "status_id", "status_by", "result", "reason", "sip_status", "invited_at", "answered_at", "ended_at",
  "talk_ms", "menu_key" ON "calls"
FOR EACH ROW WHEN (old."committed_at" IS NOT NULL) EXECUTE FUNCTION "keep_committed_outcome"();
--> statement-breakpoint
CREATE TRIGGER "calls_are_kept" BEFORE DELETE ON "calls"
FOR EACH ROW WHEN (old."committed_at" IS NOT NULL) EXECUTE FUNCTION "keep_committed_outcome"();
