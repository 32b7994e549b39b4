/**
 * Keeps one trunk registered (RFC 3261 §10) for carriers that only take calls from whoever has logged on.
 * @module
 */
import { createHash } from 'node:crypto';
import type { TrunkDef } from '../contracts/model/config.ts';
import type { Logger } from '../platform/logger.ts';
import type { SipLink } from './sip-link.ts';
import { digestOf, hostPort } from './trunk.ts';

const EXPIRES_SECONDS = 300;
/** Well before the end, so that one lost refresh does no harm. */
const REFRESH_SHARE = 0.5;
const RETRY_MS = 30_000;

export interface Registrar {
  /** Ends refreshing and takes the registration back; bounded by the SIP server's timers. */
  stop(): Promise<void>;
}

/** Starts at once; failures are logged and tried again every 30 s. */
export function keepRegistered(deps: { sip: SipLink; logger: Logger }, trunk: TrunkDef): Registrar {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let sequence = 0;
  const send = async (expires: number): Promise<number> => {
    sequence += 1;
    const { status } = await deps.sip.request(registerFor(trunk, expires, sequence));
    return status;
  };
  const refresh = async (): Promise<void> => {
    let nextMs = RETRY_MS;
    try {
      const status = await send(EXPIRES_SECONDS);
      if (status === 200) nextMs = EXPIRES_SECONDS * REFRESH_SHARE * 1_000;
      else deps.logger.error({ trunk: trunk.name, status }, 'trunk refused the registration');
    } catch (error) {
      deps.logger.warn({ err: error, trunk: trunk.name }, 'trunk could not be registered');
    }
    if (!stopped) timer = setTimeout(() => void refresh(), nextMs);
  };
  void refresh();
  return {
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await send(0).catch(() => undefined);
    },
  };
}

/** Same Call-ID for all of a trunk's REGISTERs, with a rising sequence (§10.2). Two more for each digest answer. */
function registerFor(trunk: TrunkDef, expires: number, sequence: number): Parameters<SipLink['request']>[0] {
  const user = trunk.credentials?.username ?? trunk.name;
  const aor = `<sip:${user}@${trunk.fromDomain ?? trunk.host}>`;
  const callId = createHash('sha256')
    .update(`register ${trunk.name} ${process.pid}`)
    .digest('hex')
    .slice(0, 32);
  const credentials = digestOf(trunk);
  return {
    method: 'REGISTER',
    uri: `sip:${hostPort(trunk)};transport=${trunk.transport}`,
    headers: {
      'call-id': callId,
      cseq: `${sequence * 2} REGISTER`,
      from: `${aor};tag=${callId.slice(0, 12)}`,
      to: aor,
      contact: `<sip:${user}@localhost>`,
      expires: String(expires),
    },
    ...(credentials ? { credentials } : {}),
  };
}
