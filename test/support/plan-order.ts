/**
 * The order of test files, for short runs: no worker is left with a minute of work when the others are done, and no more
 * than two whole sites run at once, beside tests of single parts.
 * @module
 */

/** Each is a dozen processes that want both cores while they start and one of them afterwards. */
const SITES_AT_ONCE = 2;

export interface Cost {
  /** Starts a whole site. */
  isSite: boolean;
  /** About; only the order depends on it. */
  seconds: number;
  /** Of the file, bytes: a guess where the seconds are not known. */
  size: number;
}

/** Vitest gives the next file to the first worker that is free; here that is reckoned beforehand. */
export function planOrder<F extends Cost>(files: readonly F[], workers: number): F[] {
  const longest = files.toSorted((a, b) => b.seconds - a.seconds || b.size - a.size);
  const sites = longest.filter(({ isSite }) => isSite);
  const others = longest.filter(({ isSite }) => !isSite);
  const busy = Array.from({ length: workers }, () => ({ until: 0, withSite: false }));
  return files.map(() => {
    const free = busy.reduce((first, next) => (next.until < first.until ? next : first));
    free.withSite = false;
    const room = busy.filter(({ withSite }) => withSite).length < SITES_AT_ONCE;
    const next = ((room && sites.shift()) || others.shift() || sites.shift()) as F;
    free.until += next.seconds;
    free.withSite = next.isSite;
    return next;
  });
}
