import { expect, it } from 'vitest';
import { planPorts, portUses, readPortBase } from './port-plan.ts';

it('fixed ports by default, a variable wins, a base counts up, 0 is free', async () => {
  expect((await planPorts({})).ports).toMatchObject({ page: 8080, temporal: 7233, sip: 5060 });
  expect((await planPorts({ APEL_API_PORT: '8090' }, 9000)).ports).toMatchObject({
    page: 8090,
    postgres: 9001,
  });
  const free = Object.values((await planPorts({}, 0)).ports);
  expect(new Set(free).size).toBe(free.length);
});

it('names the variable that is no port', async () => {
  await expect(planPorts({ APEL_SIP_PORT: 'x' })).rejects.toThrow('APEL_SIP_PORT: x is not a port');
  await expect(planPorts({ APEL_RTP_PORTS: '3' })).rejects.toThrow('APEL_RTP_PORTS');
  expect(() => readPortBase('7', {})).toThrow('--port-base 7');
  expect(readPortBase(undefined, { APEL_PORT_BASE: '0' })).toBe(0);
  expect(readPortBase(undefined, {})).toBeUndefined();
});

it('asks only for the ports of the parts that are named', async () => {
  const uses = portUses(await planPorts({}), ['page', 'sip']);
  expect(uses.map(({ port, protocol }) => [port, protocol])).toEqual([
    [8080, 'tcp'],
    [5060, 'both'],
  ]);
});
