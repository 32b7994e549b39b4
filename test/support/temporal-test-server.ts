/**
 * Temporal's test server that skips time: fetched once with Maven into the user's cache, run by Java.
 * @module
 */
import { execFile, spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { createDataConverter } from '../../temporal-config/data-converter.ts';
import { SEARCH_ATTRIBUTES, type SearchAttributeName } from '../../contracts/temporal/search-attributes.ts';
import { addSearchAttributes } from '../../temporal-config/search-attributes.ts';
import { freePort } from './free-port.ts';
import { cacheFolder, isExecutable } from './temporal-binary.ts';
import { testKeys } from './temporal.ts';

const VERSION = '1.31.0';
const SLF4J_VERSION = '2.0.17';
/** 39 jars on a slow line; only ever the first time. */
const FETCH_MS = 240_000;

const run = promisify(execFile);

/** Why no time can be skipped on this machine, or where the server's start script is. */
export type TestServer = { path: string } | { missing: string };

/**
 * Finds the test server, fetching it the first time. Never throws: a machine without Java or Maven runs the other tests
 * and says which ones it left out.
 */
export async function findTestServer(): Promise<TestServer> {
  const folder = join(cacheFolder(), `temporal-test-server-${VERSION}`);
  const path = join(folder, 'start.sh');
  if (isExecutable(path) && (await works('java', ['-version']))) return { path };
  if (!(await works('java', ['-version']))) return { missing: 'Java is not installed' };
  if (!(await works('mvn', ['--version']))) return { missing: 'Maven is not installed' };
  try {
    await fetchInto(folder);
    return { path };
  } catch (error) {
    return { missing: `Maven could not fetch temporal-test-server ${VERSION}: ${firstLine(error)}` };
  }
}

/** Starts in half the time; nothing here runs long enough for the better compiler. */
const JVM_OPTIONS = '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC';

/** A machine ten times slower than this one. */
const START_MS = 120_000;

/** An environment in which timers pass at once. To be closed with `teardown()`. */
export async function startTimeSkipping(server: { path: string }): Promise<TestWorkflowEnvironment> {
  const port = await freePort();
  const stop = await startServer(server.path, port);
  try {
    const env = await TestWorkflowEnvironment.createTimeSkipping({
      client: { dataConverter: createDataConverter(testKeys) },
      // The SDK gives a server that it starts 5 s, too few for a JVM beside busy cores. What it starts here gets the port as
      // its argument and sleeps for so many seconds, and the real server listens already.
      server: { port, executable: { type: 'existing-path', path: '/bin/sleep' } },
    });
    const teardown = env.teardown.bind(env);
    env.teardown = async () => {
      try {
        await teardown();
      } finally {
        await stop();
      }
    };
    // This server can add them but not list them.
    const names = Object.keys(SEARCH_ATTRIBUTES) as SearchAttributeName[];
    await addSearchAttributes(env.connection, env.namespace ?? 'default', names);
    return env;
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Resolves when it listens, to what ends it. */
async function startServer(path: string, port: number): Promise<() => Promise<void>> {
  const child = spawn(path, [String(port)], {
    env: { ...process.env, JAVA_TOOL_OPTIONS: process.env['JAVA_TOOL_OPTIONS'] ?? JVM_OPTIONS },
    stdio: 'ignore',
  });
  const gone = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await gone;
  };
  const deadline = Date.now() + START_MS;
  while (!(await listens(port))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      await stop();
      throw new Error(`temporal-test-server did not listen within ${START_MS} ms (code ${child.exitCode})`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return stop;
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    const tell = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => tell(true));
    socket.once('error', () => tell(false));
  });
}

async function fetchInto(folder: string): Promise<void> {
  await mkdir(cacheFolder(), { recursive: true });
  // Complete before it is visible: two test files may do this at once.
  const draft = await mkdtemp(`${folder}-`);
  try {
    await writeFile(join(draft, 'pom.xml'), POM);
    const goal = ['dependency:copy-dependencies', `-DoutputDirectory=${join(draft, 'jars')}`];
    await run('mvn', ['-q', '-B', '-f', join(draft, 'pom.xml'), ...goal], { timeout: FETCH_MS });
    await writeFile(join(draft, 'start.sh'), START);
    await chmod(join(draft, 'start.sh'), 0o755);
    await rename(draft, folder).catch(async (error: unknown) => {
      if (!isExecutable(join(folder, 'start.sh'))) throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>apel</groupId><artifactId>test-server</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>io.temporal</groupId><artifactId>temporal-test-server</artifactId><version>${VERSION}</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-simple</artifactId><version>${SLF4J_VERSION}</version></dependency>
  </dependencies>
</project>
`;

const START = `#!/bin/sh
exec java -Dorg.slf4j.simpleLogger.defaultLogLevel=error -cp "$(dirname "$0")/jars/*" io.temporal.testserver.TestServer "$@"
`;

async function works(command: string, args: string[]): Promise<boolean> {
  return run(command, args, { timeout: 20_000 }).then(
    () => true,
    () => false,
  );
}

function firstLine(error: unknown): string {
  const output = (error as { stdout?: string }).stdout || (error instanceof Error ? error.message : '');
  return output.split('\n').find((line) => line.includes('ERROR')) ?? output.split('\n')[0] ?? '';
}
