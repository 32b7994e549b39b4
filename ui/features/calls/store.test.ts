import { describe, expect, it } from 'vitest';
import type { CallsPage } from '../../../contracts/http/calls.ts';
import type { CallFilters } from '../../api/client.ts';
import { callRows } from '../../dev/fixtures.ts';
import { apiFilters, callsAddress, parseFilter } from './filters.ts';
import { createCallsStore } from './store.ts';

const rows = callRows(Date.parse('2026-11-21T10:10:00Z'), 180, { numbers: true, names: true });

/** The API with keyset pages over fixture rows. */
function api(asked: CallFilters[] = []): { calls: (query: CallFilters) => Promise<CallsPage> } {
  return {
    calls: async (query) => {
      asked.push(query);
      const start = Number(query.cursor ?? 0);
      const end = start + (query.limit ?? 50);
      return {
        calls: rows.slice(start, end),
        nextCursor: end < rows.length ? String(end) : null,
        total: null,
        zone: 'Europe/Bucharest',
      };
    },
  };
}

describe('filters in the address', () => {
  it('go there and back', () => {
    const filter = {
      from: '2026-11-16',
      to: '2026-11-22',
      slot: 'outside',
      campaign: 'oradea',
      list: 7,
      status: 'busy',
      kind: 'robot',
      result: 'customer',
      state: 'committed',
    } as const;
    const address = callsAddress(filter);
    expect(address).toContain('de=2026-11-16&pana=2026-11-22&ora=in-afara');
    expect(parseFilter(Object.fromEntries(new URL(address, 'http://x').searchParams))).toEqual(filter);
  });

  it('say what a figure of a report counts, in the address and to the API alike', () => {
    const filter = {
      list: '-',
      agent: 'any',
      state: 'counted',
      answered: 'unanswered',
      flag: 'positive',
      result: 'carrier',
      reason: 'congestion',
      trunk: '-',
      sip: 503,
      field: 'judet',
      value: 'Bihor',
      each: 'contact',
      times: 3,
    } as const;
    const address = callsAddress(filter);
    expect(parseFilter(Object.fromEntries(new URL(address, 'http://x').searchParams))).toEqual(filter);
    expect(apiFilters(filter, '')).toEqual(filter);
  });

  it('nonsense is left out', () => {
    expect(
      parseFilter({
        de: '2026-02-31',
        ora: '3-4',
        tip: 'x',
        rezultat: '',
        status: '',
        lista: '-1',
        stare: 'x',
        raspuns: 'x',
        motiv: 'x',
        trunchi: 'X;',
        sip: '99',
        ori: '0',
      }),
    ).toEqual({});
  });
});

describe('pages', () => {
  it('more adds the next page and stops at the last', async () => {
    const store = createCallsStore({ api: api() });
    await store.show({});
    expect(store.pages.data.value?.rows).toHaveLength(50);
    for (let page = 0; page < 5; page += 1) await store.more();
    expect(store.pages.data.value?.rows.map(({ id }) => id)).toEqual(rows.map(({ id }) => id));
  });

  it('the number goes to the API and never into the address', async () => {
    const asked: CallFilters[] = [];
    const store = createCallsStore({ api: api(asked) });
    await store.show({ status: 'busy' }, ' 0700 000 001 ');
    expect(asked[0]).toMatchObject({ status: 'busy', number: '0700 000 001' });
    expect(callsAddress(store.filter.value)).toBe('/apeluri?status=busy');
  });

  it('the hour and the list of a report cell are asked of the API, on every page', async () => {
    const asked: CallFilters[] = [];
    const store = createCallsStore({ api: api(asked) });
    await store.show({ slot: '11-12', list: 7, state: 'committed' });
    await store.more();
    expect(asked).toHaveLength(2);
    for (const query of asked) expect(query).toMatchObject({ slot: '11-12', list: 7, state: 'committed' });
  });

  it('a failed next page keeps the rows and says so', async () => {
    const good = api();
    let fail = false;
    const store = createCallsStore({
      api: { calls: (query) => (fail ? Promise.reject(new Error('away')) : good.calls(query)) },
    });
    await store.show({});
    fail = true;
    await store.more();
    expect(store.pages.data.value?.rows).toHaveLength(50);
    expect(store.moreError.value).toBeInstanceOf(Error);
  });
});
