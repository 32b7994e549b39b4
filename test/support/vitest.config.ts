import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** For runs of database tests alone: `npx vitest run --config test/support/vitest.config.ts db`. */
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: { globalSetup: ['test/support/global-postgres.ts'], maxWorkers: 2 },
});
