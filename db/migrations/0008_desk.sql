CREATE TABLE "agent_states" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "agent_states_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"user_id" integer NOT NULL,
	"shift_id" bigint,
	"at" timestamp with time zone NOT NULL,
	"from_state" text NOT NULL,
	"to_state" text NOT NULL,
	"reason" text,
	"cause" text NOT NULL,
	"by" text NOT NULL,
	"call_id" uuid
);
--> statement-breakpoint
CREATE TABLE "agents" (
	"user_id" integer PRIMARY KEY NOT NULL,
	"extension" text NOT NULL,
	"state" text DEFAULT 'logged-out' NOT NULL,
	"state_since" timestamp with time zone NOT NULL,
	"reason" text,
	"return_to" jsonb,
	"next_state" jsonb,
	"shift_id" bigint,
	"works_on" text,
	"campaign_ids" integer[] DEFAULT '{}'::int[] NOT NULL,
	"desk_id" uuid,
	"desk_place" text,
	"desk_seen_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "call_answers" (
	"call_id" uuid NOT NULL,
	"field" text NOT NULL,
	"value" jsonb NOT NULL,
	CONSTRAINT "call_answers_call_id_field_pk" PRIMARY KEY("call_id","field")
);
--> statement-breakpoint
CREATE TABLE "call_drafts" (
	"call_id" uuid PRIMARY KEY NOT NULL,
	"user_id" integer NOT NULL,
	"seq" integer NOT NULL,
	"body" jsonb NOT NULL,
	"saved_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "desk_bindings" (
	"user_id" integer PRIMARY KEY NOT NULL,
	"desk_id" uuid NOT NULL,
	"node" text NOT NULL,
	"epoch" integer NOT NULL,
	"contact" text NOT NULL,
	"registered_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "desk_credentials" (
	"username" text PRIMARY KEY NOT NULL,
	"user_id" integer NOT NULL,
	"desk_id" uuid NOT NULL,
	"session_hash" "bytea" NOT NULL,
	"ha1" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "shifts" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "shifts_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"user_id" integer NOT NULL,
	"started_at" timestamp with time zone NOT NULL,
	"ended_at" timestamp with time zone,
	"ended_by" text
);
--> statement-breakpoint
CREATE TABLE "speed_dials" (
	"user_id" integer NOT NULL,
	"position" smallint NOT NULL,
	"label" text NOT NULL,
	"number" text NOT NULL,
	CONSTRAINT "speed_dials_user_id_position_pk" PRIMARY KEY("user_id","position"),
	CONSTRAINT "speed_dials_number" UNIQUE("user_id","number")
);
--> statement-breakpoint
ALTER TABLE "calls" ADD COLUMN "wrap_up_id" uuid;--> statement-breakpoint
ALTER TABLE "calls" ADD COLUMN "note" text;--> statement-breakpoint
ALTER TABLE "calls" ADD COLUMN "hold_ms" integer;--> statement-breakpoint
ALTER TABLE "calls" ADD COLUMN "wrap_up_ms" integer;--> statement-breakpoint
ALTER TABLE "calls" ADD COLUMN "quality" jsonb;--> statement-breakpoint
ALTER TABLE "calls" ADD COLUMN "manual" boolean;--> statement-breakpoint
ALTER TABLE "calls" ADD COLUMN "override_reason" text;--> statement-breakpoint
ALTER TABLE "edges" ADD COLUMN "sip_ws" text;--> statement-breakpoint
ALTER TABLE "live_calls" ADD COLUMN "agent_id" integer;--> statement-breakpoint
ALTER TABLE "live_calls" ADD COLUMN "preview_until" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "live_calls" ADD COLUMN "held_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "live_calls" ADD COLUMN "desk_lost_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "live_calls" ADD COLUMN "recording_refused_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "live_calls" ADD COLUMN "ended_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "live_calls" ADD COLUMN "end_reason" text;--> statement-breakpoint
ALTER TABLE "live_calls" ADD COLUMN "wrap_up_until" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "live_calls" ADD COLUMN "wrap_up_extended_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "dial_queue" ADD COLUMN "agent_id" integer;--> statement-breakpoint
ALTER TABLE "agents" ADD CONSTRAINT "agents_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "desk_bindings" ADD CONSTRAINT "desk_bindings_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "desk_credentials" ADD CONSTRAINT "desk_credentials_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "shifts" ADD CONSTRAINT "shifts_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "speed_dials" ADD CONSTRAINT "speed_dials_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "agent_states_user" ON "agent_states" USING btree ("user_id","at");--> statement-breakpoint
CREATE INDEX "agent_states_at" ON "agent_states" USING btree ("at");--> statement-breakpoint
CREATE UNIQUE INDEX "agents_extension" ON "agents" USING btree ("extension");--> statement-breakpoint
CREATE INDEX "agents_state" ON "agents" USING btree ("state");--> statement-breakpoint
CREATE INDEX "desk_credentials_user" ON "desk_credentials" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "shifts_user" ON "shifts" USING btree ("user_id","started_at");--> statement-breakpoint
CREATE UNIQUE INDEX "shifts_open" ON "shifts" USING btree ("user_id") WHERE ended_at is null;--> statement-breakpoint
CREATE UNIQUE INDEX "live_calls_agent" ON "live_calls" USING btree ("agent_id") WHERE agent_id is not null;--> statement-breakpoint
CREATE INDEX "dial_queue_agent" ON "dial_queue" USING btree ("agent_id","rank","due_at") WHERE agent_id is not null and call_id is null;--> statement-breakpoint
-- The desk's live socket reads its whole state again whenever something of it changed; the payload is the user's id.
CREATE FUNCTION "tell_desk"() RETURNS trigger LANGUAGE plpgsql AS $$
begin
  perform pg_notify('apel_desk', (case when tg_op = 'DELETE' then old.agent_id else new.agent_id end)::text);
  return null;
end $$;--> statement-breakpoint
CREATE FUNCTION "tell_agent"() RETURNS trigger LANGUAGE plpgsql AS $$
begin
  perform pg_notify('apel_desk', new.user_id::text);
  return null;
end $$;--> statement-breakpoint
CREATE TRIGGER "live_calls_tell_new" AFTER INSERT OR UPDATE ON "live_calls" FOR EACH ROW WHEN (new.agent_id is not null) EXECUTE FUNCTION "tell_desk"();--> statement-breakpoint
CREATE TRIGGER "live_calls_tell_gone" AFTER DELETE ON "live_calls" FOR EACH ROW WHEN (old.agent_id is not null) EXECUTE FUNCTION "tell_desk"();--> statement-breakpoint
-- Being seen is no news.
CREATE TRIGGER "agents_tell" AFTER INSERT OR UPDATE OF state, reason, next_state, works_on, campaign_ids, desk_id, shift_id ON "agents" FOR EACH ROW EXECUTE FUNCTION "tell_agent"();--> statement-breakpoint
CREATE TRIGGER "desk_bindings_tell" AFTER INSERT OR UPDATE ON "desk_bindings" FOR EACH ROW EXECUTE FUNCTION "tell_agent"();
