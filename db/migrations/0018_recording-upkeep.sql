CREATE TABLE "recording_days" (
	"day" date PRIMARY KEY NOT NULL,
	"archived" integer DEFAULT 0 NOT NULL,
	"deleted" integer DEFAULT 0 NOT NULL,
	"freed_bytes" bigint DEFAULT 0 NOT NULL,
	"checked_at" timestamp with time zone,
	"wav_bytes" bigint DEFAULT 0 NOT NULL,
	"archive_bytes" bigint DEFAULT 0 NOT NULL,
	"missing" integer DEFAULT 0 NOT NULL,
	"strangers" integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "recording_troubles" (
	"call_id" uuid PRIMARY KEY NOT NULL,
	"reason" text NOT NULL,
	"tries" integer DEFAULT 1 NOT NULL,
	"tried_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "recording_upkeep" (
	"campaign_id" integer NOT NULL,
	"task" text NOT NULL,
	"claimed_at" timestamp with time zone NOT NULL,
	"call_id" uuid NOT NULL,
	CONSTRAINT "recording_upkeep_campaign_id_task_pk" PRIMARY KEY("campaign_id","task")
);
--> statement-breakpoint
ALTER TABLE "calls" ADD COLUMN "recording_archived_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "calls" ADD COLUMN "recording_deleted_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "calls" ADD COLUMN "recording_leftover" text;--> statement-breakpoint
ALTER TABLE "recording_troubles" ADD CONSTRAINT "recording_troubles_call_id_calls_id_fk" FOREIGN KEY ("call_id") REFERENCES "public"."calls"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "calls_recording_leftover" ON "calls" USING btree ("id") WHERE recording_leftover is not null;