import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { programArgs } from '../test/support/program-args.ts';

const ANY_PORT = {
  SIP_SERVER_ADMIN_PORT: '0',
  SIP_SERVER_UDP: '127.0.0.1:0',
  SIP_SERVER_TCP: '127.0.0.1:0',
  SIP_SERVER_WS: '127.0.0.1:0',
};

describe('the process', () => {
  const ending: (() => void)[] = [];
  afterEach(() => {
    for (const end of ending.splice(0)) end();
  });

  function run(environment: Record<string, string>) {
    const child = spawn(process.execPath, programArgs('sip-server/main.ts'), {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    ending.push(() => child.kill('SIGKILL'));
    const output = { out: '', err: '' };
    child.stdout.on('data', (chunk) => (output.out += chunk));
    child.stderr.on('data', (chunk) => (output.err += chunk));
    const exited = once(child, 'close').then(([code]) => code as number | null);
    return { child, output, exited };
  }

  it('says on one line where it listens, and ends with 0 after SIGTERM though a connection lingers', async () => {
    const { child, output, exited } = run({ SIP_SERVER_SECRET: 's', ...ANY_PORT });
    await once(child.stdout, 'data');
    expect(output.out.match(/\n/g)).toHaveLength(1);
    const ready = JSON.parse(output.out) as Record<string, { host: string; port: number }>;
    expect(ready).toEqual({
      ready: true,
      admin: { host: '127.0.0.1', port: expect.any(Number) },
      udp: { host: '127.0.0.1', port: expect.any(Number) },
      tcp: { host: '127.0.0.1', port: expect.any(Number) },
      tls: null,
      ws: { host: '127.0.0.1', port: expect.any(Number) },
    });
    const lingering = connect(ready['admin']?.port ?? 0, '127.0.0.1');
    lingering.on('error', () => {});
    ending.push(() => lingering.destroy());
    await once(lingering, 'connect');
    child.kill('SIGTERM');
    expect(await exited).toBe(0);
  });

  it('says in one line which port is taken and ends with 1', async () => {
    const taken = createSocket('udp4').bind(0, '127.0.0.1');
    ending.push(() => taken.close());
    await once(taken, 'listening');
    const udp = `127.0.0.1:${taken.address().port}`;
    const { output, exited } = run({ SIP_SERVER_SECRET: 's', ...ANY_PORT, SIP_SERVER_UDP: udp });
    expect(await exited).toBe(1);
    expect(output).toEqual({ out: '', err: `sip-server: cannot listen on UDP ${udp}: EADDRINUSE\n` });
  });

  it('says in one line that the secret is missing', async () => {
    const { output, exited } = run({ ...ANY_PORT, SIP_SERVER_SECRET: '' });
    expect(await exited).toBe(1);
    expect(output).toEqual({ out: '', err: 'sip-server: SIP_SERVER_SECRET is not set\n' });
  });
});
