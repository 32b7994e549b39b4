ALTER TABLE "recording_upkeep" DISABLE ROW LEVEL SECURITY;--> statement-breakpoint
DROP TABLE "recording_upkeep" CASCADE;--> statement-breakpoint
CREATE INDEX "recording_index_kept" ON "recording_index" USING btree ("campaign_id","at") WHERE state in ('ready', 'archived', 'lost');--> statement-breakpoint
CREATE INDEX "recording_index_wav" ON "recording_index" USING btree ("campaign_id","at") WHERE state = 'ready';