import { describe, expect, it } from 'vitest';
import { createApi } from '../../api/client.ts';
import { errorWords } from '../../api/problem.ts';
import { session as fixtureSession } from '../../dev/fixtures.ts';
import { createI18n } from '../../i18n/i18n.ts';
import { en } from '../../i18n/en.ts';
import { createSessionStore, type SessionStore } from './store.ts';

function setUp(answer: (path: string, init: RequestInit) => Response | Promise<Response>): {
  store: SessionStore;
  kept: Map<string, string>;
  zones: string[];
} {
  const kept = new Map<string, string>();
  const zones: string[] = [];
  const storage = {
    get: (key: string) => kept.get(key) ?? null,
    set: (key: string, value: string | null) =>
      void (value === null ? kept.delete(key) : kept.set(key, value)),
  };
  const api = createApi({ fetch: async (input, init) => answer(input as string, init ?? {}) });
  const onZone = (zone: string): void => void zones.push(zone);
  return { store: createSessionStore({ api: () => api, storage, onZone }), kept, zones };
}

const problem = (status: number, code: string, params: object = {}): Response =>
  Response.json(
    { type: `urn:apel:problem:${code}`, title: code, status, code, params, requestId: 'r1' },
    { status },
  );
const words = (error: unknown): string =>
  errorWords(
    createI18n({
      storage: { get: () => null, set: () => undefined },
      loadEnglish: async () => en,
      parts: {},
    }),
    error,
  );

describe('session', () => {
  it('brings the zone of the site', async () => {
    const { store, zones } = setUp(() =>
      Response.json({ ...fixtureSession('supervisor'), zone: 'Europe/Lisbon' }),
    );
    await store.load();
    expect(zones).toEqual(['Europe/Lisbon']);
  });

  it('nobody is logged in when the server says null', async () => {
    const { store } = setUp(() => Response.json(null));
    await store.load();
    expect(store.session.value).toBeNull();
  });

  it('a server that is away is not taken for a log-out', async () => {
    const { store } = setUp(() => Promise.reject(new TypeError('Failed to fetch')));
    await store.load();
    expect(store.session.value).toBeUndefined();
    expect(words(store.error.value)).toBe('Serverul nu răspunde. Verificați legătura la rețea.');
  });

  it('log-in keeps the name on this computer, never the password', async () => {
    const { store, kept } = setUp(() => Response.json(fixtureSession('management')));
    await store.logIn({ name: 'ioana', password: 'secret', remember: true });
    expect([...kept]).toEqual([['apel.name', 'ioana']]);
    expect([store.can('report.read'), store.can('recording.play')]).toEqual([true, false]);
  });

  it('not remembering forgets the name', async () => {
    const { store, kept } = setUp(() => Response.json(fixtureSession('operator')));
    await store.logIn({ name: 'ioana', password: 'x', remember: true });
    await store.logIn({ name: 'ioana', password: 'x', remember: false });
    expect([...kept]).toEqual([]);
  });

  it('problem documents become words, with their numbers', async () => {
    const throttled = setUp(() => problem(429, 'throttled', { retryAfterSeconds: 20 })).store;
    expect(words(await throttled.logIn({ name: 'a', password: 'b', remember: false }))).toBe(
      'Prea multe încercări. Mai așteptați 20 de secunde.',
    );
    const wrong = setUp(() => problem(401, 'bad-credentials')).store;
    expect(words(await wrong.logIn({ name: 'a', password: 'b', remember: false }))).toBe(
      'Numele sau parola nu sunt corecte.',
    );
    const broken = setUp(() => new Response('<html>', { status: 502 })).store;
    expect(words(await broken.logIn({ name: 'a', password: 'b', remember: false }))).toContain('502');
  });
});
