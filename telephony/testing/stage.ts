/**
 * Everything a call needs, real: rtpengine, our SIP server, its link, DTMF listener, folders.
 * @module
 */
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TrunkDef } from '../../contracts/model/config.ts';
import { systemClock } from '../../platform/clock.ts';
import { createLogger } from '../../platform/logger.ts';
import { createSipServer, type SipServer } from '../../sip-server/server.ts';
import { createDtmfListener } from '../dtmf-listener.ts';
import { createNgClient } from '../ng-client.ts';
import type { CallDeps } from '../call-part.ts';
import type { RobotCallParams } from '../robot-call.ts';
import type { Prompt } from '../play-prompt.ts';
import { connectSipLink } from '../sip-link.ts';
import { startRtpengine, type TestRtpengine } from './rtpengine.ts';
import { promptWav, tone } from './tones.ts';

const SECRET = 'secret-of-a-test';

/** What another process needs to use the same servers. */
export interface StageConnection {
  adminPort: number;
  secret: string;
  ngPort: number;
}

export interface Stage extends CallDeps {
  rtpengine: TestRtpengine;
  connection: StageConnection;
  sipServer(): SipServer;
  stopSipServer(): Promise<void>;
  startSipServer(): Promise<void>;
  /** A prompt of one tone in the prompts folder. */
  prompt(frequency: number, durationMs: number): Promise<Prompt>;
  params(trunkPort: number, prompt: Prompt, more?: Partial<RobotCallParams>): RobotCallParams;
  close(): Promise<void>;
}

export async function setStage(): Promise<Stage> {
  const home = await mkdtemp(join(tmpdir(), 'apel-telephony-'));
  const folders = {
    spoolDir: join(home, 'spool'),
    recordingsDir: join(home, 'recordings'),
    promptsDir: join(home, 'prompts'),
  };
  for (const folder of Object.values(folders)) await mkdir(folder, { recursive: true });
  const logger = createLogger({ service: 'test', level: process.env['LOG_LEVEL'] ?? 'silent' });
  const dtmf = await createDtmfListener({ host: '127.0.0.1', port: 0, logger });
  const rtpengine = await startRtpengine({ spoolDir: folders.spoolDir, dtmfPort: dtmf.port });
  const ng = await createNgClient({ host: '127.0.0.1', port: rtpengine.ngPort, logger });
  const listen = { host: '127.0.0.1', port: 0 };
  let sipServer = await createSipServer({ secret: SECRET, admin: listen, udp: listen, ws: listen });
  const adminPort = sipServer.adminPort;
  const sip = connectSipLink({ host: '127.0.0.1', port: adminPort, secret: SECRET, logger });
  await sip.ready(AbortSignal.timeout(30_000));

  return {
    ng,
    dtmf,
    sip,
    folders,
    logger,
    rtpengine,
    connection: { adminPort, secret: SECRET, ngPort: rtpengine.ngPort },
    clock: systemClock,
    sipServer: () => sipServer,
    stopSipServer: () => sipServer.close(),
    startSipServer: async () => {
      sipServer = await createSipServer({
        secret: SECRET,
        admin: { ...listen, port: adminPort },
        udp: listen,
        ws: listen,
      });
    },
    prompt: async (frequency, durationMs) => {
      const sha256 = `${frequency}`.padStart(32, '0') + `${durationMs}`.padStart(32, '0');
      await writeFile(join(folders.promptsDir, `${sha256}.wav`), promptWav(tone(frequency, durationMs * 8)));
      return { sha256, durationMs };
    },
    params: (trunkPort, prompt, more = {}) => ({
      callId: randomUUID(),
      edge: { node: 'edge-test', epoch: 1 },
      number: '+40722000000',
      callerId: '+40312000000',
      trunk: trunkTo(trunkPort),
      ringTimeoutMs: 15_000,
      maxTalkMs: 60_000,
      recording: true,
      script: { prompt },
      ...more,
    }),
    close: async () => {
      sip.close();
      await ng.close();
      await dtmf.close();
      await rtpengine.stop();
      await sipServer.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}

export function trunkTo(port: number): TrunkDef {
  return {
    name: 'sipp',
    host: '127.0.0.1',
    port,
    transport: 'udp',
    numberFormat: 'e164',
    maxChannels: 10,
    callsPerSecond: 10,
    permittedPrefixes: [],
  };
}
