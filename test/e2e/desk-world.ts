/**
 * A site with agents: an agent campaign with a script, people to call, log-ins.
 * @module
 */
import { readFile } from 'node:fs/promises';
import { addUser, randomPassword } from '../../cli/parts/users.ts';
import type { DeskRules } from '../../contracts/model/config.ts';
import type { Role } from '../../contracts/model/role.ts';
import type { ScriptDef } from '../../contracts/model/script.ts';
import { openDatabase } from '../../db/client.ts';
import type { Customers } from './desk-customers.ts';
import type { Person } from './pages-browser.ts';
import { importNumbers, newNumbers } from './robot-world.ts';
import type { TestSite } from './site.ts';

const both = (text: string) => ({ ro: text, en: text });

/** A choice that decides what comes next, a county, a locality, free text. */
export const SCRIPT: ScriptDef = {
  name: 'sondaj',
  label: 'Sondaj',
  pages: [
    {
      name: 'deschidere',
      title: both('Deschidere'),
      text: both('Bună ziua, mă numesc {agent.name}. Convorbirea se înregistrează.'),
      fields: [
        {
          name: 'varsta',
          type: 'choice',
          labels: both('Vârsta'),
          required: true,
          options: [
            { value: '20-30', labels: both('20–30') },
            { value: '31-40', labels: both('31–40') },
          ],
        },
      ],
    },
    {
      name: 'unde',
      title: both('Unde locuiți'),
      text: both('În ce județ locuiți?'),
      fields: [
        { name: 'judet', type: 'county', labels: both('Județ'), required: true },
        { name: 'localitate', type: 'locality', labels: both('Localitate'), required: true },
      ],
    },
    {
      name: 'cine',
      title: both('Cine sunteți'),
      text: both('Cum vă numiți?'),
      fields: [{ name: 'nume', type: 'text', labels: both('Nume'), required: false }],
    },
  ],
};

/** The seeded script, S0's, and the reasons for a pause: `config/desk.json`, as every site gets them. */
export const SURVEY = 'sondaj-oradea';
const SEEDED = new URL('../../config/desk.json', import.meta.url);

export interface DeskCampaign {
  name: string;
  customers: Pick<Customers, 'port'>;
  desk: DeskRules;
  /** Default 15. */
  ringTimeoutSeconds?: number;
}

/** Applies configuration as an administrator does. */
export async function applyDeskCampaigns(site: TestSite, campaigns: readonly DeskCampaign[]): Promise<void> {
  const week = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
  const once = { delaySeconds: 3_600, multiplier: 1, maxDelaySeconds: 3_600, maxAttempts: 1 };
  const objects: object[] = [
    {
      kind: 'calendar',
      name: 'always',
      zone: 'Europe/Bucharest',
      holidays: 'none',
      hours: Object.fromEntries(week.map((day) => [day, [{ from: '00:00', to: '24:00' }]])),
    },
    { kind: 'caps', name: 'wide', perNumberPerDay: 100, perNumberTotal: 100 },
    { kind: 'retry-rules', name: 'once', default: once, byStatus: {} },
    { kind: 'script', ...SCRIPT },
    ...(await seeded()),
  ];
  for (const { name, customers, desk, ringTimeoutSeconds = 15 } of campaigns) {
    objects.push(
      {
        kind: 'trunk',
        name,
        host: '127.0.0.1',
        port: customers.port,
        transport: 'udp',
        numberFormat: 'e164',
        maxChannels: 100,
        callsPerSecond: 100,
      },
      {
        kind: 'campaign',
        name,
        label: `Campania ${name}`,
        mode: 'agent',
        calendar: 'always',
        trunk: name,
        callerId: '+40259123456',
        retryRules: 'once',
        caps: 'wide',
        ringTimeoutSeconds,
        maxTalkSeconds: 600,
        concurrency: 100,
        desk: { script: SCRIPT.name, ...desk },
      },
    );
  }
  await site.apel('apply', await site.write(`${campaigns[0]?.name ?? ''}.json`, JSON.stringify(objects)));
}

async function seeded(): Promise<object[]> {
  const all = JSON.parse(await readFile(SEEDED, 'utf8')) as { kind: string }[];
  return all.filter(({ kind }) => kind !== 'campaign');
}

/** New people for a campaign; their numbers end as told, in this order. @returns the numbers, E.164 */
export async function importPeople(
  site: TestSite,
  campaign: string,
  endings: readonly string[],
): Promise<string[]> {
  const numbers = newNumbers(endings.length).map((number, i) => {
    const ending = endings[i] ?? '';
    return `${number.slice(0, 4)}${number.slice(-(6 - ending.length))}${ending}`;
  });
  await importNumbers(site, campaign, numbers);
  return numbers.map((number) => `+4${number}`);
}

export function addAgents(site: TestSite, names: readonly string[]): Promise<Person[]> {
  return addPeople(site, names, 'agent');
}

export async function addPerson(site: TestSite, name: string, role: Role): Promise<Person> {
  const [person] = await addPeople(site, [name], role);
  return person as Person;
}

/** As `./apel user add` does; a process for each would take most of a second. */
async function addPeople(site: TestSite, names: readonly string[], role: Role): Promise<Person[]> {
  const url = site.state().env['DATABASE_URL'] ?? '';
  const db = openDatabase({ url, applicationName: 'test', max: 2 });
  try {
    const people = names.map((name) => ({ name, password: randomPassword() }));
    for (const { name, password } of people)
      await addUser(db, { name, password, displayName: `Agent ${name}`, role, actor: 'test' });
    return people;
  } finally {
    await db.close();
  }
}
