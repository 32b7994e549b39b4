/**
 * All phones of the benchmark in one process, so that one clock stands at both ends of each call: `desk-<n>` are agents'
 * telephones, which answer by themselves; every other number is a customer's, rings, and answers when it is told to. They
 * do not know whether Apel or the peer calls them.
 * @module
 */
import { assertNever } from '../../telephony/assert-never.ts';
import { audioSdp, audioTarget, PCMA, TELEPHONE_EVENT } from '../../telephony/sdp.ts';
import { serveHelper, startHelper, type HelperProcess } from '../support/helper-process.ts';
import type { Bench } from '../support/run-bench.ts';
import { takeCalls, type Leg } from './legs.ts';
import { createTalkers, type Talker } from './talkers.ts';

/** `ringing`: which of these calls. `answer`: each `everyMs` after the one before, in random order. `open`: legs. */
type Command =
  | { type: 'ringing'; calls: readonly string[] }
  | { type: 'answer'; calls: readonly string[]; everyMs: number }
  | { type: 'open' };

/** Milliseconds since the 200 was sent; absent: not within 5 s. */
export interface Answered {
  /** First packet of this call's agent at the customer. */
  agentHeardMs?: number;
  /** When that packet was sent: what was sent before it was not let through. */
  agentOpenMs?: number;
  /** First packet of the customer at the agent. */
  customerHeardMs?: number;
  /** The customer heard the agent before the answer. */
  early: boolean;
}

export interface AnswerReport {
  answers: Answered[];
  /** The most that the clock of the phones was late meanwhile. */
  lateMs: number;
}

export interface Phones {
  port: number;
  pid: number;
  /** Those of these calls whose customer is called and has not answered. */
  ringing(calls: readonly string[]): Promise<string[]>;
  answer(calls: readonly string[], everyMs: number): Promise<AnswerReport>;
  /** Legs that nobody has ended yet. */
  open(): Promise<number>;
}

/** quality.md: no answer lost. Nobody says "hello" for longer. */
const LOST_MS = 5_000;

/** Of an agent's telephone, as it registers. */
export function deskUri(phones: Pick<Phones, 'port'>, desk: number): string {
  return `sip:desk-${desk}@127.0.0.1:${phones.port}`;
}

export async function startPhones(bench: Pick<Bench, 'onEnd'>, desks: number): Promise<Phones> {
  const process: HelperProcess<{ port: number }, Command> = await startHelper(bench, import.meta.url, {
    desks,
  });
  return {
    port: process.ready.port,
    pid: process.pid,
    ringing: (calls) => process.ask({ type: 'ringing', calls }),
    answer: (calls, everyMs) => process.ask({ type: 'answer', calls, everyMs }),
    open: () => process.ask({ type: 'open' }),
  };
}

/** One customer and one agent. */
interface Call {
  number: number;
  agent?: Talker;
  customer?: { leg: Leg; talker: Talker };
  answer?: { at: number; report: Answered; heard(): void };
  early: boolean;
}

