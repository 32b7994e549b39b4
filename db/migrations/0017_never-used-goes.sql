-- its row for the transaction (`db/config-remove.ts`). Calls refer to statuses by the row of `statuses`, which still stays.
CREATE FUNCTION "keep_unless_never_used"() RETURNS trigger LANGUAGE plpgsql AS $$
begin
  if tg_op = 'DELETE' and current_setting('apel.never_used', true) = old.id::text then
    return old;
  end if;
  raise exception 'row % of % is kept: calls may refer to it', old.id, tg_table_name using errcode = 'integrity_constraint_violation';
end $$;
--> statement-breakpoint
DROP TRIGGER "campaigns_are_kept" ON "campaigns";
--> statement-breakpoint
CREATE TRIGGER "campaigns_are_kept" BEFORE DELETE OR UPDATE OF "id" ON "campaigns"
FOR EACH ROW EXECUTE FUNCTION "keep_unless_never_used"();
--> statement-breakpoint
DROP TRIGGER "config_objects_are_kept" ON "config_objects";
--> statement-breakpoint
CREATE TRIGGER "config_objects_are_kept" BEFORE DELETE OR UPDATE OF "id" ON "config_objects"
FOR EACH ROW WHEN (old."kind" IN ('campaign', 'trunk')) EXECUTE FUNCTION "keep_unless_never_used"();
