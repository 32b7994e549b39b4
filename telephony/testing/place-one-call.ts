/**
 * Program: places the call it is given as JSON and prints its stages.
 * @module
 */
import { systemClock } from '../../platform/clock.ts';
import { createLogger } from '../../platform/logger.ts';
import { createDtmfListener } from '../dtmf-listener.ts';
import { createNgClient } from '../ng-client.ts';
import type { RecordingFolders } from '../recording/captures.ts';
import { placeRobotCall, type RobotCallParams } from '../robot-call.ts';
import { connectSipLink } from '../sip-link.ts';
import type { StageConnection } from './stage.ts';

interface Setup extends StageConnection {
  folders: RecordingFolders;
  params: RobotCallParams;
}

const setup = JSON.parse(process.argv[2] ?? '{}') as Setup;
const logger = createLogger({ service: 'test', level: 'silent' });
const host = '127.0.0.1';
const sip = connectSipLink({ host, port: setup.adminPort, secret: setup.secret, logger });
const ng = await createNgClient({ host, port: setup.ngPort, logger });
const dtmf = await createDtmfListener({ host, port: 0, logger });
await sip.ready(AbortSignal.timeout(5_000));
const deps = { sip, ng, dtmf, folders: setup.folders, clock: systemClock, logger };
const onStage = (name: string): void => void process.stdout.write(`${name}\n`);
await placeRobotCall(deps, { ...setup.params, onStage }).result;
process.exit(0);
