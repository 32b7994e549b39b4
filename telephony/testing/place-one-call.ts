/**
 * Program: places the call it is given as JSON and prints its stages. With a desk it is an agent's call, which obeys the
 * commands of standard input, a JSON a line, and prints `obeyed` after each.
 * @module
 */
import { createInterface } from 'node:readline';
import type { DeskCommand } from '../../contracts/model/edge-control.ts';
import { systemClock } from '../../platform/clock.ts';
import { createLogger } from '../../platform/logger.ts';
import { placeAgentCall } from '../agent-call.ts';
import type { DeskContact } from '../desk-leg.ts';
import { createDtmfListener } from '../dtmf-listener.ts';
import { createNgClient } from '../ng-client.ts';
import type { RecordingFolders } from '../recording/captures.ts';
import { placeRobotCall, type RobotCallParams } from '../robot-call.ts';
import { connectSipLink } from '../sip-link.ts';
import type { StageConnection } from './stage.ts';

interface Setup extends StageConnection {
  folders: RecordingFolders;
  params: RobotCallParams;
  desk?: DeskContact;
}

const setup = JSON.parse(process.argv[2] ?? '{}') as Setup;
const logger = createLogger({ service: 'test', level: 'silent' });
const host = '127.0.0.1';
const sip = connectSipLink({ host, port: setup.adminPort, secret: setup.secret, logger });
const ng = await createNgClient({ host, port: setup.ngPort, logger });
const dtmf = await createDtmfListener({ host, port: 0, logger });
await sip.ready(AbortSignal.timeout(30_000));
const deps = { sip, ng, dtmf, folders: setup.folders, clock: systemClock, logger };
const onStage = (name: string): void => void process.stdout.write(`${name}\n`);
const params = { ...setup.params, onStage };
const { desk } = setup;
if (desk) {
  const { prompt: music } = params.script;
  const desks = { find: () => Promise.resolve(desk), onRegistered: () => () => undefined };
  const waiting = { userId: 7, deskLostMs: 30_000, music, apology: music, ringback: music };
  const call = placeAgentCall({ ...deps, desks }, { ...params, ...waiting });
  createInterface({ input: process.stdin }).on('line', (line) => {
    void call.command(JSON.parse(line) as DeskCommand).then(() => onStage('obeyed'));
  });
  await call.result;
} else await placeRobotCall(deps, params).result;
process.exit(0);
