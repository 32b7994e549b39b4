import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { createKnownBrowsers } from './known-browser.ts';

const browsers = createKnownBrowsers(randomBytes(32));
const cookie = browsers.cookieFor(null, 'Ana');

it('a browser is known for the name that logged in, in any case, and keeps its id', () => {
  const id = browsers.idOf(cookie, 'ANA');
  expect(id).toMatch(/^[\w-]{22}$/);
  expect(browsers.cookieFor(id, 'ana')).toBe(cookie);
});

it.each([
  ['another name', cookie, 'Dan'],
  ['another site', createKnownBrowsers(randomBytes(32)).cookieFor(null, 'Ana'), 'Ana'],
  ['another id', `${'A'.repeat(22)}${cookie.slice(22)}`, 'Ana'],
  ['no mac', cookie.slice(0, 23), 'Ana'],
  ['too much', `${cookie}x`, 'Ana'],
  ['nothing', undefined, 'Ana'],
])('a browser is not known with a cookie of %s', (_what, given, name) => {
  expect(browsers.idOf(given, name)).toBeNull();
});
