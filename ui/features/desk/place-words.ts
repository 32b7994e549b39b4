/**
 * Where a desk is, in words: `Chrome, Windows, 192.0.2.14` of what the browser says of itself and the server saw.
 * @module
 */

/** The first that fits: all of them say that they are the others too. */
const BROWSERS = [
  [/\bEdgA?\//, 'Edge'],
  [/\b(?:OPR|Opera)\//, 'Opera'],
  [/\b(?:Firefox|FxiOS)\//, 'Firefox'],
  [/\b(?:Headless)?(?:Chrome|Chromium|CriOS)\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
] as const;
const SYSTEMS = [
  [/\bWindows\b/, 'Windows'],
  [/\bAndroid\b/, 'Android'],
  [/\biP(?:hone|ad)\b/, 'iOS'],
  [/\bMac OS X\b/, 'macOS'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bLinux\b/, 'Linux'],
] as const;

/** @param place `<user agent> (<address>)`, as the API wrote it down at log-on */
export function placeWords(place: string): string {
  const [, agent = place, address = ''] = /^(.*) \(([^()]*)\)$/s.exec(place) ?? [];
  const words = [nameIn(BROWSERS, agent), nameIn(SYSTEMS, agent), address];
  return words.filter((word) => word !== '').join(', ');
}

function nameIn(names: readonly (readonly [RegExp, string])[], agent: string): string {
  return names.find(([pattern]) => pattern.test(agent))?.[1] ?? '';
}
