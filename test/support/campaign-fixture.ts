/**
 * A campaign with contacts in a test database, made through the same `applyConfig` as the product.
 * @module
 */
import type {
  CalendarDef,
  CampaignDef,
  CapsDef,
  RetryRulesDef,
  TrunkDef,
} from '../../contracts/model/config.ts';
import { WEEKDAYS } from '../../contracts/model/config.ts';
import { readCampaign, type CampaignSetup } from '../../db/campaigns.ts';
import type { Database } from '../../db/client.ts';
import { applyConfig } from '../../db/config.ts';
import type { EdgeRef } from '../../contracts/model/call.ts';

export interface CampaignOverrides {
  campaign?: Partial<CampaignDef>;
  calendar?: Partial<CalendarDef>;
  trunk?: Partial<TrunkDef>;
  retryRules?: Partial<RetryRulesDef>;
  caps?: Partial<CapsDef>;
  now?: Date;
}

const ALWAYS = [{ from: '00:00', to: '24:00' }];

/** A robot campaign `name` that is always open, generous in every limit; its objects carry the same name unless given. */
export async function createCampaign(
  db: Database,
  name: string,
  overrides: CampaignOverrides = {},
): Promise<CampaignSetup> {
  const calendar: CalendarDef = {
    name: `${name}-calendar`,
    zone: 'Europe/Bucharest',
    hours: Object.fromEntries(WEEKDAYS.map((day) => [day, ALWAYS])),
    holidays: 'none',
    ...overrides.calendar,
  };
  const trunk: TrunkDef = {
    name: `${name}-trunk`,
    host: '127.0.0.1',
    port: 5060,
    transport: 'udp',
    numberFormat: 'e164',
    maxChannels: 1000,
    callsPerSecond: 10_000,
    permittedPrefixes: ['+402', '+403', '+407'],
    ...overrides.trunk,
  };
  const retryRules: RetryRulesDef = {
    name: `${name}-retry`,
    default: { delaySeconds: 600, multiplier: 2, maxDelaySeconds: 3600, maxAttempts: 5 },
    byStatus: {},
    ...overrides.retryRules,
  };
  const caps: CapsDef = { name: `${name}-caps`, perNumberPerDay: 10, perNumberTotal: 100, ...overrides.caps };
  const campaign: CampaignDef = {
    name,
    label: name,
    mode: 'robot',
    calendar: calendar.name,
    trunk: trunk.name,
    callerId: '+40259123456',
    retryRules: retryRules.name,
    caps: caps.name,
    stopAfterUnanswered: 3,
    ringTimeoutSeconds: 20,
    maxTalkSeconds: 120,
    concurrency: 1000,
    consentRequired: true,
    recording: true,
    ...overrides.campaign,
  };
  const applied = await applyConfig(db, {
    objects: [
      { kind: 'calendar', body: calendar },
      { kind: 'trunk', body: trunk },
      { kind: 'retry-rules', body: retryRules },
      { kind: 'caps', body: caps },
      { kind: 'campaign', body: campaign },
    ],
    origin: 'file',
    actor: 'test',
    now: overrides.now ?? new Date(),
  });
  if (applied.state === 'refused') throw new Error(JSON.stringify(applied.problems));
  const setup = await readCampaign(db.pool, { name });
  if (!setup) throw new Error('the campaign was not stored');
  return setup;
}

export interface ContactFixture {
  numbers: string[];
  consent?: boolean;
  /** 0 priority, 1 retry, 2 normal (default). */
  rank?: number;
  dueAt?: Date;
}

/** Contacts of one list with their queue rows; returns the contact ids in order. */
export async function addContacts(
  db: Database,
  campaignId: number,
  contacts: readonly ContactFixture[],
): Promise<number[]> {
  const { rows: lists } = await db.pool.query<{ id: number }>(
    `insert into lists (campaign_id, name, kind) values ($1, 'fixture', 'normal')
     on conflict (campaign_id, name) do update set name = excluded.name returning id`,
    [campaignId],
  );
  const listId = lists[0]?.id ?? 0;
  const ids: number[] = [];
  for (const contact of contacts) {
    const consent = contact.consent ?? true;
    const { rows } = await db.pool.query<{ id: number }>(
      `insert into contacts (campaign_id, list_id, consent_at, consent_source) values ($1, $2, $3, $4) returning id`,
      [campaignId, listId, consent ? '2026-01-15' : null, consent ? 'formular' : null],
    );
    const id = rows[0]?.id ?? 0;
    ids.push(id);
    await db.pool.query(
      `insert into numbers (e164) select unnest($1::text[]) on conflict (e164) do nothing`,
      [contact.numbers],
    );
    await db.pool.query(
      `insert into contact_numbers (contact_id, position, campaign_id, number_id)
       select $1, t.position, $2, n.id from unnest($3::text[]) with ordinality t (e164, position)
       join numbers n using (e164)`,
      [id, campaignId, contact.numbers],
    );
    await db.pool.query(
      `insert into dial_queue (contact_id, campaign_id, list_id, rank, due_at) values ($1, $2, $3, $4, $5)`,
      [id, campaignId, listId, contact.rank ?? 2, contact.dueAt ?? new Date(0)],
    );
  }
  return ids;
}

/** Romanian mobile numbers that are valid and distinct: +4072xxxxxxx. */
export function mobile(index: number): string {
  return `+4072${String(index).padStart(7, '0')}`;
}

/** An open epoch of an edge; nothing listens there. */
export async function addEdge(db: Database, node: string, capacity = 1000, epoch = 1): Promise<EdgeRef> {
  await db.pool.query(
    `insert into edges (node, epoch, control_url, capacity) values ($1, $2, 'http://127.0.0.1:9', $3)`,
    [node, epoch, capacity],
  );
  return { node, epoch };
}
