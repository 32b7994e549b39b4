ALTER TABLE "campaigns" ADD COLUMN "stopped_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "config_versions" ADD COLUMN "removed" boolean DEFAULT false NOT NULL;