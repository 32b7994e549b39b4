import { randomBytes } from 'node:crypto';
import type { Payload } from '@temporalio/common';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sensitive } from '../contracts/temporal/sensitive.ts';
import { CodecError, createCodec, decodeForDisplay } from './codec.ts';
import { payloadConverter } from './payload-converter.ts';

const keys = { current: 'k2', keys: { k1: randomBytes(32), k2: randomBytes(32) } };
const codec = createCodec(keys);
const encodingOf = (payload: Payload | undefined) =>
  Buffer.from(payload?.metadata?.['encoding'] ?? []).toString();

async function stored(value: unknown, by = codec): Promise<Payload> {
  const [payload] = await by.encode([payloadConverter.toPayload(value)]);
  return payload!;
}
async function loaded(payload: Payload, by = codec): Promise<unknown> {
  const [decoded] = await by.decode([payload]);
  return payloadConverter.fromPayload(decoded!);
}

describe('converter and codec', () => {
  it('leave what is not sensitive as plain JSON, so that the CLI reads it', async () => {
    const value = { campaign: 'oradea', counts: [1, 2], nothing: null };
    const payload = await stored(value);
    expect(encodingOf(payload)).toBe('json/plain');
    expect(JSON.parse(Buffer.from(payload.data!).toString())).toEqual(value);
  });

  it('hide everything beside a sensitive part, however deep it is', async () => {
    const value = { meta: 'Oradea', list: [{ answer: sensitive('1800101123456') }] };
    const payload = await stored(value);
    expect(encodingOf(payload)).toBe('binary/encrypted');
    const bytes = Buffer.from(payload.data!).toString('latin1');
    expect(bytes).not.toContain('1800101123456');
    expect(bytes).not.toContain('Oradea');
    expect(await loaded(payload)).toEqual(value);
  });

  it('give back any JSON value as it was', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue({ noUnicodeString: false }), fc.boolean(), async (value, hidden) => {
        const given: unknown = JSON.parse(JSON.stringify(hidden ? sensitive(value) : value));
        expect(await loaded(await stored(given))).toEqual(given);
      }),
      { numRuns: 200 },
    );
  });

  it('read what an older key encrypted, and name the key that is missing', async () => {
    const old = await stored(sensitive('x'), createCodec({ ...keys, current: 'k1' }));
    expect(await loaded(old)).toEqual(sensitive('x'));
    const without = createCodec({ current: 'k2', keys: { k2: keys.keys.k2 } });
    await expect(loaded(old, without)).rejects.toThrow(new CodecError('key "k1" is not in the keys file'));
  });

  it('refuse a payload that was changed or moved under another key', async () => {
    const payload = await stored(sensitive('x'));
    const changed = Buffer.from(payload.data!);
    changed[changed.length - 1]! ^= 1;
    await expect(loaded({ ...payload, data: changed })).rejects.toThrow(CodecError);
    const moved = { ...payload.metadata, 'encryption-key-id': Buffer.from('k1') };
    await expect(loaded({ ...payload, metadata: moved })).rejects.toThrow(/key "k1"/);
    await expect(loaded({ ...payload, data: Buffer.alloc(5) })).rejects.toThrow(/cut short/);
  });

  it('never encrypt the same text to the same bytes', async () => {
    const [one, two] = [await stored(sensitive('x')), await stored(sensitive('x'))];
    expect(Buffer.from(one.data!).equals(Buffer.from(two.data!))).toBe(false);
  });

  it('show people plain JSON', async () => {
    const [shown] = decodeForDisplay([await stored(sensitive('x'))], keys);
    expect(encodingOf(shown)).toBe('json/plain');
    expect(shown?.metadata).not.toHaveProperty('encryption-key-id');
  });
});
