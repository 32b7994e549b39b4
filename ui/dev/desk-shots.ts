/**
 * Every state of the desk that `docs/desk.md` knows; those that differ little from another, once.
 * @module
 */
import type { Page } from 'playwright-core';
import type { DeskScenario } from './desk-scenarios.ts';
import { callId } from './fixtures.ts';
import type { Shot } from './shot.ts';

/** The hour of the fixtures' noon, kept by the other tab. */
const OTHER_SINCE = Date.parse('2026-11-21T09:41:12Z');
const GOOD = { verdict: 'good', roundTripMs: 42, jitterMs: 4, loss: 0, kbps: 168 } as const;
const POOR = { verdict: 'poor', roundTripMs: 341, jitterMs: 71, loss: 0.063, kbps: 96 } as const;

export function deskShots(): Shot[] {
  return [...betweenCalls(), ...inCalls(), ...afterCalls(), ...whatGoesWrong(), ...inEnglish()];
}

function shot(name: string, desk: DeskScenario, more: Partial<Shot> = {}): Shot {
  return {
    name: `post-${name}`,
    path: '/desk',
    role: 'agent',
    desk,
    ready: '.desk-line[data-tone=positive]',
    ...more,
  };
}

function click(selector: string, then: string): (page: Page) => Promise<void> {
  return async (page) => {
    await page.click(selector);
    await page.waitForSelector(then);
  };
}

const once = true;

function betweenCalls(): Shot[] {
  return [
    shot('pornire', 'log-on', { ready: '.log-on .chip-check' }),
    shot('pornire-nimic', 'no-campaigns', { ready: '.log-on-go', once }),
    shot('preluare', 'elsewhere', { ready: '.log-on .notice' }),
    shot('logat', 'logged-in', { once }),
    shot('disponibil', 'available'),
    shot('niciun-numar', 'available', { act: (page) => nothingDue(page) }),
    shot('pauza', 'paused'),
    shot('pauza-lunga', 'long-pause', { once }),
    shot('conexiune', 'connection', { once }),
    shot('ratat', 'missed', { once }),
    shot('meniu', 'available', { act: click('.state-button', '.state-list') }),
    shot('taste', 'available', { act: click('.desk-tools button:last-child', 'dialog[open]') }),
    shot('casti', 'available', { act: click('.desk-tools button', 'dialog[open]') }),
    shot('ecou', 'available', {
      once,
      act: async (page) => {
        await page.click('.desk-tools button');
        await page.click('.echo .btn');
        await page.waitForSelector('.echo .btn[aria-pressed=true]');
      },
    }),
    shot('apel-de-proba', 'available', {
      phone: { quality: GOOD },
      act: async (page) => {
        await page.click('.desk-tools button');
        await page.click('.echo:nth-last-of-type(1) .btn, .echo:has(svg):last-of-type .btn');
        await page.waitForSelector('.echo .line-quality');
      },
    }),
    shot('recente', 'available', { act: click('#desk-tab-recent', '.recent li:nth-child(3)') }),
    shot('contact', 'available', {
      once,
      act: async (page) => {
        await page.click('#desk-tab-recent');
        await page.click('.recent li:nth-child(2) .recent-row');
        await page.click('.recent-more .btn');
        await page.waitForSelector('.contact-numbers');
      },
    }),
    shot('rapide', 'available', { act: click('#desk-tab-speed', '.speed-add') }),
    shot('numar', 'available', { once, act: (page) => dialDigits(page) }),
    shot('abatere', 'available', {
      role: 'supervisor',
      act: async (page) => {
        await dialDigits(page);
        await page.click('.pad-override');
        await page.fill('.dialpad .field input', 'A cerut telefonic să fie sunată azi');
      },
    }),
    shot('alta-fila', 'available', {
      ready: '.void',
      init: `localStorage.setItem('apel.desk.tab', '${OTHER_SINCE}');
        void navigator.locks.request('apel-desk', () => new Promise(() => {}));`,
    }),
    shot('fila-pierduta', 'available', {
      once,
      act: async (page) => {
        await page.evaluate(
          "void navigator.locks.request('apel-desk', { steal: true }, () => new Promise(() => {}))",
        );
        await page.waitForSelector('.void');
      },
    }),
    shot('preluat', 'talking', {
      once,
      act: async (page) => {
        await page.evaluate(
          "globalThis.apelSockets[0].dispatchEvent(new CloseEvent('close', { code: 4410 }))",
        );
        await page.waitForSelector('.void');
      },
    }),
  ];
}

