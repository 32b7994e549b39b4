/**
 * `apel migrate`: the schema of this build, for sites whose Postgres is not ours (`up` does it by itself).
 * @module
 */
import type { Command } from 'commander';
import { migrateDatabase } from '../../db/migrate.ts';
import { readConfig } from '../../platform/config.ts';
import { checkPostgres } from '../parts/postgres.ts';

export function registerMigrate(program: Command): void {
  program
    .command('migrate')
    .description('bring the database of DATABASE_URL to the schema of this build; safe to repeat')
    .action(async () => {
      const { databaseUrl } = readConfig('command', process.env);
      await checkPostgres(databaseUrl);
      const { applied } = await migrateDatabase(databaseUrl);
      process.stdout.write(`${applied} migrations applied\n`);
    });
}
