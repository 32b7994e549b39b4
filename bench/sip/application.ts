/**
 * The application: one drachtio-srf loop that calls, confirms and hangs up, as the edge does (srf's callback form).
 * @module
 */
import { randomUUID } from 'node:crypto';
import { createSrf, type SrfClient } from '../../telephony/srf-types.ts';
import { quantile } from '../support/interleave.ts';

export interface CallLoop {
  /**
   * Makes calls one after the other in `inFlight` places.
   * @returns how long each took from INVITE to answer, milliseconds, sorted ascending
   */
  run(options: { calls: number; inFlight: number }): Promise<SetupTimes>;
  close(): void;
}

export interface SetupTimes {
  p50Ms: number;
  p99Ms: number;
  ms: number;
  failed: number;
}

const SDP = [
  'v=0',
  'o=load 1 1 IN IP4 127.0.0.1',
  's=-',
  'c=IN IP4 127.0.0.1',
  't=0 0',
  'm=audio 9 RTP/AVP 8',
  '',
].join('\r\n');

export async function connectCallLoop(options: {
  port: number;
  secret: string;
  to: number;
}): Promise<CallLoop> {
  const srf = createSrf();
  srf.on('error', () => undefined);
  await new Promise<void>((resolve, reject) => {
    srf.app.on('connect', (error) => (error ? reject(error) : resolve()));
    srf.connect({
      host: '127.0.0.1',
      port: options.port,
      secret: options.secret,
      reconnect: { retryMaxDelay: 1_000 },
    });
  });
  const uri = `sip:callee@127.0.0.1:${options.to}`;
  return {
    run: async ({ calls, inFlight }) => {
      const setups: number[] = [];
      let failed = 0;
      let left = calls;
      const work = async (): Promise<void> => {
        while (left > 0) {
          left -= 1;
          const setup = await oneCall(srf, uri);
          if (setup === undefined) failed += 1;
          else setups.push(setup);
        }
      };
      const startedAt = performance.now();
      await Promise.all(Array.from({ length: inFlight }, work));
      const ms = performance.now() - startedAt;
      return { p50Ms: quantile(setups, 0.5), p99Ms: quantile(setups, 0.99), ms, failed };
    },
    close: () => srf.disconnect(),
  };
}

/** Resolves when the BYE was answered. @returns milliseconds to the answer, undefined when the call failed */
function oneCall(srf: SrfClient, uri: string): Promise<number | undefined> {
  const callId = randomUUID();
  const startedAt = performance.now();
  return new Promise((resolve) => {
    const headers = { 'call-id': callId, from: `<sip:load@localhost>;tag=${callId}` };
    const progress = { cbRequest: () => undefined, cbProvisional: () => undefined };
    srf.createUAC(uri, { headers, localSdp: SDP }, progress, (_error, dialog) => {
      if (!dialog) return resolve(undefined);
      const setup = performance.now() - startedAt;
      dialog.destroy({}, (error) => resolve(error ? undefined : setup));
    });
  });
}
