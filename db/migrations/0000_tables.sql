CREATE TABLE "audit_log" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "audit_log_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"actor" text NOT NULL,
	"action" text NOT NULL,
	"object_kind" text NOT NULL,
	"object_id" text NOT NULL,
	"before" jsonb,
	"after" jsonb
);
--> statement-breakpoint
CREATE TABLE "calls" (
	"id" uuid PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"campaign_id" integer NOT NULL,
	"list_id" integer,
	"contact_id" bigint,
	"attempt" integer NOT NULL,
	"number_id" bigint NOT NULL,
	"trunk_id" integer,
	"agent_id" integer,
	"node" text NOT NULL,
	"epoch" integer NOT NULL,
	"versions" jsonb NOT NULL,
	"claimed_at" timestamp with time zone DEFAULT now() NOT NULL,
	"committed_at" timestamp with time zone,
	"status_id" smallint,
	"result" text,
	"reason" text,
	"sip_status" smallint,
	"invited_at" timestamp with time zone,
	"ringing_at" timestamp with time zone,
	"answered_at" timestamp with time zone,
	"ended_at" timestamp with time zone,
	"talk_ms" integer,
	"prompt_ms" integer,
	"heard_ms" integer,
	"menu_key" text,
	"recording_state" text,
	"recording_reason" text,
	"recording_path" text,
	"recording_sha256" text,
	"recording_ms" integer,
	"recording_bytes" integer,
	"timeline" jsonb,
	"status_by" text,
	CONSTRAINT "calls_contact_attempt" UNIQUE("contact_id","attempt")
);
--> statement-breakpoint
CREATE TABLE "campaign_numbers" (
	"campaign_id" integer NOT NULL,
	"number_id" bigint NOT NULL,
	"unanswered" integer DEFAULT 0 NOT NULL,
	"stopped_at" timestamp with time zone,
	"stopped_by" text,
	"lifted_at" timestamp with time zone,
	"lifted_by" text,
	"lifted_reason" text,
	CONSTRAINT "campaign_numbers_campaign_id_number_id_pk" PRIMARY KEY("campaign_id","number_id")
);
--> statement-breakpoint
CREATE TABLE "campaigns" (
	"id" integer PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"paused_at" timestamp with time zone,
	"paused_by" text,
	"paused_reason" text,
	"wait_reason" text,
	"wait_until" timestamp with time zone,
	"wait_since" timestamp with time zone,
	CONSTRAINT "campaigns_name_unique" UNIQUE("name")
);
--> statement-breakpoint
CREATE TABLE "config_objects" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "config_objects_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"kind" text NOT NULL,
	"name" text NOT NULL,
	"version" integer NOT NULL,
	"body" jsonb NOT NULL,
	"origin" text NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_by" text NOT NULL,
	CONSTRAINT "config_objects_kind_name" UNIQUE("kind","name")
);
--> statement-breakpoint
CREATE TABLE "config_versions" (
	"kind" text NOT NULL,
	"name" text NOT NULL,
	"version" integer NOT NULL,
	"body" jsonb NOT NULL,
	"origin" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"created_by" text NOT NULL,
	CONSTRAINT "config_versions_kind_name_version_pk" PRIMARY KEY("kind","name","version")
);
--> statement-breakpoint
CREATE TABLE "contact_numbers" (
	"contact_id" bigint NOT NULL,
	"position" smallint NOT NULL,
	"campaign_id" integer NOT NULL,
	"number_id" bigint NOT NULL,
	"active" boolean DEFAULT true NOT NULL,
	CONSTRAINT "contact_numbers_contact_id_position_pk" PRIMARY KEY("contact_id","position")
);
--> statement-breakpoint
CREATE TABLE "contacts" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "contacts_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"campaign_id" integer NOT NULL,
	"list_id" integer NOT NULL,
	"import_id" uuid,
	"row_no" integer,
	"external_id" text,
	"last_name" text,
	"first_name" text,
	"locality" text,
	"county" text,
	"age" smallint,
	"age_band" text,
	"address" text,
	"email" text,
	"language" text,
	"note" text,
	"consent_at" date,
	"consent_source" text,
	"attributes" jsonb,
	"state" text DEFAULT 'open' NOT NULL,
	"closed_reason" text,
	"closed_at" timestamp with time zone,
	"last_status_id" smallint,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "dial_queue" (
	"contact_id" bigint PRIMARY KEY NOT NULL,
	"campaign_id" integer NOT NULL,
	"list_id" integer NOT NULL,
	"rank" smallint NOT NULL,
	"due_at" timestamp with time zone NOT NULL,
	"position" smallint DEFAULT 1 NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"call_id" uuid,
	"wait_reason" text
);
--> statement-breakpoint
CREATE TABLE "edges" (
	"node" text NOT NULL,
	"epoch" integer NOT NULL,
	"control_url" text NOT NULL,
	"capacity" integer NOT NULL,
	"started_at" timestamp with time zone DEFAULT now() NOT NULL,
	"draining_at" timestamp with time zone,
	"ended_at" timestamp with time zone,
	"ended_by" text,
	"refusing" text,
	CONSTRAINT "edges_node_epoch_pk" PRIMARY KEY("node","epoch")
);
--> statement-breakpoint
CREATE TABLE "import_rejects" (
	"import_id" uuid NOT NULL,
	"row_no" integer NOT NULL,
	"line" integer NOT NULL,
	"outcome" text NOT NULL,
	"reason" text NOT NULL,
	"column" text,
	"cells" text[] NOT NULL,
	CONSTRAINT "import_rejects_import_id_row_no_pk" PRIMARY KEY("import_id","row_no")
);
--> statement-breakpoint
CREATE TABLE "imports" (
	"id" uuid PRIMARY KEY NOT NULL,
	"workflow_id" text NOT NULL,
	"campaign_id" integer NOT NULL,
	"list_id" integer,
	"input" jsonb NOT NULL,
	"file_sha256" text NOT NULL,
	"state" text NOT NULL,
	"layout" jsonb NOT NULL,
	"bytes_total" bigint NOT NULL,
	"bytes_done" bigint DEFAULT 0 NOT NULL,
	"rows_done" integer DEFAULT 0 NOT NULL,
	"lines_done" integer DEFAULT 0 NOT NULL,
	"accepted" integer DEFAULT 0 NOT NULL,
	"duplicate" integer DEFAULT 0 NOT NULL,
	"invalid" integer DEFAULT 0 NOT NULL,
	"suppressed" integer DEFAULT 0 NOT NULL,
	"rejects_file" text,
	"started_at" timestamp with time zone DEFAULT now() NOT NULL,
	"finished_at" timestamp with time zone,
	CONSTRAINT "imports_workflow" UNIQUE("workflow_id","started_at")
);
--> statement-breakpoint
CREATE TABLE "lists" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "lists_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"campaign_id" integer NOT NULL,
	"name" text NOT NULL,
	"kind" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "lists_campaign_name" UNIQUE("campaign_id","name")
);
--> statement-breakpoint
CREATE TABLE "live_calls" (
	"call_id" uuid PRIMARY KEY NOT NULL,
	"number_id" bigint NOT NULL,
	"campaign_id" integer NOT NULL,
	"contact_id" bigint,
	"attempt" integer NOT NULL,
	"trunk_id" integer,
	"node" text NOT NULL,
	"epoch" integer NOT NULL,
	"stage" text NOT NULL,
	"stage_at" timestamp with time zone DEFAULT now() NOT NULL,
	"claimed_at" timestamp with time zone DEFAULT now() NOT NULL,
	"place_before" timestamp with time zone,
	"started_at" timestamp with time zone,
	"invited_at" timestamp with time zone,
	"answered_at" timestamp with time zone,
	CONSTRAINT "live_calls_number_id_unique" UNIQUE("number_id")
);
--> statement-breakpoint
CREATE TABLE "login_throttle" (
	"key" text PRIMARY KEY NOT NULL,
	"failures" integer NOT NULL,
	"blocked_until" timestamp with time zone,
	"updated_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "numbers" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "numbers_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"e164" text NOT NULL,
	"do_not_call_at" timestamp with time zone,
	"do_not_call_reason" text,
	"do_not_call_by" text,
	"cap_day" date,
	"cap_day_count" integer DEFAULT 0 NOT NULL,
	"cap_total" integer DEFAULT 0 NOT NULL,
	"only_trunk_id" integer,
	CONSTRAINT "numbers_e164_unique" UNIQUE("e164")
);
--> statement-breakpoint
CREATE TABLE "rollup_deltas" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "rollup_deltas_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"hour" timestamp with time zone NOT NULL,
	"campaign_id" integer NOT NULL,
	"list_id" integer NOT NULL,
	"agent_id" integer NOT NULL,
	"kind" text NOT NULL,
	"status_id" smallint NOT NULL,
	"calls" integer NOT NULL,
	"answered" integer NOT NULL,
	"talk_ms" bigint NOT NULL,
	"hold_ms" bigint NOT NULL,
	"wrap_up_ms" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "rollup_hours" (
	"hour" timestamp with time zone NOT NULL,
	"campaign_id" integer NOT NULL,
	"list_id" integer NOT NULL,
	"agent_id" integer NOT NULL,
	"kind" text NOT NULL,
	"status_id" smallint NOT NULL,
	"calls" integer NOT NULL,
	"answered" integer NOT NULL,
	"talk_ms" bigint NOT NULL,
	"hold_ms" bigint NOT NULL,
	"wrap_up_ms" bigint NOT NULL,
	CONSTRAINT "rollup_hours_hour_campaign_id_list_id_agent_id_kind_status_id_pk" PRIMARY KEY("hour","campaign_id","list_id","agent_id","kind","status_id")
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"token_hash" "bytea" PRIMARY KEY NOT NULL,
	"user_id" integer NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"revoked_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "statuses" (
	"id" smallint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "statuses_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 32767 START WITH 1 CACHE 1),
	"code" text NOT NULL,
	"label_ro" text NOT NULL,
	"label_en" text NOT NULL,
	"reached_person" boolean NOT NULL,
	"counts_as_no_answer" boolean NOT NULL,
	"counts_towards_caps" boolean NOT NULL,
	"final" boolean NOT NULL,
	"positive" boolean NOT NULL,
	"system" boolean NOT NULL,
	"allowed_for" text[] NOT NULL,
	"sort" integer NOT NULL,
	CONSTRAINT "statuses_code_unique" UNIQUE("code")
);
--> statement-breakpoint
CREATE TABLE "trunk_health" (
	"id" integer PRIMARY KEY NOT NULL,
	"backoff_until" timestamp with time zone,
	"backoff_seconds" integer DEFAULT 0 NOT NULL,
	"failures" integer DEFAULT 0 NOT NULL,
	"failures_since" timestamp with time zone,
	"failure_times" timestamp with time zone[] DEFAULT '{}'::timestamptz[] NOT NULL,
	"suspended_at" timestamp with time zone,
	"suspended_reason" text,
	"last_probe_at" timestamp with time zone,
	"bucket_level" double precision DEFAULT 0 NOT NULL,
	"bucket_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "users" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "users_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"name" text NOT NULL,
	"display_name" text NOT NULL,
	"role" text NOT NULL,
	"password_hash" text NOT NULL,
	"disabled_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "calls" ADD CONSTRAINT "calls_campaign_id_campaigns_id_fk" FOREIGN KEY ("campaign_id") REFERENCES "public"."campaigns"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "calls" ADD CONSTRAINT "calls_list_id_lists_id_fk" FOREIGN KEY ("list_id") REFERENCES "public"."lists"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "calls" ADD CONSTRAINT "calls_contact_id_contacts_id_fk" FOREIGN KEY ("contact_id") REFERENCES "public"."contacts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "calls" ADD CONSTRAINT "calls_number_id_numbers_id_fk" FOREIGN KEY ("number_id") REFERENCES "public"."numbers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "calls" ADD CONSTRAINT "calls_trunk_id_config_objects_id_fk" FOREIGN KEY ("trunk_id") REFERENCES "public"."config_objects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "calls" ADD CONSTRAINT "calls_agent_id_users_id_fk" FOREIGN KEY ("agent_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "calls" ADD CONSTRAINT "calls_status_id_statuses_id_fk" FOREIGN KEY ("status_id") REFERENCES "public"."statuses"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "campaign_numbers" ADD CONSTRAINT "campaign_numbers_campaign_id_campaigns_id_fk" FOREIGN KEY ("campaign_id") REFERENCES "public"."campaigns"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "campaign_numbers" ADD CONSTRAINT "campaign_numbers_number_id_numbers_id_fk" FOREIGN KEY ("number_id") REFERENCES "public"."numbers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "campaigns" ADD CONSTRAINT "campaigns_id_config_objects_id_fk" FOREIGN KEY ("id") REFERENCES "public"."config_objects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "contact_numbers" ADD CONSTRAINT "contact_numbers_contact_id_contacts_id_fk" FOREIGN KEY ("contact_id") REFERENCES "public"."contacts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "contact_numbers" ADD CONSTRAINT "contact_numbers_campaign_id_campaigns_id_fk" FOREIGN KEY ("campaign_id") REFERENCES "public"."campaigns"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "contact_numbers" ADD CONSTRAINT "contact_numbers_number_id_numbers_id_fk" FOREIGN KEY ("number_id") REFERENCES "public"."numbers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "contacts" ADD CONSTRAINT "contacts_campaign_id_campaigns_id_fk" FOREIGN KEY ("campaign_id") REFERENCES "public"."campaigns"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "contacts" ADD CONSTRAINT "contacts_list_id_lists_id_fk" FOREIGN KEY ("list_id") REFERENCES "public"."lists"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "contacts" ADD CONSTRAINT "contacts_import_id_imports_id_fk" FOREIGN KEY ("import_id") REFERENCES "public"."imports"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "contacts" ADD CONSTRAINT "contacts_last_status_id_statuses_id_fk" FOREIGN KEY ("last_status_id") REFERENCES "public"."statuses"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "dial_queue" ADD CONSTRAINT "dial_queue_contact_id_contacts_id_fk" FOREIGN KEY ("contact_id") REFERENCES "public"."contacts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "import_rejects" ADD CONSTRAINT "import_rejects_import_id_imports_id_fk" FOREIGN KEY ("import_id") REFERENCES "public"."imports"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "imports" ADD CONSTRAINT "imports_campaign_id_campaigns_id_fk" FOREIGN KEY ("campaign_id") REFERENCES "public"."campaigns"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "imports" ADD CONSTRAINT "imports_list_id_lists_id_fk" FOREIGN KEY ("list_id") REFERENCES "public"."lists"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "lists" ADD CONSTRAINT "lists_campaign_id_campaigns_id_fk" FOREIGN KEY ("campaign_id") REFERENCES "public"."campaigns"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "live_calls" ADD CONSTRAINT "live_calls_call_id_calls_id_fk" FOREIGN KEY ("call_id") REFERENCES "public"."calls"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "numbers" ADD CONSTRAINT "numbers_only_trunk_id_config_objects_id_fk" FOREIGN KEY ("only_trunk_id") REFERENCES "public"."config_objects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "trunk_health" ADD CONSTRAINT "trunk_health_id_config_objects_id_fk" FOREIGN KEY ("id") REFERENCES "public"."config_objects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "calls_campaign_claimed" ON "calls" USING btree ("campaign_id","claimed_at","id");--> statement-breakpoint
CREATE INDEX "calls_claimed" ON "calls" USING btree ("claimed_at","id");--> statement-breakpoint
CREATE INDEX "calls_number" ON "calls" USING btree ("number_id");--> statement-breakpoint
CREATE INDEX "calls_list" ON "calls" USING btree ("list_id");--> statement-breakpoint
CREATE INDEX "calls_agent" ON "calls" USING btree ("agent_id");--> statement-breakpoint
CREATE INDEX "calls_trunk" ON "calls" USING btree ("trunk_id");--> statement-breakpoint
CREATE INDEX "calls_status" ON "calls" USING btree ("status_id");--> statement-breakpoint
CREATE INDEX "campaign_numbers_number" ON "campaign_numbers" USING btree ("number_id");--> statement-breakpoint
CREATE UNIQUE INDEX "contact_numbers_campaign_number" ON "contact_numbers" USING btree ("campaign_id","number_id") WHERE active;--> statement-breakpoint
CREATE INDEX "contact_numbers_number" ON "contact_numbers" USING btree ("number_id");--> statement-breakpoint
CREATE INDEX "contacts_list" ON "contacts" USING btree ("list_id");--> statement-breakpoint
CREATE INDEX "contacts_import" ON "contacts" USING btree ("import_id");--> statement-breakpoint
CREATE INDEX "contacts_campaign" ON "contacts" USING btree ("campaign_id");--> statement-breakpoint
CREATE INDEX "dial_queue_due" ON "dial_queue" USING btree ("campaign_id","rank","due_at","contact_id") WHERE call_id is null;--> statement-breakpoint
CREATE INDEX "dial_queue_list" ON "dial_queue" USING btree ("list_id");--> statement-breakpoint
CREATE INDEX "edges_open" ON "edges" USING btree ("node") WHERE ended_at is null;--> statement-breakpoint
CREATE INDEX "imports_campaign" ON "imports" USING btree ("campaign_id");--> statement-breakpoint
CREATE INDEX "imports_list" ON "imports" USING btree ("list_id");--> statement-breakpoint
CREATE INDEX "imports_sha" ON "imports" USING btree ("file_sha256");--> statement-breakpoint
CREATE INDEX "live_calls_edge" ON "live_calls" USING btree ("node","epoch");--> statement-breakpoint
CREATE INDEX "live_calls_campaign" ON "live_calls" USING btree ("campaign_id");--> statement-breakpoint
CREATE INDEX "live_calls_trunk" ON "live_calls" USING btree ("trunk_id");--> statement-breakpoint
CREATE INDEX "rollup_hours_campaign" ON "rollup_hours" USING btree ("campaign_id","hour");--> statement-breakpoint
CREATE INDEX "sessions_user" ON "sessions" USING btree ("user_id");--> statement-breakpoint
CREATE UNIQUE INDEX "users_name" ON "users" USING btree (lower("name"));