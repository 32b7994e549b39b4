CREATE TABLE "trunk_tests" (
	"id" uuid PRIMARY KEY NOT NULL,
	"trunk_id" integer NOT NULL,
	"trunk_version" integer NOT NULL,
	"number_id" bigint NOT NULL,
	"caller_id" text NOT NULL,
	"prompt" text,
	"prompt_version" integer,
	"node" text NOT NULL,
	"epoch" integer NOT NULL,
	"requested_at" timestamp with time zone NOT NULL,
	"requested_by" text NOT NULL,
	"ended_at" timestamp with time zone,
	"result" text,
	"reason" text,
	"sip_status" smallint,
	"invited_at" timestamp with time zone,
	"ringing_at" timestamp with time zone,
	"answered_at" timestamp with time zone,
	"talk_ms" integer,
	"heard_ms" integer,
	"prompt_ms" integer,
	"timeline" jsonb
);
--> statement-breakpoint
ALTER TABLE "config_objects" ADD COLUMN "retired_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "config_objects" ADD COLUMN "retired_by" text;--> statement-breakpoint
ALTER TABLE "statuses" ADD COLUMN "retired_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "trunk_tests" ADD CONSTRAINT "trunk_tests_trunk_id_config_objects_id_fk" FOREIGN KEY ("trunk_id") REFERENCES "public"."config_objects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "trunk_tests" ADD CONSTRAINT "trunk_tests_number_id_numbers_id_fk" FOREIGN KEY ("number_id") REFERENCES "public"."numbers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "trunk_tests_trunk" ON "trunk_tests" USING btree ("trunk_id","requested_at");--> statement-breakpoint
CREATE INDEX "trunk_tests_number" ON "trunk_tests" USING btree ("number_id");--> statement-breakpoint
CREATE UNIQUE INDEX "trunk_tests_open" ON "trunk_tests" USING btree ("trunk_id") WHERE ended_at is null;