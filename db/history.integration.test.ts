import { beforeAll, describe, expect, it } from 'vitest';
import { foldName } from '../domain/fold-name.ts';
import { addContacts, createCampaign, mobile } from '../test/support/campaign-fixture.ts';
import { addRawCalls } from '../test/support/raw-calls.ts';
import { useTestDatabase } from '../test/support/use-database.ts';
import type { Database } from './client.ts';
import { findByName, findByNumber, readHistory } from './history.ts';

let db: Database;
let made = 0;
const campaigns: number[] = [];
useTestDatabase((opened) => {
  db = opened;
});
beforeAll(async () => {
  for (const name of ['oradea', 'cluj']) campaigns.push((await createCampaign(db, name)).id);
});

async function person(
  lastName: string | null,
  firstName: string | null,
  numbers: string[] = [mobile(++made)],
  campaign = campaigns[0] ?? 0,
): Promise<number> {
  const [id = 0] = await addContacts(db, campaign, [{ numbers }]);
  await db.pool.query(
    `update contacts set last_name = $2, first_name = $3, locality = 'Oradea', county = 'Bihor', age_band = '30-40' where id = $1`,
    [id, lastName, firstName],
  );
  return id;
}

const idsOf = async (name: string) =>
  (await findByName(db.pool, name)).people.map(({ contactId }) => contactId).toSorted((a, b) => a - b);

describe('a person found by name', () => {
  it('is the same with ș, ş and s, and in any order of the words', async () => {
    const comma = await person('Șerbănescu', 'Ștefan');
    const cedilla = await person('Şerbănescu', 'Ştefan');
    const plain = await person('serbanescu', 'stefan');
    const apart = await person('S\u0326erba\u0306nescu', 'S\u0326tefan');
    await person('Șerbănescu', 'Maria');
    await person('Marinescu', 'Ștefan');
    const all = [comma, cedilla, plain, apart];
    for (const asked of ['Șerbănescu Ștefan', 'şerbănescu ştefan', 'SERBANESCU stefan', 'ștef serb']) {
      expect([asked, await idsOf(asked)]).toEqual([asked, all]);
    }
    expect(await idsOf('serbanescu')).toHaveLength(5);
    expect(await idsOf('erbanescu')).toEqual([]);
    expect(await idsOf(' % _ ')).toEqual([]);
  });

  it('folds names as the database does', async () => {
    const letters = 'ĂÂÎȘȚŞŢăâîșțşţ Árvíztűrő TÜKÖRFÚRÓGÉP Čapek Łódź Đoković d’Ornano Ana-Maria';
    const { rows } = await db.pool.query<{ folded: string }>('select fold_name($1) as folded', [letters]);
    expect(rows[0]?.folded).toBe(foldName(letters));
  });

  it('is found among many by the index', async () => {
    await db.pool.query('set enable_seqscan = off');
    const { rows } = await db.pool.query<{ 'QUERY PLAN': string }>(
      `explain select id from contacts where fold_name(last_name) collate "C" >= 'pop' and fold_name(last_name) collate "C" < 'poq'`,
    );
    expect(rows.map((row) => row['QUERY PLAN']).join('\n')).toContain('contacts_last_name');
    await db.pool.query('reset enable_seqscan');
  });
});

describe('a person found by number', () => {
  it('has the calls of every list, oldest first, and a success told with place and age', async () => {
    const shared = mobile(900);
    const here = await person('Pop', 'Ion', [shared, mobile(901)]);
    const there = await person('Pop', 'Ioan', [shared], campaigns[1]);
    const found = await findByNumber(db.pool, shared);
    expect(found?.people.map(({ contactId }) => contactId)).toEqual([there, here]);
    const numberId = found?.numberId ?? 0;
    const other = (await findByNumber(db.pool, mobile(901)))?.numberId ?? 0;
    const at = (date: string) => new Date(`${date}T09:00:00Z`);
    const call = { campaignId: campaigns[0] ?? 0, contactId: here, numberId };
    const ids = await addRawCalls(db, [
      {
        ...call,
        status: 'success',
        attempt: 2,
        invitedAt: at('2019-02-09'),
        talkMs: 5_000,
        recording: 'ready',
      },
      { ...call, status: 'no-answer', attempt: 1, invitedAt: at('2019-02-08') },
      {
        campaignId: campaigns[1] ?? 0,
        contactId: there,
        numberId,
        status: 'busy',
        invitedAt: at('2019-02-10'),
      },
      { ...call, numberId: other, status: 'busy', attempt: 3, invitedAt: at('2019-02-11') },
      // By hand, of nobody's list.
      { campaignId: campaigns[0] ?? 0, numberId, status: 'declined', invitedAt: at('2019-02-07') },
    ]);
    const history = await readHistory(db.pool, { numberId });
    expect(history?.calls.map(({ at: when, status }) => [when.toISOString().slice(0, 10), status])).toEqual([
      ['2019-02-07', 'declined'],
      ['2019-02-08', 'no-answer'],
      ['2019-02-09', 'success'],
      ['2019-02-10', 'busy'],
      ['2019-02-11', 'busy'],
    ]);
    const success = history?.calls[2];
    expect(success).toMatchObject({
      callId: ids[0],
      locality: 'Oradea',
      county: 'Bihor',
      ageBand: '30-40',
      recording: true,
    });
    expect(history?.calls[1]).toMatchObject({ locality: null, ageBand: null, recording: false });
    // Of the one contact: what others did with its numbers belongs to it.
    const own = await readHistory(db.pool, { contactId: there });
    expect(own?.calls.map(({ status }) => status)).toEqual(['declined', 'no-answer', 'success', 'busy']);
    expect(await readHistory(db.pool, { contactId: 999_999 })).toBeUndefined();
    expect(await findByNumber(db.pool, '+40799999999')).toBeUndefined();
  });
});
