/**
 * A desk that is reloaded, crashes or is taken over, while it rings, in the talk and on hold: the customer stays on the line.
 * @module
 */
import { expect } from 'vitest';
import type { Browser } from 'playwright-core';
import { chooseOutcome, openDesk, openPage, type DeskPage } from './desk-browser.ts';
import type { Customer } from './desk-customers.ts';
import type { Figures } from './desk-figures.ts';
import {
  firstHeardCustomer,
  hearEachOther,
  hearsAgent,
  hearsMusic,
  hearsNothingOf,
  hearsTone,
  RINGBACK_HZ,
} from './desk-hearing.ts';
import type { Person } from './pages-browser.ts';
import { until } from './site.ts';

const SOON_MS = 60_000;

const FAULTS = ['reload', 'crash', 'take-over'] as const;
const MOMENTS = ['ring', 'talk', 'hold'] as const;
export type Fault = (typeof FAULTS)[number];
export type Moment = (typeof MOMENTS)[number];
export type Scene = readonly [fault: Fault, moment: Moment];

/** All nine; or three of them, each fault and each moment once. */
export function scenes({ full, seed }: { full: boolean; seed: number }): Scene[] {
  if (full) return FAULTS.flatMap((fault) => MOMENTS.map((moment): Scene => [fault, moment]));
  const step = seed % 2 === 0 ? 1 : 2;
  return FAULTS.map((fault, i) => [fault, MOMENTS[(seed + i * step) % MOMENTS.length] as Moment]);
}

/** One of the two computers at which the agent may sit. */
interface Computer {
  browser: Browser;
  /** Its microphone. */
  hertz: number;
  desk?: DeskPage;
}

/** Where the agent sits now. */
export interface Seat {
  desk: DeskPage;
  hertz: number;
}

export interface Agent {
  seat(): Seat;
  /**
   * Resolves when the page is there again, or another one: not yet its sound.
   * @param whileAway after a crash, before another page is opened
   * @returns `Date.now()` of when the agent came back: pressed the key, opened the page
   */
  suffers(fault: Fault, whileAway?: () => Promise<void>): Promise<number>;
  /** Of all pages so far. */
  complaints(): string[];
}

export interface AgentOptions {
  url: string;
  person: Person;
  /** The first has the desk already. */
  computers: readonly [Computer & { desk: DeskPage }, Computer];
}

export function createAgent({ url, person, computers }: AgentOptions): Agent {
  let [here, there]: Computer[] = computers as unknown as [Computer, Computer];
  const pages: DeskPage[] = [computers[0].desk];

  async function sitDown(at: Computer): Promise<DeskPage> {
    if (at.desk) {
      await at.desk.sees('.void:has-text("Tura continuă la alt post")');
      await at.desk.focused('.void .btn');
      return at.desk;
    }
    at.desk = await openDesk({ browser: at.browser, url, person });
    pages.push(at.desk);
    await at.desk.sees('.log-on .notice:has-text("Sunteți deja în tură la alt post")');
    await at.desk.sees('.log-on .notice:has-text("Postul este la: Chrome, Linux, 127.0.0.1.")');
    await at.desk.focused('.log-on-go');
    return at.desk;
  }

  const seat = (): Seat => ({ desk: here?.desk as DeskPage, hertz: here?.hertz ?? 0 });
  return {
    seat,
    complaints: () => pages.flatMap(({ complaints }) => complaints),
    suffers: async (fault, whileAway) => {
      const { desk } = seat();
      switch (fault) {
        case 'reload': {
          const began = Date.now();
          await desk.page.reload();
          return began;
        }
        case 'crash': {
          await desk.crash();
          await whileAway?.();
          const began = Date.now();
          const again = await openPage(desk.context);
          pages.push(again);
          if (here) here.desk = again;
          return began;
        }
        case 'take-over': {
          const next = await sitDown(there as Computer);
          [here, there] = [there, here];
          await next.listenAnew();
          const began = Date.now();
          await next.press('Enter');
          return began;
        }
        default:
          throw new Error(`no such fault: ${String(fault satisfies never)}`);
      }
    },
  };
}

