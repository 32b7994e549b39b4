CREATE TABLE "recordings_not_indexed" (
	"call_id" uuid NOT NULL
);

--> statement-breakpoint
DROP TRIGGER "calls_recording_index" ON "calls";
--> statement-breakpoint
CREATE TRIGGER "calls_recording_index_insert" AFTER INSERT ON "calls"
FOR EACH ROW WHEN (new."recording_state" <> 'none') EXECUTE FUNCTION "index_recording"();
--> statement-breakpoint
CREATE TRIGGER "calls_recording_index_update" AFTER UPDATE OF "status_id", "recording_state", "recording_archived_at" ON "calls"
FOR EACH ROW WHEN (new."recording_state" <> 'none' AND old."committed_at" IS NOT NULL) EXECUTE FUNCTION "index_recording"();
--> statement-breakpoint
-- The commit only notes the call: its row in the index is made each second, for many at once (`db/recording-index.ts`).
CREATE FUNCTION "note_recording"() RETURNS trigger LANGUAGE plpgsql AS $$
begin
  insert into recordings_not_indexed (call_id) values (new.id);
  return null;
end $$;
--> statement-breakpoint
CREATE TRIGGER "calls_recording_noted" AFTER UPDATE OF "status_id", "recording_state", "recording_archived_at" ON "calls"
FOR EACH ROW WHEN (new."recording_state" <> 'none' AND old."committed_at" IS NULL) EXECUTE FUNCTION "note_recording"();
