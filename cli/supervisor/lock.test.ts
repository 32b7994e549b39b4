import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { lockHolder, takeLock } from './lock.ts';
import { processRef } from './proc.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'apel-lock-'));
  path = join(folder, 'apel.lock');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('a held lock is refused with the pid of its holder, and is free after release', () => {
  const lock = takeLock(path);
  expect(() => takeLock(path)).toThrow(new RegExp(`already runs here \\(pid ${process.pid}\\)`));
  lock.release();
  expect(existsSync(path)).toBe(false);
  takeLock(path).release();
});

it('the lock of a process that is gone is stale', async () => {
  const child = spawn('sleep', ['30']);
  const ref = processRef(child.pid ?? 0);
  writeFileSync(path, JSON.stringify(ref));
  expect(() => takeLock(path)).toThrow(/already runs/);
  child.kill('SIGKILL');
  await once(child, 'exit');
  takeLock(path).release();
});

it('a pid that now belongs to another program does not hold the lock', () => {
  writeFileSync(path, JSON.stringify({ pid: process.pid, startTime: '1' }));
  expect(lockHolder(path)).toBeUndefined();
  takeLock(path).release();
});

it('a damaged lock file is stale, and nobody else’s lock is released', () => {
  writeFileSync(path, '{"pid":');
  const lock = takeLock(path);
  writeFileSync(path, JSON.stringify({ pid: 1, startTime: '5' }));
  lock.release();
  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ pid: 1, startTime: '5' });
});
