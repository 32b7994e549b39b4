/**
 * The agents' claim: the next contact to be called now (docs/desk.md, "A call", 1). Those who ask while another claim of the
 * same campaign is under way go together, in one transaction that takes the campaign's locks once.
 *
 * ```
 *  click ──> asked ──> seats, campaigns: one read for all ── busy, paused, off shift ──> refused
 *              ^             │ several campaigns: look which one is next        └─ closed, nothing due ──> wait
 *              │             v
 *   look again ┤      lane of campaign and edge ──(when it is free)──> one transaction for all who wait there ──> claimed
 *              └─────── put off, others were first, campaign paused or full ──┘
 * ```
 * Nothing waits for company: who finds the lane free goes at once, alone if alone. Every process has its own lanes; between
 * processes the campaign's row takes the turns.
 * @module
 */
import { DatabaseError } from 'pg';
import type { EdgeRef } from '../contracts/model/call.ts';
import { LAST_CLASS } from '../domain/seat-contacts.ts';
import { AGAIN_MS, readSeats, seatOf, type AgentCall, type AgentClaimRefusal } from './agent-claim.ts';
import { listCampaigns, type CampaignSetup } from './campaigns.ts';
import { later, type ClaimWait } from './claim-gates.ts';
import type { Database } from './client.ts';
import {
  claimTogether,
  type CampaignBounds,
  type ClaimTogether,
  type OpenCampaign,
  type SeatResult,
} from './next-number-claim.ts';
import {
  IDLE_LOOK_MS,
  campaignsNow,
  choiceOf,
  lookForAll,
  type Choice,
  type Looked,
} from './next-number-look.ts';
import { MOST_SEATS } from './next-number-statement.ts';
import { rowsOf } from './queryable.ts';

export type AgentClaim =
  | { state: 'claimed'; call: AgentCall }
  | { state: 'wait'; wait: ClaimWait }
  | { state: 'refused'; reason: AgentClaimRefusal };

export interface NextNumberParams {
  userId: number;
  /** User name, for the trail. */
  by: string;
  now: Date;
}

export interface AgentClaims {
  /** Safe from any number of processes at once: each agent gets another contact. Rejects for this agent only, unless the database is gone. */
  next(params: NextNumberParams): Promise<AgentClaim>;
}

export interface AgentClaimsOptions {
  db: Database;
  /** Told when a claim of several failed, before each agent goes alone. */
  onSplit?: (error: Error, agents: number) => void;
}

/** More looks than there are campaigns and kinds of contacts; each that claims nothing has put contacts off. */
const MOST_TRIES = 30;

/** An agent who has asked and has no answer yet. */
interface Click extends NextNumberParams {
  resolve: (claim: AgentClaim) => void;
  reject: (error: unknown) => void;
  tries: number;
  /** A look said which campaign is next; until then the only one is asked at once. */
  looks: boolean;
  /** Campaigns that have nothing for this agent, and why. */
  without: Map<number, ClaimWait>;
}

interface Lane extends Pick<ClaimTogether, 'edge' | 'campaign' | 'bounds'> {
  waiting: { click: Click; upTo: number }[];
  busy: boolean;
}

