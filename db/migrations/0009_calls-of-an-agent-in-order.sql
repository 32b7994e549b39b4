DROP INDEX "calls_agent";--> statement-breakpoint
CREATE INDEX "calls_agent" ON "calls" USING btree ("agent_id","claimed_at") WHERE agent_id is not null;