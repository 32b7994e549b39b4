import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { processMemory, processTreeCpuMs } from './process-cpu.ts';

it('counts the processor time of a process together with its living and its ended children', async () => {
  const burn = 'i=0; while [ $i -lt 60000 ]; do i=$((i+1)); done';
  const child = spawn('sh', ['-c', `sh -c '${burn}'; sh -c '${burn}; echo done; read x'; read x`], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  try {
    await once(child.stdout, 'data');
    expect(processTreeCpuMs(child.pid ?? 0)).toBeGreaterThanOrEqual(20);
    expect(processMemory(child.pid ?? 0)?.rssMb).toBeGreaterThan(0);
  } finally {
    child.stdin.end();
    await once(child, 'exit');
  }
  expect(processTreeCpuMs(child.pid ?? 0)).toBe(0);
});
