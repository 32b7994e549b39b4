/**
 * Program: settles the call it is given as JSON, prints `settled`, and goes on telling its far end until it is killed.
 * @module
 */
import type { EdgeRef } from '../../contracts/model/call.ts';
import { systemClock } from '../../platform/clock.ts';
import { createLogger } from '../../platform/logger.ts';
import { createNgClient } from '../ng-client.ts';
import { createOrphanEnder } from '../orphan-ender.ts';
import type { RecordingFolders } from '../recording/captures.ts';
import { connectSipLink } from '../sip-link.ts';
import type { StageConnection } from './stage.ts';

interface Setup extends StageConnection {
  folders: RecordingFolders;
  call: { callId: string; edge: EdgeRef };
}

const setup = JSON.parse(process.argv[2] ?? '{}') as Setup;
const logger = createLogger({ service: 'test', level: 'silent' });
const host = '127.0.0.1';
const sip = connectSipLink({ host, port: setup.adminPort, secret: setup.secret, logger });
const ng = await createNgClient({ host, port: setup.ngPort, logger });
const common = { sip, ng, clock: systemClock, logger, ...setup.folders };
await createOrphanEnder({ ...common, toldWithinMs: 100 }).endOrphan(setup.call);
process.stdout.write('settled\n');