/** One for a process and database. */
export function createAgentClaims({ db, onSplit }: AgentClaimsOptions): AgentClaims {
  const asked: Click[] = [];
  let reading = false;
  let woken = false;
  const lanes = new Map<string, Lane>();
  const bounds = new Map<string, CampaignBounds>();

  /** At the end of the turn: clicks that came in together are read together. */
  function wake(): void {
    if (woken) return;
    woken = true;
    setImmediate(() => {
      woken = false;
      void readAll();
    });
  }

  async function readAll(): Promise<void> {
    if (reading || asked.length === 0) return;
    reading = true;
    const clicks = asked.splice(0, MOST_SEATS);
    try {
      await route(clicks);
    } catch (error) {
      for (const { reject } of clicks) reject(error);
    } finally {
      reading = false;
      wake();
    }
  }

  async function route(clicks: readonly Click[]): Promise<void> {
    const now = latest(clicks);
    const userIds = clicks.map(({ userId }) => userId);
    const [setups, rows] = await Promise.all([listCampaigns(db.pool), readSeats(db.pool, { userIds, now })]);
    const campaigns = campaignsNow(setups, now);
    const asking: AskingClick[] = [];
    for (const click of clicks) {
      const row = rows.find(({ agentId }) => agentId === click.userId);
      const seat = seatOf(row);
      if ('reason' in seat || !row) {
        click.resolve({ state: 'refused', reason: 'reason' in seat ? seat.reason : 'off-shift' });
      } else {
        asking.push({ click, edge: seat.edge, ...choiceOf(row, campaigns, click.without) });
      }
    }
    const looking = asking.filter(({ click, open }) => click.looks || open.length !== 1);
    const seats = looking.map(({ click, open }) => ({ agentId: click.userId, open }));
    const looked = seats.length === 0 ? [] : await lookForAll(db.pool, { seats, now });
    // From here on nothing fails: each is in a lane, or has its answer.
    for (const one of asking) {
      const at = looking.indexOf(one);
      if (at < 0) enter(one, one.open[0], LAST_CLASS);
      else answerLook(one, looked[at], now);
    }
  }

  function answerLook(one: AskingClick, looked: Looked | undefined, now: Date): void {
    const { click, open, closed } = one;
    if (looked?.campaignId !== undefined) {
      click.looks = true;
      enter(
        one,
        open.find(({ setup }) => setup.id === looked.campaignId),
        looked.upTo,
      );
      return;
    }
    const waits = [...closed, ...click.without.values()];
    const idle = later(now, IDLE_LOOK_MS);
    const dueAt = looked?.dueAt;
    // What waits in a campaign says more than that nobody else has anybody.
    if (dueAt === undefined && waits.length === 0) waits.push({ reason: 'no-contacts', until: idle });
    if (dueAt !== undefined) waits.push({ reason: 'nothing-due', until: dueAt < idle ? idle : dueAt });
    click.resolve({ state: 'wait', wait: soonest(waits) });
  }

  /** Into the lane of the campaign and of the edge where the desk is. */
  function enter({ click, edge }: AskingClick, campaign: OpenCampaign | undefined, upTo: number): void {
    if (!campaign) throw new Error('a campaign that was not asked for');
    const key = `${campaign.setup.id}:${edge.node}:${edge.epoch}`;
    const lane = lanes.get(key) ?? {
      edge,
      campaign,
      bounds: boundsOf(campaign.setup),
      waiting: [],
      busy: false,
    };
    lane.campaign = campaign;
    lanes.set(key, lane);
    lane.waiting.push({ click, upTo });
    if (!lane.busy) setImmediate(() => void serve(key, lane));
  }

  /** Of a campaign on its trunk: sequence numbers are drawn under the locks of both. */
  function boundsOf({ id, trunkId }: CampaignSetup): CampaignBounds {
    const key = `${id}:${trunkId}`;
    const known = bounds.get(key) ?? { trunk: 0, campaign: 0, edges: {} };
    bounds.set(key, known);
    return known;
  }

  async function serve(key: string, lane: Lane): Promise<void> {
    if (lane.busy) return;
    lane.busy = true;
    while (lane.waiting.length > 0) {
      const group = takeGroup(lane);
      await together(lane, group).catch((error: unknown) => alone(lane, group, error));
    }
    lane.busy = false;
    lanes.delete(key);
  }

  async function together(lane: Lane, group: Lane['waiting']): Promise<void> {
    const results = await claimTogether(db, {
      ...lane,
      seats: group.map(({ click, upTo }) => ({ agentId: click.userId, by: click.by, upTo })),
      now: latest(group.map(({ click }) => click)),
    });
    for (const [at, { click }] of group.entries()) settle(lane, click, results[at] ?? { state: 'again' });
  }

  async function alone(lane: Lane, group: Lane['waiting'], error: unknown): Promise<void> {
    if (group.length > 1 && isOfOne(error)) {
      onSplit?.(error, group.length);
      for (const one of group) await together(lane, [one]).catch(one.click.reject);
    } else {
      for (const { click } of group) click.reject(error);
    }
  }

  function settle({ campaign }: Lane, click: Click, result: SeatResult): void {
    const { id } = campaign.setup;
    const held: ClaimWait = { reason: 'nothing-due', until: later(click.now, AGAIN_MS) };
    switch (result.state) {
      case 'claimed':
        click.resolve(result);
        return;
      case 'agent-held':
        rowsOf(db.pool, HELD, [click.userId]).then(() => again(click), click.reject);
        return;
      case 'campaign-waits':
        click.without.set(id, result.wait);
        break;
      case 'none-seen':
        // A look that saw somebody, and then nobody: they are held by others at this moment.
        if (click.looks) click.without.set(id, held);
        click.looks = true;
        break;
      case 'again':
        break;
    }
    again(click);
  }

  function again(click: Click): void {
    click.tries += 1;
    if (click.tries < MOST_TRIES) {
      asked.push(click);
      wake();
    } else {
      const held: ClaimWait = { reason: 'nothing-due', until: later(click.now, AGAIN_MS) };
      click.resolve({ state: 'wait', wait: soonest([...click.without.values(), held]) });
    }
  }

  return {
    next: (params) =>
      new Promise((resolve, reject) => {
        asked.push({ ...params, resolve, reject, tries: 0, looks: false, without: new Map() });
        wake();
      }),
  };
}

/** For one agent, as a process of its own. */
export function nextNumber(db: Database, params: NextNumberParams): Promise<AgentClaim> {
  return createAgentClaims({ db }).next(params);
}

/** Waits until nobody else holds the agent's row, holding nothing itself. */
const HELD = 'select 1 from agents where user_id = $1 for no key update';

interface AskingClick extends Choice {
  click: Click;
  edge: EdgeRef;
}

/** The next of a lane; whoever asked twice comes with the next group, and is on a call by then. */
function takeGroup(lane: Lane): Lane['waiting'] {
  const group: Lane['waiting'] = [];
  const later: Lane['waiting'] = [];
  for (const one of lane.waiting) {
    const twice = group.some(({ click }) => click.userId === one.click.userId);
    (twice || group.length >= MOST_SEATS ? later : group).push(one);
  }
  lane.waiting = later;
  return group;
}

function latest(clicks: readonly { now: Date }[]): Date {
  return new Date(Math.max(...clicks.map(({ now }) => now.getTime())));
}

/** The campaign that is to be asked again first; what a person must change comes after what passes by itself. */
function soonest(waits: readonly ClaimWait[]): ClaimWait {
  return waits.reduce((best, wait) => (wait.until < best.until ? wait : best));
}

/** Data, integrity, deadlock, a defect in a statement: alone the others may get through. Not a lock or a server that is not there. */
function isOfOne(error: unknown): error is DatabaseError {
  return error instanceof DatabaseError && /^(2[23]|40|P0|XX)/.test(error.code ?? '');
}
