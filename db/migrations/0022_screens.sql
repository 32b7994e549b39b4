CREATE TABLE "screens" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "screens_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"label" text NOT NULL,
	"agents" boolean NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"created_by" text NOT NULL,
	"link_hash" "bytea",
	"link_expires_at" timestamp with time zone NOT NULL,
	"token_hash" "bytea",
	"seen_at" timestamp with time zone,
	"revoked_at" timestamp with time zone,
	CONSTRAINT "screens_link_hash_unique" UNIQUE("link_hash"),
	CONSTRAINT "screens_token_hash_unique" UNIQUE("token_hash")
);
