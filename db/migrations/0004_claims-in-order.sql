DROP INDEX "live_calls_edge";--> statement-breakpoint
DROP INDEX "live_calls_campaign";--> statement-breakpoint
DROP INDEX "live_calls_trunk";--> statement-breakpoint
ALTER TABLE "live_calls" ADD COLUMN "seq" bigint NOT NULL GENERATED ALWAYS AS IDENTITY (sequence name "live_calls_seq_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1);--> statement-breakpoint
CREATE INDEX "live_calls_edge" ON "live_calls" USING btree ("node","epoch","seq");--> statement-breakpoint
CREATE INDEX "live_calls_campaign" ON "live_calls" USING btree ("campaign_id","seq");--> statement-breakpoint
CREATE INDEX "live_calls_trunk" ON "live_calls" USING btree ("trunk_id","seq");