import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { freePorts, isPortFree, requirePorts } from './ports.ts';

it('a taken TCP port gives one line with the port, who needs it and the variable', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const use = { port, protocol: 'tcp' as const, who: 'the page', variable: 'APEL_API_PORT' };
  await expect(requirePorts([use])).rejects.toThrow(
    new RegExp(`^port ${port} is taken, the page needs it; free it or set APEL_API_PORT`),
  );
  expect(await isPortFree(port, 'udp')).toBe(true);
  await new Promise((resolve) => server.close(resolve));
  await expect(requirePorts([use])).resolves.toBeUndefined();
});

it('a taken UDP port is seen, too', async () => {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', () => resolve()));
  const { port } = socket.address();
  expect(await isPortFree(port, 'udp')).toBe(false);
  expect(await isPortFree(port, 'both')).toBe(false);
  await new Promise<void>((resolve) => socket.close(() => resolve()));
  expect(await isPortFree(port, 'udp')).toBe(true);
});

it('free ports are different and below the ephemeral range', async () => {
  const ports = await freePorts(20);
  expect(new Set(ports).size).toBe(20);
  for (const port of ports) expect(port).toBeLessThan(32_768);
});
