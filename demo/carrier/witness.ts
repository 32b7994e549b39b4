/**
 * The carrier's own record: append-only NDJSON, each line on its way to the disk before the next packet is sent, so that
 * a kill -9 loses nothing that anybody saw.
 * @module
 */
import { closeSync, openSync, writeSync } from 'node:fs';

export type WitnessEvent =
  | { event: 'started' }
  | { event: 'invite'; callId: string; dialed: string }
  | { event: 'final'; callId: string; status: number }
  | { event: 'ack' | 'cancel' | 'bye-received' | 'bye-sent' | 'hold' | 'resume'; callId: string }
  | { event: 'key'; callId: string; key: string }
  /** RTP packets of the whole call, counted when it is over. */
  | { event: 'rtp'; callId: string; sent: number; received: number };

export interface Witness {
  write(event: WitnessEvent): void;
  close(): void;
}

export function openWitness(path: string, now: () => Date): Witness {
  const file = openSync(path, 'a', 0o600);
  return {
    write: (event) => {
      writeSync(file, `${JSON.stringify({ at: now().toISOString(), ...event })}\n`);
    },
    close: () => closeSync(file),
  };
}