function inCalls(): Shot[] {
  const phone = { quality: GOOD };
  return [
    shot('previzualizare', 'preview'),
    shot('sari', 'preview', { act: click('.preview-actions .btn:last-child', 'dialog[open]') }),
    shot('se-apeleaza', 'inviting', { once }),
    shot('suna', 'ringing'),
    shot('primit', 'available', { phone: { ringing: '0700 000 123' } }),
    shot('convorbire', 'talking', { phone }),
    shot('mut', 'talking', {
      once,
      phone,
      act: click('.control:first-child', '.control[aria-pressed=true]'),
    }),
    shot('linie-slaba', 'talking', {
      phone: { quality: POOR },
      act: async (page) => {
        await page.click('.line-quality summary');
      },
    }),
    shot('nu-vine-sunet', 'talking', { once, phone: { quality: { verdict: 'silent', kbps: 0, loss: 0 } } }),
    shot('asteptare', 'held', { phone }),
    shot('taste-in-apel', 'talking', {
      phone,
      act: async (page) => {
        for (const key of ['1', '4', '#']) await page.click(`.pad-key:has(b:text-is("${key}"))`);
      },
    }),
    shot('refuz', 'talking', { phone, act: click('.refuse', 'dialog[open]') }),
    shot('alt-numar', 'ringing', { act: click('.contact-numbers .btn', 'dialog[open]') }),
    shot('pierdut', 'lost', { phone: { line: 'reconnecting' }, ready: '.desk-notices .notice' }),
    shot('manual', 'manual', { phone }),
    shot('fara-script', 'no-script', { once, phone }),
    shot('nume-lungi', 'long-names', { phone }),
    shot('apoi-pauza', 'next-pause', { once, phone }),
    shot('sugestii', 'talking', {
      phone,
      act: async (page) => {
        await page.fill('.script-field:first-child input', 'sa');
        await page.waitForSelector('.suggest-list:not([hidden])');
      },
    }),
    shot('studii', 'education', { once, phone }),
    shot('lipsuri', 'talking', {
      phone,
      act: async (page) => {
        await page.click('[data-code=success]');
        await page.keyboard.press('Control+Enter');
        await page.waitForSelector('.script-field .field-error');
      },
    }),
  ];
}

function afterCalls(): Shot[] {
  return [
    shot('finalizare', 'wrap-up'),
    shot('prelungit', 'wrap-up', { once, act: click('.save-time .btn', '.save-time:not(:has(.btn))') }),
    shot('ocupat', 'busy'),
    shot('revenire', 'wrap-up', {
      act: async (page) => {
        await page.click('.callback .btn:last-child');
        await page.waitForSelector('.callback .hint:has-text("Revenire:")');
      },
    }),
    shot('revenire-de-doua-ori', 'wrap-up', {
      once,
      act: async (page) => {
        await page.fill('.callback input[type=date]', '2027-10-31');
        await page.fill('.callback input[inputmode=numeric]', '03:30');
        await page.waitForSelector('.callback-twice');
      },
    }),
    shot('revenire-greseala', 'wrap-up', {
      act: async (page) => {
        await page.keyboard.press('Control+Enter');
        await page.waitForSelector('.field-error');
      },
    }),
    shot('nu-mai-suna', 'wrap-up', {
      act: async (page) => {
        await page.click('[data-code=opted-out]');
        await page.keyboard.press('Control+Enter');
        await page.waitForSelector('.field-error');
      },
    }),
    shot('se-salveaza', 'wrap-up-ready', {
      once,
      act: async (page) => {
        await page.route('**/wrap-up', (route) => route.abort());
        await page.keyboard.press('Control+Enter');
        await page.waitForSelector('.wrap-up[data-saved=true]');
      },
    }),
    shot('salvat', 'wrap-up-ready', {
      once,
      act: async (page) => {
        await page.keyboard.press('Control+Enter');
        await page.waitForSelector('.saved-note .badge');
      },
    }),
    shot('nesincronizate', 'available', {
      act: async (page) => {
        await page.route('**/wrap-up', (route) => route.abort());
        await page.evaluate(queue(3));
        await page.reload();
        await page.waitForSelector('.unsent');
      },
    }),
    shot('rezultat-refuzat', 'available', {
      act: async (page) => {
        await page.route('**/wrap-up', (route) =>
          route.fulfill({
            status: 403,
            contentType: 'application/problem+json',
            body: JSON.stringify({ code: 'forbidden', status: 403, title: 'forbidden', params: {} }),
          }),
        );
        await page.evaluate(queue(1));
        await page.reload();
        await page.waitForSelector('.desk-notices .notice');
      },
    }),
  ];
}