await serveHelper(import.meta.url, async (setup) => {
  const { desks } = setup as { desks: number };
  const talkers = createTalkers();
  const calls = new Map<string, Call>();
  const byNumber = new Map<number, Call>();
  const desksOpen: { talker: Talker; leg?: Leg }[] = [];
  /** Customers' telephones whose call is over. */
  const idle: Talker[] = [];

  const callOf = (callId: string): Call => {
    const known = calls.get(callId);
    if (known) return known;
    const call: Call = { number: calls.size + 1, early: false };
    calls.set(callId, call);
    byNumber.set(call.number, call);
    return call;
  };
  const callOfDesk = (leg: Leg): Call => callOf(leg.header('x-apel-call'));
  const deskOf = (leg: Leg) => desksOpen[Number(/^desk-(\d+)$/.exec(leg.called)?.[1])];

  const openDesk = async (): Promise<void> => {
    const talker: Talker = await talkers.open(({ call: number }) => {
      const call = byNumber.get(number);
      if (!call?.answer || call.agent !== talker) return;
      call.answer.report.customerHeardMs ??= performance.now() - call.answer.at;
      call.answer.heard();
    });
    desksOpen.push({ talker });
  };
  const openCustomer = async (): Promise<Talker> => {
    const talker: Talker = await talkers.open(({ call: number, sentAt }) => {
      const call = byNumber.get(number);
      if (call?.customer?.talker !== talker) return;
      if (!call.answer) {
        call.early = true;
        return;
      }
      const { report, at } = call.answer;
      report.agentHeardMs ??= performance.now() - at;
      report.agentOpenMs ??= sentAt - at;
      call.answer.heard();
    });
    return talker;
  };
  for (let desk = 0; desk < desks; desk += 1) {
    await openDesk();
    idle.push(await openCustomer());
  }

  const talk = (leg: Leg): void => {
    const target = audioTarget(leg.offered);
    if (target) deskOf(leg)?.talker.talk(callOfDesk(leg).number, target.port);
  };
  const legs = await takeCalls({
    onInvite: (leg) => {
      const desk = deskOf(leg);
      if (!desk) {
        const talker = idle.shift();
        if (!talker) return;
        callOf(leg.callId).customer = { leg, talker };
        return leg.ring();
      }
      desk.leg = leg;
      callOfDesk(leg).agent = desk.talker;
      leg.accept(sdpOf(desk.talker));
      talk(leg);
    },
    onConfirmed: (leg) => (deskOf(leg) ? talk(leg) : undefined),
    onEnded: (leg) => {
      const desk = deskOf(leg);
      // Not when it was called into its next call meanwhile.
      if (desk?.leg === leg) {
        desk.talker.fallSilent();
        delete desk.leg;
      }
      const { customer } = (desk ? undefined : calls.get(leg.callId)) ?? {};
      if (!customer) return;
      customer.talker.fallSilent();
      idle.push(customer.talker);
      byNumber.delete(callOf(leg.callId).number);
      delete callOf(leg.callId).customer;
    },
  });

  const answerOne = (callId: string): Promise<Answered> =>
    new Promise((resolve) => {
      const call = callOf(callId);
      const report: Answered = { early: call.early };
      if (!call.customer) return resolve(report);
      const { agent, customer } = call;
      const lost = setTimeout(() => {
        customer.talker.fine = false;
        if (agent) agent.fine = false;
        resolve(report);
      }, LOST_MS);
      const heard = (): void => {
        if (agent && report.agentHeardMs !== undefined) agent.fine = false;
        if (report.customerHeardMs !== undefined) customer.talker.fine = false;
        if (report.agentHeardMs === undefined || report.customerHeardMs === undefined) return;
        clearTimeout(lost);
        resolve(report);
      };
      if (agent) agent.fine = true;
      call.answer = { at: performance.now(), report, heard };
      customer.leg.accept(sdpOf(customer.talker));
      customer.talker.talk(call.number, audioTarget(customer.leg.offered)?.port ?? 0);
      customer.talker.fine = true;
    });
  const answer = async (callIds: readonly string[], everyMs: number): Promise<AnswerReport> => {
    talkers.lateMs();
    const places = callIds.map(() => Math.random());
    const answers = await Promise.all(
      callIds.map(async (callId, at) => {
        const before = places.filter((place) => place < (places[at] ?? 0)).length;
        // Not all on the same moment of the grid.
        const afterMs = everyMs * (before + Math.random());
        if (everyMs > 0) await new Promise((resolve) => setTimeout(resolve, afterMs));
        return answerOne(callId);
      }),
    );
    return { answers, lateMs: talkers.lateMs() };
  };

  return {
    ready: { port: legs.port },
    answer: (command: Command) => {
      switch (command.type) {
        case 'ringing':
          return command.calls.filter((callId) => {
            const call = calls.get(callId);
            return call?.customer !== undefined && !call.answer;
          });
        case 'answer':
          return answer(command.calls, command.everyMs);
        case 'open':
          return legs.open();
        default:
          return assertNever(command);
      }
    },
  };
});

function sdpOf({ port }: Talker): string {
  return audioSdp({
    origin: { id: 1, version: 1 },
    target: { address: '127.0.0.1', port },
    payloadTypes: [PCMA, TELEPHONE_EVENT],
  });
}
