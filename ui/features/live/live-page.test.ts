import { describe, expect, it } from 'vitest';
import type { LiveSnapshot } from '../../../contracts/http/live.ts';
import { EDGE_REFUSALS } from '../../../contracts/model/edge-control.ts';
import { END_REASONS } from '../../../contracts/model/call.ts';
import { DIAL_WAITS } from '../../../domain/dial-wait.ts';
import { REPORT_SLOTS } from '../../../domain/report-slots.ts';
import { barsOf } from '../../design/hour-bars.tsx';
import { liveSnapshot } from '../../dev/fixtures.ts';
import { en } from '../../i18n/en.ts';
import { createI18n } from '../../i18n/i18n.ts';
import { roPages } from '../../i18n/ro-pages.ts';
import { createClock } from '../../lib/clock.ts';
import { dialerSentences, flagsBeside } from './dialer-notice.tsx';
import { reasonWords, withReasonWords } from './reason-words.ts';
import { countStages } from './store.ts';

const NOW = Date.parse('2026-11-21T10:00:00Z');
const i18n = createI18n({
  storage: { get: () => null, set: () => undefined },
  loadEnglish: async () => en,
  parts: { pages: async () => roPages },
});
await i18n.load('pages');
const snapshot = (change: Partial<LiveSnapshot>): LiveSnapshot => ({
  ...liveSnapshot('oradea', NOW, { numbers: true }),
  ...change,
});

describe('what the dialer waits for, in words', () => {
  it.each(DIAL_WAITS)('the catalogue has a sentence for %s', (code) => {
    expect(roPages).toHaveProperty([`wait.${code}`]);
  });

  it('what the dialer says is not said a second time as a flag, other flags are', () => {
    const backingOff = { code: 'trunk-backing-off' as const, params: { trunk: 'unu' } };
    const late = { code: 'counts-late' as const, params: { seconds: 9 } };
    const health = [backingOff, late];
    const waits = (code: string) =>
      flagsBeside(
        snapshot({
          health,
          dialer: { state: 'waiting', reason: { code, params: {} }, since: null, until: null },
        }),
      );
    expect(waits('trunk-backoff')).toEqual([late]);
    expect(waits('concurrency')).toEqual(health);
  });

  it('a full campaign names its places', () => {
    const dialer = {
      state: 'waiting' as const,
      reason: { code: 'concurrency', params: { max: 20 } },
      since: null,
      until: null,
    };
    expect(dialerSentences(i18n, snapshot({ dialer }), NOW)).toEqual([
      'Toate cele 20 de locuri ale campaniei sunt ocupate. Sună din nou când se încheie un apel.',
    ]);
  });

  it('a closed calendar says when it opens', () => {
    const view = snapshot({
      dialer: { state: 'closed', reason: null, since: null, until: null },
      calendar: { open: false, changesAt: '2026-11-23T06:00:00Z' },
    });
    expect(dialerSentences(i18n, view, NOW)).toEqual(['Se deschide luni, 23.11, 08:00.']);
  });

  it('a pause says who, when and why', () => {
    const view = snapshot({
      dialer: { state: 'paused', reason: null, since: null, until: null },
      paused: { at: '2026-11-21T09:30:00Z', by: 'Ioana', reason: 'script nou', stopped: false },
    });
    expect(dialerSentences(i18n, view, NOW)).toEqual([
      'Pusă pe pauză de Ioana, 11:30.',
      'Motiv: script nou.',
    ]);
  });

  it('a campaign that is over is not a pause', () => {
    const view = snapshot({
      dialer: { state: 'paused', reason: null, since: null, until: null },
      paused: { at: '2026-11-21T09:30:00Z', by: 'Ioana', reason: 'lista s-a terminat!', stopped: true },
    });
    expect(dialerSentences(i18n, view, NOW)).toEqual([
      'Oprită de Ioana, 11:30.',
      'Motiv: lista s-a terminat!',
      'Nu se sună și nu se pregătește nicio zi de lucru până nu este pornită.',
    ]);
  });

  it('a code from a newer server is shown as it is', () => {
    const dialer = {
      state: 'waiting' as const,
      reason: { code: 'moon-phase', params: {} },
      since: null,
      until: null,
    };
    expect(dialerSentences(i18n, snapshot({ dialer }), NOW)).toEqual(['Motiv: moon-phase.']);
  });
});

describe('codes of reasons, in words', () => {
  it.each([
    ...END_REASONS.map((code) => `reason.${code}`),
    ...EDGE_REFUSALS.map((code) => `refusing.${code}`),
  ])('both catalogues have %s', (key) => {
    expect(roPages).toHaveProperty([key]);
    expect(en).toHaveProperty([key]);
  });

  it('stand inside the sentence; a newer code stays as it is, none is said to be unknown', () => {
    expect(reasonWords(i18n, 'unavailable')).toBe('operatorul nu este disponibil');
    expect(reasonWords(i18n, 'disk-full')).toBe('discul este plin');
    expect(reasonWords(i18n, 'moon-phase')).toBe('moon-phase');
    expect(withReasonWords(i18n, { trunk: 't', reason: '' })).toEqual({
      trunk: 't',
      reason: 'motiv necunoscut',
    });
  });

  it('a dialer that nobody runs says so, with its last sign', () => {
    const dialer = { state: 'stopped' as const, reason: null, since: '2026-11-21T09:30:00Z', until: null };
    expect(dialerSentences(i18n, snapshot({ dialer }), NOW).at(-1)).toBe('Ultimul semn: 11:30.');
  });
});

describe('the chart of hours', () => {
  it('shows 7-20 and grows to the hours that have calls', () => {
    expect(barsOf([]).map(({ slot }) => slot)).toEqual(REPORT_SLOTS.slice(0, 13).map(({ slot }) => slot));
    const late = barsOf([{ hour: 22, total: 5, answered: 2 }]);
    expect(late).toHaveLength(16);
    expect(late.at(-1)).toEqual({ slot: '22-23', answered: 2, other: 3 });
  });
});

describe('stages', () => {
  it('are counted, talking first, and their sum is the number of calls', () => {
    const view = snapshot({});
    const stages = countStages(view);
    expect(stages[0]).toEqual({ stage: 'talking', calls: 6 });
    expect(stages.reduce((sum, { calls }) => sum + calls, 0)).toBe(view.calls.length);
  });
});

describe('clock', () => {
  it('follows the server when this computer is two hours wrong', () => {
    const clock = createClock(() => NOW - 7_200_000);
    clock.sync(NOW - 400);
    clock.sync(NOW - 40);
    expect(clock.now()).toBe(NOW - 40);
  });
});
