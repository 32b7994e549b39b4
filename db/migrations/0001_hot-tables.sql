-- The hot tables are small and rewritten all the time: room on each page for the next version of a row keeps updates
-- heap-only, and vacuum must come by size of change, not by share of the table.
ALTER TABLE "dial_queue" SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0);
--> statement-breakpoint
ALTER TABLE "live_calls" SET (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500, autovacuum_vacuum_cost_delay = 0);
--> statement-breakpoint
ALTER TABLE "rollup_deltas" SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0);
--> statement-breakpoint
ALTER TABLE "rollup_hours" SET (fillfactor = 70);
--> statement-breakpoint
ALTER TABLE "trunk_health" SET (fillfactor = 50);
--> statement-breakpoint
ALTER TABLE "campaigns" SET (fillfactor = 50);
--> statement-breakpoint
ALTER TABLE "calls" SET (fillfactor = 80);
