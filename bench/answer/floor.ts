/**
 * Agents of a site whose telephones are the benchmark's, and what all of them do together: call, hang up, save.
 * @module
 */
import { addUser, randomPassword } from '../../cli/parts/users.ts';
import { openDatabase } from '../../db/client.ts';
import { createLimiter } from '../../telephony/limiter.ts';
import { applyDeskCampaigns, importPeople } from '../../test/e2e/desk-world.ts';
import { startAgentWith, type AgentPhone, type LightAgent } from '../../test/e2e/light-agent.ts';
import type { BenchSite } from '../support/bench-site.ts';
import type { Bench } from '../support/run-bench.ts';
import { deskUri, type Phones } from './phones.ts';

export interface Floor {
  /** Each agent asks for a number. @returns the call ids, also of calls that never came to ring */
  call(): Promise<string[]>;
  /** Each agent hangs up, saves and is available again. */
  hangUp(): Promise<void>;
  /** More people to call. */
  bring(people: number): Promise<void>;
}

const CAMPAIGN = 'answer';
/** Checking a password takes a good part of a core for a tenth of a second. */
const LOG_INS_AT_ONCE = 5;
/** Agents do not all click in the same millisecond. */
const CLICKS_AT_ONCE = 5;
/** A claim that a busy machine did not answer in time. */
const CLICKS = 3;
const OVER_MS = 30_000;

export async function openFloor(
  bench: Pick<Bench, 'onEnd' | 'say'>,
  { site, phones, agents }: { site: BenchSite; phones: Phones; agents: number },
): Promise<Floor> {
  const desk = { dialing: 'progressive', autoNext: false, wrapUpSeconds: 0 } as const;
  await applyDeskCampaigns(site, [{ name: CAMPAIGN, customers: phones, desk, ringTimeoutSeconds: 60 }]);
  bench.say(`${agents} agents log in`);
  const people = await addPeople(site, agents);
  const { page: url, sip = '' } = site.state().addresses;
  const logIns = createLimiter(LOG_INS_AT_ONCE);
  const floor = await Promise.all(
    people.map((person, number) =>
      logIns(() =>
        startAgentWith(() => Promise.resolve(telephone(phones, number)), {
          url,
          sip,
          person,
          campaigns: [CAMPAIGN],
        }),
      ),
    ),
  );
  bench.onEnd(() => Promise.all(floor.map((agent) => agent.close())));
  const clicks = createLimiter(CLICKS_AT_ONCE);
  return {
    call: () => Promise.all(floor.map((agent) => clicks(() => takeNext(agent)))),
    hangUp: async () => {
      await Promise.all(floor.map((agent) => clicks(() => endCall(agent))));
    },
    bring: async (count) => {
      await importPeople(
        site,
        CAMPAIGN,
        Array.from({ length: count }, () => ''),
      );
    },
  };
}

async function takeNext(agent: LightAgent<AgentPhone>): Promise<string> {
  for (let click = 1; ; click += 1) {
    try {
      return (await agent.next()).id;
    } catch (error) {
      // The answer may be late and the call there.
      const { call } = agent.desk();
      if (call) return call.id;
      if (click === CLICKS) throw error;
    }
  }
}

async function endCall(agent: LightAgent<AgentPhone>): Promise<void> {
  const { call } = agent.desk();
  if (call && call.stage !== 'wrap-up') await agent.command({ type: 'hang-up' }).catch(() => undefined);
  await agent.until('the end', (desk) => desk.call === null || desk.call.stage === 'wrap-up', OVER_MS);
  const ended = agent.desk().call;
  if (ended) await agent.save(ended.answeredAt === null ? (ended.proposedOutcome ?? 'busy') : 'success');
  await agent.until('saved', (desk) => desk.call === null && desk.agent.state === 'available', OVER_MS);
}

function telephone(phones: Phones, number: number): AgentPhone {
  return {
    contact: { deskId: `desk-${number}`, uri: deskUri(phones, number) },
    close: () => Promise.resolve(),
  };
}

async function addPeople(site: BenchSite, count: number): Promise<{ name: string; password: string }[]> {
  const url = site.state().env['DATABASE_URL'] ?? '';
  const db = openDatabase({ url, applicationName: 'apel-bench', max: 1 });
  try {
    const people = Array.from({ length: count }, (_, n) => ({
      name: `agent${n + 1}`,
      password: randomPassword(),
    }));
    for (const person of people) {
      await addUser(db, { ...person, displayName: person.name, role: 'agent', actor: 'bench' });
    }
    return people;
  } finally {
    await db.close();
  }
}