export interface SceneTools {
  agent: Agent;
  /** Calls the contact that is shown; its phone rings. */
  dial: (desk: DeskPage) => Promise<Customer>;
  figures: Figures;
}

/** One call with one fault, from the contact that is shown to the one after it. */
export async function playScene([fault, moment]: Scene, { agent, dial, figures }: SceneTools): Promise<void> {
  const customer = await dial(agent.seat().desk);
  if (moment === 'ring') await duringRing(fault, agent, customer);
  else {
    customer.answer();
    await hear(agent, customer);
    await note(agent.seat());
    if (moment === 'talk') await duringTalk(fault, { agent, customer, figures });
    else await duringHold(fault, agent, customer);
    await agent.seat().desk.sees('.script-fields input[type=radio]:checked');
  }
  expect([customer.leg.count('INVITE'), customer.leg.count('CANCEL'), customer.endedAt]).toEqual([
    1,
    0,
    undefined,
  ]);
  await finish(agent.seat());
}

async function duringRing(fault: Fault, agent: Agent, customer: Customer): Promise<void> {
  await until('the agent hears it ring', SOON_MS, () => hearsTone(agent.seat().desk, RINGBACK_HZ));
  await agent.suffers(fault);
  const { desk } = agent.seat();
  await desk.stage('ringing');
  await until('the agent hears it ring again', SOON_MS, () => hearsTone(desk, RINGBACK_HZ));
  customer.answer();
  await hear(agent, customer);
}

export async function duringTalk(
  fault: Fault,
  { agent, customer, figures }: { agent: Agent; customer: Customer; figures: Figures },
): Promise<void> {
  const before = agent.seat();
  const began = await agent.suffers(fault, () =>
    until('the customer hears music', SOON_MS, () => hearsMusic(customer)),
  );
  const { desk, hertz } = agent.seat();
  figures.note(
    `${fault} in the talk, to the customer's voice at the desk`,
    began,
    await firstHeardCustomer(desk),
  );
  await until('the customer hears the agent', SOON_MS, () => hearsAgent(customer, hertz));
  // A look each 100 ms at a microphone that speaks in bursts; the first packet is exact.
  figures.note(`${fault} in the talk, until the agent's voice was recognised at the customer`, began);
  figures.note(
    `${fault} in the talk, to the first packet from the agent at the customer`,
    began,
    customer.phone.newestSourceAt(),
  );
  await hear(agent, customer);
  if (hertz === before.hertz) return;
  await until('nobody is heard from where they sat before', SOON_MS, () =>
    hearsNothingOf(customer, before.hertz),
  );
}

async function duringHold(fault: Fault, agent: Agent, customer: Customer): Promise<void> {
  const held = async (): Promise<void> => {
    const { desk, hertz } = agent.seat();
    await desk.sees('.call-card[data-tone=warning]');
    await until(
      'music, and no agent',
      SOON_MS,
      () => hearsMusic(customer) && hearsNothingOf(customer, hertz),
    );
  };
  await agent.seat().desk.press('F9');
  await held();
  await agent.suffers(fault);
  await held();
  await agent.seat().desk.press('F9');
  await hear(agent, customer);
}

function hear(agent: Agent, customer: Customer): Promise<void> {
  const { desk, hertz } = agent.seat();
  return hearEachOther(desk, customer, hertz);
}

/** The first answer of the script, kept on the server. */
async function note({ desk }: Seat): Promise<void> {
  await desk.focused('.script-fields input[type=radio]');
  await desk.press('Space');
  await desk.sees('.draft-words[data-state=saved]');
}

export async function finish({ desk }: Seat): Promise<void> {
  await desk.press('F4');
  await desk.stage('wrap-up');
  await desk.tabTo('.outcome');
  await chooseOutcome(desk, 'not-interested');
  await desk.press('Control+Enter');
  await desk.page.waitForSelector('.desk[data-call=wrap-up]', { state: 'detached' });
}
