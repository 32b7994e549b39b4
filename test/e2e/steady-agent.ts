/**
 * An agent whose servers die under them, and who goes on as a person at the page does: asks again, saves what came of a call
 * once, under one id, until somebody has it.
 * @module
 */
import type { DeskCall } from '../../contracts/http/desk.ts';
import type { DeskCommand } from '../../contracts/model/edge-control.ts';
import type { AcknowledgedWrapUp } from '../auditor/audit-context.ts';
import type { LightAgent } from './light-agent.ts';
import { until } from './site.ts';

const LOOK_MS = 50;
/** Of the API, between two tries. */
const AGAIN_MS = 300;
/** A restart of the slowest part, and the desk's own way back. */
const PATIENCE_MS = 60_000;
/** To `desk-world`'s script. */
const ANSWERS = { varsta: '20-30', judet: 'Bihor', localitate: 'Oradea' };
/** Answers after which the page gives up a wrap-up. */
const REFUSED = /: 4\d\d /;

export interface SteadyAgent {
  light: LightAgent;
  /** Ids of calls whose wrap-up was refused: they were committed before it came. */
  refused: readonly string[];
  /** Gets a call; becomes available first when a fault made a pause of it. */
  take(): Promise<void>;
  /** Waits until the call is there, or past it, or gone. */
  reaches(stage: 'talking' | 'wrap-up'): Promise<void>;
  /** Sends until it is taken, or there is nothing to command any more. */
  command(command: DeskCommand): Promise<void>;
  /** From wherever the call is to its commit, and back to `available`. */
  finish(): Promise<void>;
  /** Finishes after talking for so long; nobody to talk to is nothing to wait for. */
  talk(ms: number): Promise<void>;
}

/** @param onSaved gets what was stored or saved, by the API's own word */
export function createSteadyAgent(
  light: LightAgent,
  onSaved: (saved: AcknowledgedWrapUp) => void,
): SteadyAgent {
  const refused: string[] = [];
  const call = (): DeskCall | null => light.desk().call;

  /** It may not work, this time. */
  const tried = (doing: Promise<unknown>): Promise<unknown> => doing.catch(() => undefined);

  async function becomeAvailable(): Promise<void> {
    if (light.desk().agent.state === 'available') return;
    await tried(light.ask('POST', '/api/desk/state', { to: 'available' }));
  }

  async function command(wanted: DeskCommand): Promise<void> {
    const { id } = call() ?? {};
    const isUp = (): boolean =>
      call()?.id === id && ['claimed', 'inviting', 'ringing', 'talking'].includes(call()?.stage ?? '');
    const deadline = Date.now() + PATIENCE_MS;
    while (isUp()) {
      const done = await light.ask('POST', `/api/desk/calls/${id ?? ''}/command`, wanted).then(
        () => true,
        (error: Error) => REFUSED.test(error.message),
      );
      if (done) return;
      if (Date.now() > deadline) throw new Error(`${light.name}: ${wanted.type} was never taken`);
      await pause(AGAIN_MS);
    }
  }

  function reaches(stage: 'talking' | 'wrap-up'): Promise<void> {
    const { id } = call() ?? {};
    const there = [...(stage === 'talking' ? ['talking'] : []), 'wrap-up', 'committing'];
    return until(`${light.name}: ${stage}`, PATIENCE_MS, () =>
      call()?.id === id ? there.includes(call()?.stage ?? '') : true,
    );
  }

  async function save(open: DeskCall): Promise<void> {
    const outcome = open.answeredAt === null ? (open.proposedOutcome ?? 'busy') : 'success';
    try {
      const wrapUpId = await light.save(outcome, { answers: ANSWERS });
      onSaved({ callId: open.id, wrapUpId, answers: ANSWERS });
    } catch (error) {
      if (!REFUSED.test((error as Error).message)) throw error;
      refused.push(open.id);
    }
  }

  async function finish(): Promise<void> {
    const saved = new Set<string>();
    await until(`${light.name}: the call is committed`, PATIENCE_MS, async () => {
      const open = call();
      if (open === null) return true;
      if (open.stage === 'talking') await command({ type: 'hang-up' });
      else if (open.endedAt !== null && !saved.has(open.id)) {
        saved.add(open.id);
        await save(open);
      }
      return false;
    }).catch((error: Error) => {
      throw new Error(`${error.message}: ${JSON.stringify(picture(light))}`);
    });
    await until(`${light.name}: is available`, PATIENCE_MS, async () => {
      await becomeAvailable();
      return light.desk().agent.state === 'available';
    }).catch((error: Error) => {
      throw new Error(`${error.message}: ${JSON.stringify(picture(light))}`);
    });
  }

  return {
    light,
    refused,
    command,
    finish,
    take: () =>
      until(`${light.name}: a number`, PATIENCE_MS, async () => {
        if (call() !== null) return true;
        await becomeAvailable();
        await tried(light.ask('POST', '/api/desk/next'));
        return call() !== null;
      }),
    reaches,
    talk: async (ms) => {
      const { id } = call() ?? {};
      const same = (): boolean => call()?.id === id;
      await reaches('talking');
      const over = Date.now() + ms;
      while (same() && call()?.stage === 'talking' && Date.now() < over) await pause(LOOK_MS);
      await finish();
    },
  };
}

function picture(light: LightAgent): object {
  const { agent, call, phone, at } = light.desk();
  return { state: agent.state, reason: agent.reason, phone, at, call: call?.id, stage: call?.stage };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
