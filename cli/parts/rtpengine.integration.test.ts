import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createLogger } from '../../platform/logger.ts';
import { createNgClient, type NgClient } from '../../telephony/ng-client.ts';
import { DUMMY_SDP } from '../../telephony/sdp.ts';
import { offerKeys, sdpForDesk } from '../../telephony/slot-recipes.ts';
import { freeUdpPort, until } from '../../telephony/testing/ports.ts';
import { freePort } from '../../test/support/free-port.ts';
import { homeOf } from '../shell/home.ts';
import { mediaOf } from './bring-up.ts';
import { rtpenginePart } from './rtpengine.ts';

const ADVERTISED = '203.0.113.5';

let folder: string;
let daemon: ChildProcess;
let ng: NgClient;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'apel-media-'));
  const ngPort = await freeUdpPort();
  const from = 31_000 + Math.floor(Math.random() * 50) * 20;
  const part = rtpenginePart({
    program: 'rtpengine',
    home: { ...homeOf({ APEL_HOME: folder }), spool: folder },
    ngPort,
    cliPort: await freePort(),
    dtmfPort: await freeUdpPort(),
    rtp: { from, to: from + 19 },
    media: mediaOf({ env: { APEL_MEDIA_ADVERTISED: ADVERTISED } }),
  });
  daemon = spawn(part.command, part.args, { cwd: folder, stdio: 'ignore' });
  const logger = createLogger({ service: 'test', level: 'silent' });
  ng = await createNgClient({ host: '127.0.0.1', port: ngPort, logger });
  await until('rtpengine', () =>
    ng.request('ping', {}, { timeoutMs: 200 }).then(
      () => true,
      () => false,
    ),
  );
});
afterAll(async () => {
  await ng.close();
  daemon.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

it('APEL_MEDIA_ADVERTISED is what carriers and browsers are told, in every line that names an address', async () => {
  expect(mediaOf({ env: { APEL_MEDIA_ADDRESS: '192.0.2.7' } })).toEqual({ address: '192.0.2.7' });
  for (const occupant of ['browser', 'telephone'] as const) {
    const ids = { 'call-id': occupant, 'from-tag': 'cust', 'to-tag': 'agent' };
    const { sdp } = await ng.request('offer', { ...ids, ...offerKeys(DUMMY_SDP, occupant) });
    const told = sdpForDesk(String(sdp), occupant, 1);
    expect(told.match(/\d+\.\d+\.\d+\.\d+/g)?.filter((address) => address !== ADVERTISED)).toEqual([]);
    expect(told).toContain(`c=IN IP4 ${ADVERTISED}`);
    if (occupant === 'browser')
      expect(told).toMatch(new RegExp(`^a=candidate:.* ${ADVERTISED} \\d+ typ host`, 'm'));
    await ng.request('delete', { 'call-id': occupant });
  }
});
