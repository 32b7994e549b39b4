import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CodecBody } from '../../contracts/http/codec.ts';
import { ORIGIN, startTestApi, TOKENS, UI_ORIGIN, type TestApi } from '../testing/test-api.ts';

let api: TestApi;

beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

const b64 = (text: string) => Buffer.from(text).toString('base64');
const text = (data: string | undefined) => Buffer.from(data ?? '', 'base64').toString();
const plain = { metadata: { encoding: b64('json/plain') }, data: b64('"deschis"') };
const secret = {
  metadata: { encoding: b64('json/sensitive') },
  data: b64('{"$sensitive":true,"value":"CNP"}'),
};
const bearer = { authorization: `Bearer ${TOKENS.codec}` };

function call(path: string, body: Partial<CodecBody>, headers: Record<string, string>): Promise<Response> {
  return Promise.resolve(
    api.app.request(`${ORIGIN}/codec/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    }),
  );
}

async function payloadsOf(response: Response): Promise<CodecBody['payloads']> {
  expect(response.status).toBe(200);
  return ((await response.json()) as CodecBody).payloads;
}

describe('the codec endpoint', () => {
  it('encrypts what is sensitive, opens it again as plain JSON, and leaves the rest alone', async () => {
    const encoded = await payloadsOf(await call('encode', { payloads: [plain, secret] }, bearer));
    expect(encoded[0]).toEqual(plain);
    expect(text(encoded[1]?.metadata?.['encoding'])).toBe('binary/encrypted');
    expect(text(encoded[1]?.data)).not.toContain('CNP');
    const decoded = await payloadsOf(await call('decode', { payloads: encoded }, bearer));
    expect(decoded[0]).toEqual(plain);
    expect(text(decoded[1]?.metadata?.['encoding'])).toBe('json/plain');
    expect(text(decoded[1]?.data)).toContain('CNP');
  });

  it('takes an empty list the way the CLI sends it for a query without arguments', async () => {
    expect(await payloadsOf(await call('encode', {}, bearer))).toEqual([]);
  });

  it('gives back what it cannot open', async () => {
    const foreign = {
      metadata: { encoding: b64('binary/encrypted'), 'encryption-key-id': b64('gone') },
      data: b64('x'.repeat(60)),
    };
    expect(await payloadsOf(await call('decode', { payloads: [foreign, plain] }, bearer))).toEqual([
      foreign,
      plain,
    ]);
  });

  it('opens to operators in the Temporal UI, with their cookie', async () => {
    const cookie = await api.cookie('operator');
    const response = await call('decode', { payloads: [plain] }, { cookie, origin: UI_ORIGIN });
    expect(response.status).toBe(200);
    expect(response.headers.get('access-control-allow-origin')).toBe(UI_ORIGIN);
    expect(response.headers.get('access-control-allow-credentials')).toBe('true');
  });

  it.each([
    ['no token', {}, 403],
    ['a wrong token', { authorization: 'Bearer x' }, 401],
    ['the token of metrics', { authorization: `Bearer ${TOKENS.metrics}` }, 401],
    ['the token and a foreign page', { ...bearer, origin: 'http://evil.example' }, 403],
  ])('stays closed for %s', async (_who, headers: Record<string, string>, status) => {
    const response = await call('decode', { payloads: [plain] }, headers);
    expect(response.status).toBe(status);
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('stays closed for supervisors', async () => {
    const cookie = await api.cookie('supervisor');
    expect((await call('decode', { payloads: [plain] }, { cookie, origin: ORIGIN })).status).toBe(403);
  });

  it('answers the preflight of the Temporal UI, and of nobody else', async () => {
    const preflight = (origin: string) =>
      api.app.request(`${ORIGIN}/codec/decode`, { method: 'OPTIONS', headers: { origin } });
    const ours = await preflight(UI_ORIGIN);
    expect(ours.status).toBe(204);
    expect(ours.headers.get('access-control-allow-origin')).toBe(UI_ORIGIN);
    expect(ours.headers.get('access-control-allow-methods')).toBe('POST, OPTIONS');
    expect(ours.headers.get('access-control-allow-headers')).toBe('content-type, x-namespace, authorization');
    const foreign = await preflight('http://evil.example');
    expect([foreign.status, foreign.headers.get('access-control-allow-origin')]).toEqual([204, null]);
  });
});
