-- Custom SQL migration file, put your code below! --
-- Calls refer to campaigns, trunks and statuses by the row's id, to everything else by name and version: only those are kept.
DROP TRIGGER "config_objects_are_kept" ON "config_objects";
--> statement-breakpoint
CREATE TRIGGER "config_objects_are_kept" BEFORE DELETE OR UPDATE OF "id" ON "config_objects"
FOR EACH ROW WHEN (old."kind" IN ('campaign', 'trunk', 'status')) EXECUTE FUNCTION "keep_what_is_referred_to"();
