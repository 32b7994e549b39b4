import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createLogger } from '../platform/logger.ts';
import { createDtmfListener, type DtmfListener } from './dtmf-listener.ts';
import { wakeDtmf } from './dtmf-wake.ts';
import { createMediaSession } from './media-session.ts';
import { createNgClient, type NgClient } from './ng-client.ts';
import { DUMMY_SDP } from './sdp.ts';
import { createPhone, type TestPhone } from './testing/phone.ts';
import { until } from './testing/ports.ts';
import { startRtpengine, type TestRtpengine } from './testing/rtpengine.ts';

const logger = createLogger({ service: 'test', level: 'silent' });
let folder: string;
let rtpengine: TestRtpengine;
let ng: NgClient;
let dtmf: DtmfListener;
let phone: TestPhone;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'apel-dtmf-'));
  dtmf = await createDtmfListener({ host: '127.0.0.1', port: 0, logger });
  rtpengine = await startRtpengine({ spoolDir: folder, dtmfPort: dtmf.port });
  ng = await createNgClient({ host: '127.0.0.1', port: rtpengine.ngPort, logger });
  phone = await createPhone();
});
afterAll(async () => {
  await phone.close();
  await dtmf.close();
  await ng.close();
  await rtpengine.stop();
  await rm(folder, { recursive: true, force: true });
});

it('a key pressed while nobody listened costs no later key', async () => {
  const media = createMediaSession(ng, 'customer');
  await media.begin({ record: false });
  await media.setCust(DUMMY_SDP.replace('m=audio 9 ', `m=audio ${phone.port} `));
  const keys: string[] = [];
  await media.play('cust', join(import.meta.dirname, '../demo/prompts/salut.wav'));
  await until('the phone hears the prompt', () => phone.heard().length > 0);
  const { port } = dtmf;
  await dtmf.close();
  phone.press(1);
  // The next listener comes on the same port, as an edge does after its restart.
  await until('rtpengine has the key', async () => (await packetsOf('customer')) >= 5);
  dtmf = await createDtmfListener({ host: '127.0.0.1', port, logger });
  expect(await wakeDtmf({ ng, dtmf })).toBe(true);
  dtmf.listen('customer', (key) => keys.push(key));
  phone.press(9);
  await until('the next key arrives', () => keys.length > 0);
  expect(keys).toEqual(['9']);
  await media.delete();
});

/** The silent phone sends nothing but keys: one event is five packets. */
async function packetsOf(callId: string): Promise<number> {
  const { totals } = await ng.request('query', { 'call-id': callId });
  return (totals as { RTP: { packets: number } }).RTP.packets;
}
