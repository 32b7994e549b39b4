import { lookup } from 'node:dns';
import { isIP } from 'node:net';

/** Result of a look-up: an address, or why there is none. */
export type Resolved = { readonly address: string } | { readonly problem: string };

export interface Resolver {
  /** Calls back at once for an IP address or a cached name, later for others; exactly once. */
  resolve(host: string, done: (resolved: Resolved) => void): void;
}

type Lookup = (host: string, done: (error: Error | null, address: string) => void) => void;

/** The system resolver answers within this or the name counts as unknown. */
const LOOKUP_TIMEOUT_MS = 3_000;
const CACHE_MS = 30_000;
const MAX_CACHED = 1_000;

const systemLookup: Lookup = (host, done) => lookup(host, { family: 4 }, done);

/**
 * A look-ups by the system resolver (so that /etc/hosts and container names work), cached for 30 s and shared
 * by all who ask for the same name at once.
 */
export function createResolver({
  timeoutMs = LOOKUP_TIMEOUT_MS,
  look = systemLookup,
}: { timeoutMs?: number; look?: Lookup } = {}): Resolver {
  const cache = new Map<string, { address: string; until: number }>();
  const waiting = new Map<string, ((resolved: Resolved) => void)[]>();

  function settle(host: string, resolved: Resolved): void {
    const waiters = waiting.get(host);
    if (!waiters) return;
    waiting.delete(host);
    if ('address' in resolved) {
      if (cache.size >= MAX_CACHED) cache.clear();
      cache.set(host, { address: resolved.address, until: Date.now() + CACHE_MS });
    }
    for (const waiter of waiters) waiter(resolved);
  }

  return {
    resolve(host, done) {
      const literal = host.startsWith('[') ? host.slice(1, -1) : host;
      if (isIP(literal)) return done({ address: literal });
      const cached = cache.get(host);
      if (cached && cached.until > Date.now()) return done({ address: cached.address });
      const waiters = waiting.get(host);
      if (waiters) {
        waiters.push(done);
        return;
      }
      waiting.set(host, [done]);
      const timer = setTimeout(() => settle(host, { problem: 'DNS look-up timed out' }), timeoutMs);
      look(host, (error, address) => {
        clearTimeout(timer);
        settle(host, error ? { problem: 'host unknown' } : { address });
      });
    },
  };
}
