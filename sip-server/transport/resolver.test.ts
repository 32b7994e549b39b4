import { describe, expect, it } from 'vitest';
import { createResolver, type Resolved } from './resolver.ts';

type Lookup = (host: string, done: (error: Error | null, address: string) => void) => void;

describe('the resolver', () => {
  const ask = (look: Lookup, hosts: readonly string[], timeoutMs = 1_000) => {
    const resolver = createResolver({ look, timeoutMs });
    return Promise.all(hosts.map((host) => new Promise<Resolved>((done) => resolver.resolve(host, done))));
  };

  it('asks nobody about addresses', async () => {
    const look: Lookup = () => expect.fail('asked');
    expect(await ask(look, ['192.0.2.1', '[2001:db8::1]'])).toEqual([
      { address: '192.0.2.1' },
      { address: '2001:db8::1' },
    ]);
  });

  it('asks once for all who want the same name, and remembers', async () => {
    let asked = 0;
    const look: Lookup = (_host, done) => {
      asked++;
      setImmediate(() => done(null, '192.0.2.2'));
    };
    expect(await ask(look, ['a', 'a', 'a'])).toEqual(['a', 'a', 'a'].map(() => ({ address: '192.0.2.2' })));
    expect(asked).toBe(1);
    const resolver = createResolver({ look });
    await new Promise<Resolved>((done) => resolver.resolve('b', done));
    let now: Resolved | undefined;
    resolver.resolve('b', (resolved) => (now = resolved));
    expect(now).toEqual({ address: '192.0.2.2' });
  });

  it('gives up after its time-out, and on unknown names at once', async () => {
    expect(await ask(() => {}, ['slow'], 20)).toEqual([{ problem: 'DNS look-up timed out' }]);
    const look: Lookup = (_host, done) => done(new Error('ENOTFOUND'), '');
    expect(await ask(look, ['nowhere'])).toEqual([{ problem: 'host unknown' }]);
  });

  it('finds localhost by the system', async () => {
    const resolver = createResolver();
    expect(await new Promise<Resolved>((done) => resolver.resolve('localhost', done))).toEqual({
      address: '127.0.0.1',
    });
  });
});