function whatGoesWrong(): Shot[] {
  const microphone = (error: string, more: Partial<Shot> = {}, name = error): Shot =>
    shot(`microfon-${name}`, 'logged-in', {
      ready: '.desk-notices .notice',
      init: `MediaDevices.prototype.getUserMedia = () => Promise.reject(new DOMException('', '${error}'));`,
      ...more,
    });
  return [
    microphone('NotAllowedError', {}, 'blocat'),
    microphone('NotFoundError', { once }, 'lipsa'),
    microphone('NotReadableError', { once }, 'ocupat'),
    microphone(
      '',
      { once, init: `Object.defineProperty(navigator, 'mediaDevices', { value: undefined });` },
      'nesigur',
    ),
    microphone('NotAllowedError', { once, act: click('.notice .btn', 'dialog[open]') }, 'blocat-casti'),
    shot('se-reconecteaza', 'available', {
      phone: { line: 'reconnecting' },
      ready: '.desk-line[data-tone=warning]',
    }),
    shot('fara-server', 'talking', { phone: { quality: GOOD }, act: (page) => cutOff(page) }),
    shot('fara-server-liber', 'available', { once, act: (page) => cutOff(page) }),
    shot('nu-se-incarca', 'available', {
      once,
      ready: '.void',
      init: 'globalThis.apelOffline = true;',
    }),
    shot('fara-memorie', 'available', {
      once,
      ready: '.desk-notices .notice',
      init: `Object.defineProperty(globalThis, 'indexedDB', { value: undefined });`,
    }),
  ];
}

function inEnglish(): Shot[] {
  const en = { lang: 'en', once } as const;
  return [
    shot('pornire-en', 'log-on', { ...en, ready: '.log-on .chip-check' }),
    shot('disponibil-en', 'available', en),
    shot('convorbire-en', 'talking', { ...en, phone: { quality: GOOD } }),
    shot('finalizare-en', 'wrap-up', en),
    shot('casti-en', 'available', { ...en, act: click('.desk-tools button', 'dialog[open]') }),
  ];
}

async function dialDigits(page: Page): Promise<void> {
  await page.fill('.pad-display input', '0700000214');
}

/** The server has no number; asked again later. */
async function nothingDue(page: Page): Promise<void> {
  await page.route('**/api/desk/next', async (route) => {
    const desk = await page.request.get(new URL('/api/desk', page.url()).href);
    await route.fulfill({
      json: { desk: await desk.json(), wait: { code: 'nothing-due', until: '2026-11-21T10:04:49Z' } },
    });
  });
  await page.click('.idle-go');
  await page.waitForSelector('.idle [role=status]');
}

/** The server goes away, as the page sees it. */
async function cutOff(page: Page): Promise<void> {
  await page.route('**/api/**', (route) => route.abort());
  await page.evaluate(
    'globalThis.apelOffline = true; globalThis.apelSockets.forEach((socket) => socket.close())',
  );
  await page.waitForSelector('.desk-notices .notice');
}

/** Wrap-ups of earlier calls that wait in this browser. */
function queue(count: number): string {
  const items = ['Vlad Mureșan', 'Ilinca Țăranu', 'Ștefan Bălan'].slice(0, count).map((label, index) => ({
    id: callId(600 + index),
    callId: callId(500 + index),
    userId: 7,
    at: index,
    label,
    wrapUp: {
      id: callId(600 + index),
      outcome: 'success',
      answers: {},
      note: '',
      savedAt: '2026-11-21T09:50:00Z',
    },
  }));
  return `new Promise((resolve, reject) => {
    const open = indexedDB.open('apel-desk');
    open.onerror = reject;
    open.onsuccess = () => {
      const put = open.result.transaction('outbox', 'readwrite');
      for (const item of ${JSON.stringify(items)}) put.objectStore('outbox').put(item);
      put.oncomplete = () => { open.result.close(); resolve(); };
    };
  })`;
}
