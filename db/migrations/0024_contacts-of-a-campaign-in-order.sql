DROP INDEX "contacts_campaign";--> statement-breakpoint
CREATE INDEX "contacts_campaign" ON "contacts" USING btree ("campaign_id","id");