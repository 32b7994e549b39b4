/**
 * vitest `globalSetup`: one Postgres for the run (`DATABASE_URL_TEST`, else an embedded one in a temporary folder) with
 * a migrated template database. It costs every run about a second.
 * @module
 */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import type { TestProject } from 'vitest/node';
import { startEmbeddedPostgres } from '../../db/embedded-postgres.ts';
import { migrateDatabase } from '../../db/migrate.ts';
import { freePort } from './free-port.ts';

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startServer();
  const template = `apel_template_${process.pid}`;
  try {
    await onServer(server.url, `drop database if exists ${template}`);
    await onServer(server.url, `create database ${template}`);
    await migrateDatabase(databaseUrl(server.url, template));
  } catch (error) {
    await server.stop();
    throw error;
  }
  project.provide('testPostgres', { url: server.url, template });
  return async () => {
    await onServer(server.url, `drop database if exists ${template} with (force)`);
    await server.stop();
  };
}

async function startServer(): Promise<{ url: string; stop(): Promise<void> }> {
  const given = process.env['DATABASE_URL_TEST'];
  if (given !== undefined && given !== '') return { url: given, stop: async () => {} };
  const folder = await mkdtemp(join(tmpdir(), 'apel-test-postgres-'));
  // mkdtemp makes 0700, which the unprivileged account of the server could not enter.
  await chmod(folder, 0o755);
  const server = await startEmbeddedPostgres({
    dataDir: join(folder, 'data'),
    port: await freePort(),
    logFile: join(folder, 'postgres.log'),
    durability: 'off-for-tests',
  });
  return {
    url: server.url,
    stop: async () => {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function onServer(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

function databaseUrl(serverUrl: string, database: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  return url.href;
}
