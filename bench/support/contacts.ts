/**
 * Campaigns full of contacts, for the benchmarks of claim and commit.
 * @module
 */
import type { CampaignSetup } from '../../db/campaigns.ts';
import type { Database } from '../../db/client.ts';
import { createCampaign } from '../../test/support/campaign-fixture.ts';

/** More than any benchmark needs at once: rates and channels must not be what limits. */
const PLENTY = 1_000_000;

/** A robot campaign that is always open and in nobody's way: its trunk has places for everything. */
export async function createWideCampaign(db: Database, name: string): Promise<CampaignSetup> {
  return createCampaign(db, name, {
    campaign: { concurrency: PLENTY },
    trunk: { maxChannels: PLENTY, callsPerSecond: PLENTY },
    caps: { perNumberPerDay: 3, perNumberTotal: 10 },
  });
}

/**
 * `count` contacts with a number each, spread over the campaigns: a tenth on a priority list, a tenth to be called again,
 * the rest new; of each hundred one has no consent, one is on do-not-call, one is stopped for the campaign, and ten are
 * due only tomorrow. Loaded without foreign-key checks, with the indexes in place; then vacuumed and analysed.
 */
export async function loadContacts(
  db: Database,
  campaigns: readonly CampaignSetup[],
  count: number,
): Promise<void> {
  const ids = `(array[${campaigns.map((campaign) => campaign.id).join(',')}])[1 + i % ${campaigns.length}]`;
  await db.pool.query(
    `insert into lists (campaign_id, name, kind) select id, 'bench', 'normal' from campaigns
     on conflict (campaign_id, name) do nothing`,
  );
  await inParallel(db, [
    `insert into numbers (e164, do_not_call_at, do_not_call_reason)
     select '+407' || lpad(i::text, 8, '0'), case when i % 100 = 50 then now() end, case when i % 100 = 50 then 'opted-out' end
     from generate_series(1, ${count}) i`,
    `insert into contacts (campaign_id, list_id, row_no, last_name, first_name, locality, consent_at, consent_source)
     select c.id, l.id, i, 'Popescu', 'Ion', 'Oradea', case when i % 100 <> 51 then date '2026-01-15' end, 'formular'
     from generate_series(1, ${count}) i, lateral (select ${ids} as id) c join lists l on l.campaign_id = c.id`,
  ]);
  await db.pool.query('analyze numbers, contacts');
  await inParallel(db, [
    `insert into contact_numbers (contact_id, position, campaign_id, number_id)
     select c.id, 1, c.campaign_id, n.id from contacts c join numbers n on n.e164 = '+407' || lpad(c.row_no::text, 8, '0')
     order by c.id`,
    `insert into dial_queue (contact_id, campaign_id, list_id, rank, due_at, attempts)
     select id, campaign_id, list_id, case row_no / 10 % 10 when 0 then 0 when 1 then 1 else 2 end,
       case when row_no % 10 = 9 then now() + interval '1 day' else now() - interval '1 hour' end,
       case row_no / 10 % 10 when 1 then 1 else 0 end
     from contacts order by id`,
  ]);
  await inParallel(db, [
    `insert into campaign_numbers (campaign_id, number_id, unanswered, stopped_at, stopped_by)
     select cn.campaign_id, cn.number_id, 3, now(), 'rule'
     from contacts c join contact_numbers cn on cn.contact_id = c.id where c.row_no % 100 = 52`,
  ]);
  for (const table of ['numbers', 'contacts', 'contact_numbers', 'dial_queue', 'campaign_numbers']) {
    await db.pool.query(`vacuum (analyze) ${table}`);
  }
}

/** Each statement on a connection of its own, without foreign-key triggers: they are what takes half of the time. */
async function inParallel(db: Database, statements: readonly string[]): Promise<void> {
  await Promise.all(
    statements.map(async (statement) => {
      const client = await db.pool.connect();
      try {
        await client.query(`set session_replication_role = replica`);
        await client.query(statement);
        await client.query('reset session_replication_role');
        client.release();
      } catch (error) {
        client.release(true);
        throw error;
      }
    }),
  );
}
