/**
 * The carrier of the fault tests: the demo's simulated carrier in this process, so that a fault can strike at the very
 * packet that begins a stage of a call. It shares no code with Apel's SIP stack, and its log is the auditor's witness.
 * @module
 */
import { join } from 'node:path';
import type { Behaviour } from '../../../demo/carrier/behaviour.ts';
import { startCarrier } from '../../../demo/carrier/carrier.ts';
import { openWitness, type WitnessEvent } from '../../../demo/carrier/witness.ts';

export interface FaultCarrier {
  port: number;
  /** NDJSON record for the auditor. */
  log: string;
  /** What the customers of these numbers (national form) do from now on. */
  behave(numbers: readonly string[], behaviour: Behaviour): void;
  /** Events of one kind that were written since the last `forget`. */
  count(event: WitnessEvent['event']): number;
  forget(): void;
  stop(): Promise<void>;
}

export async function startFaultCarrier(folder: string): Promise<FaultCarrier> {
  const log = join(folder, 'carrier.ndjson');
  const file = openWitness(log, () => new Date());
  const behaviours = new Map<string, Behaviour>();
  const seen = new Map<string, number>();
  const carrier = await startCarrier({
    address: '127.0.0.1',
    port: 0,
    behaviour: (dialed) => {
      const behaviour = behaviours.get(dialed);
      if (!behaviour) throw new Error('the carrier was asked for a number that no test imported');
      return behaviour;
    },
    witness: {
      write: (event) => {
        file.write(event);
        seen.set(event.event, (seen.get(event.event) ?? 0) + 1);
      },
      close: () => file.close(),
    },
  });
  return {
    port: carrier.port,
    log,
    behave: (numbers, behaviour) => {
      for (const number of numbers) behaviours.set(number, behaviour);
    },
    count: (event) => seen.get(event) ?? 0,
    forget: () => seen.clear(),
    stop: async () => {
      await carrier.close();
      file.close();
    },
  };
}
