/**
 * Hostile requests as fast-check arbitraries, made from the API's own description: a new route, parameter or field is
 * fuzzed without being named here.
 * @module
 */
import * as fc from 'fast-check';
import type { RawRequest } from './raw-http.ts';

/** What `/openapi.json` and the router tell of one route. */
export interface FuzzRoute {
  method: string;
  /** `/api/calls/:id` */
  path: string;
  /** Names and JSON schemas of the query. */
  query: readonly { name: string; schema: unknown }[];
  /** JSON schema of the body; undefined when it takes none. */
  body: unknown;
}

/** Texts that have broken programs of this kind before. */
const NASTY_TEXTS = [
  '',
  ' ',
  '\u0000',
  'a\u0000b',
  '\u001b[31m',
  '\r\nSet-Cookie: apel=x',
  "' or 1=1 --",
  '$1',
  '%',
  '%00',
  '%ff',
  '%2e%2e%2f%2e%2e%2fetc%2fpasswd',
  '../../../../etc/passwd',
  '__proto__',
  'constructor',
  'toString',
  '\ud800',
  '\u202e',
  '🏴‍☠️',
  'İ',
  '=cmd()',
  'null',
  'NaN',
  '-1',
  '0',
  '1e309',
  '2147483648',
  '9007199254740991',
  '99999999999999999999',
  '0x10',
  '1.5',
  '0000-01-01',
  '0001-01-01',
  '9999-12-31',
  '-000001-01-01',
  '2026-02-30',
  '00000000-0000-0000-0000-000000000000',
  'ffffffff-ffff-ffff-ffff-ffffffffffff',
  'a'.repeat(300),
  'ț'.repeat(5_000),
  // A cursor of the calls list that the server never made: its date, then its id, are none.
  Buffer.from('9999-99-99T99:99:99.999999Z 00000000-0000-4000-8000-000000000000').toString('base64url'),
  Buffer.from('2026-01-01T00:00:00.000000Z ------------------------------------').toString('base64url'),
] as const;

const nastyText = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...NASTY_TEXTS) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 80 }) },
);

const nastyJson: fc.Arbitrary<unknown> = fc.oneof(
  nastyText,
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom(1e308, -1, 0.5, 2 ** 31, 2 ** 53, [], {}, [[]], { a: { b: { c: null } } }, '\ud800'),
);

/** A value that a JSON schema allows, roughly: enough to get past the first check now and then. */
function fitting(schema: unknown): fc.Arbitrary<unknown> {
  const s = (schema ?? {}) as {
    enum?: unknown[];
    type?: string;
    format?: string;
    pattern?: string;
    properties?: Record<string, unknown>;
    items?: unknown;
    maximum?: number;
    minimum?: number;
  };
  if (s.enum) return fc.constantFrom(...s.enum);
  if (s.format === 'date') return fc.constantFrom('2026-11-21', '0000-01-01', '0001-01-01', '9999-12-31');
  if (s.format === 'uuid') return fc.uuid();
  switch (s.type) {
    case 'integer':
    case 'number':
      return fc.oneof(fc.constantFrom(1, 2 ** 31 - 1, 2 ** 31, 2 ** 53 - 1), fc.integer());
    case 'boolean':
      return fc.boolean();
    case 'array':
      return fc.array(fitting(s.items), { maxLength: 3 });
    case 'object':
      return fc.record(
        Object.fromEntries(
          Object.entries(s.properties ?? {}).map(([name, inner]) => [
            name,
            fc.oneof({ weight: 3, arbitrary: fitting(inner) }, { weight: 1, arbitrary: nastyJson }),
          ]),
        ),
        { requiredKeys: [] },
      );
    default:
      return fc.oneof(fc.constantFrom('oradea', 'un motiv bun', 'a\u0000b', '0722123456'), nastyText);
  }
}

/** Percent-encoded, or not at all where the bytes may stand in a request line. */
const onTheWire = (text: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.tuple(text, fc.integer({ min: 0, max: 3 })).map(([value, how]) => {
    if (how === 0)
      return Buffer.from(value, 'utf8')
        .toString('latin1')
        .replace(/[^!-~]/g, '%C0%AF');
    return encodeLoosely(value);
  });

/** `encodeURIComponent` throws on a lone surrogate; a hostile client does not. */
function encodeLoosely(value: string): string {
  return [...Buffer.from(value, 'utf8')]
    .map((byte) =>
      /[A-Za-z0-9_.~-]/.test(String.fromCharCode(byte))
        ? String.fromCharCode(byte)
        : `%${byte.toString(16).padStart(2, '0')}`,
    )
    .join('');
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND', 'QUERY'];
const CONTENT_TYPES = [
  'application/json',
  'application/json; charset=utf-16',
  'APPLICATION/JSON',
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/json, text/plain',
  '',
] as const;

const oddHeaders: fc.Arbitrary<[string, string]> = fc.constantFrom<[string, string]>(
  ['Range', 'bytes=0-0,1-1,2-2'],
  ['Range', 'bytes=-0'],
  ['Range', 'bytes=99999999999999999999-'],
  ['Range', `bytes=${' '.repeat(8_000)}x`],
  ['If-None-Match', '*'],
  ['If-Range', 'Wed, 21 Oct 2015 07:28:00 GMT'],
  ['Accept-Encoding', 'br;q=2, zstd;q=x, compress'],
  ['Accept', 'text/html;q=999'],
  ['X-Forwarded-For', 'not an address, , ::::'],
  ['X-Forwarded-Proto', 'https'],
  ['X-Forwarded-Host', 'evil.example'],
  ['X-HTTP-Method-Override', 'DELETE'],
  ['Authorization', 'Bearer '],
  ['Authorization', `Bearer ${'x'.repeat(4_000)}`],
  ['Cookie', 'apel=; apel=%00; __Host-apel=x'],
  ['Expect', '200-ok'],
  ['Upgrade', 'h2c'],
  ['Content-Encoding', 'gzip'],
);

/** Things that exist: now and then a request should get that far. */
export interface Known {
  callId: string;
  campaign: string;
}

export interface HostileRequest {
  /** Whose session; null: none. */
  role: number | null;
  request: RawRequest;
}

/** Requests to one route, from nearly right to wholly wrong. `roles` is how many roles there are. */
export function hostileRequests(
  route: FuzzRoute,
  { host, roles, known }: { host: string; roles: number; known: Known },
): fc.Arbitrary<HostileRequest> {
  const target = fc
    .tuple(targetPath(route.path, known), queryString(route), fc.boolean())
    .map(([path, query, plain]) => (plain || query === '' ? path : `${path}?${query}`));
  const mostly = <T>(usual: T, odd: fc.Arbitrary<T>): fc.Arbitrary<T> =>
    fc.oneof({ weight: 5, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: odd });
  return fc
    .record({
      role: fc.option(fc.nat({ max: roles - 1 }), { freq: 8 }),
      method: mostly(route.method, fc.constantFrom(...METHODS)),
      target,
      type: mostly<string>('application/json', fc.constantFrom(...CONTENT_TYPES)),
      origin: mostly(`http://${host}`, fc.constantFrom('null', 'http://evil.example', '', 'http://')),
      extra: fc.array(oddHeaders, { maxLength: 2 }),
      body: body(route.body),
      bodyAnyway: fc.boolean(),
    })
    .map(({ role, method, type, origin, extra, ...rest }) => {
      const takesBody = route.body !== undefined || rest.bodyAnyway;
      const headers: [string, string][] = [['Content-Type', type], ['Origin', origin], ...extra];
      const content = takesBody && method !== 'GET' && method !== 'HEAD' ? { body: rest.body } : {};
      return { role, request: { method, target: rest.target, headers, ...content } };
    });
}

function targetPath(path: string, known: Known): fc.Arbitrary<string> {
  const parts = path.split('/').slice(1);
  const part = (text: string): fc.Arbitrary<string> =>
    text === '*'
      ? onTheWire(nastyText)
      : text.startsWith(':')
        ? fc.oneof(
            { weight: 2, arbitrary: fc.constant(text === ':id' ? known.callId : known.campaign) },
            { weight: 3, arbitrary: onTheWire(nastyText) },
          )
        : fc.constant(text);
  return fc
    .tuple(
      fc.tuple(...parts.map(part)),
      fc.oneof(
        { weight: 12, arbitrary: fc.constant('') },
        {
          weight: 1,
          arbitrary: fc.constantFrom('/', '//', '/..', '/%2e%2e/', '\\..\\', '%00', '%', '/a'.repeat(2_000)),
        },
      ),
    )
    .map(([made, tail]) => `/${made.join('/')}${tail}`);
}

function queryString(route: FuzzRoute): fc.Arbitrary<string> {
  const pair = ({ name, schema }: FuzzRoute['query'][number]): fc.Arbitrary<string> =>
    fc
      .oneof(
        { weight: 2, arbitrary: fitting(schema).map((value) => encodeLoosely(String(value))) },
        { weight: 3, arbitrary: onTheWire(nastyText) },
      )
      .map((value) => `${name}=${value}`);
  const any = fc.tuple(onTheWire(nastyText), onTheWire(nastyText)).map(([name, value]) => `${name}=${value}`);
  const known = route.query.map((parameter) => ({ weight: 3, arbitrary: pair(parameter) }));
  return fc
    .array(fc.oneof({ weight: 1, arbitrary: any }, ...known), { maxLength: 3 })
    .map((pairs) => pairs.join('&'));
}

function body(schema: unknown): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 5, arbitrary: fitting(schema).map(toJson) },
    { weight: 3, arbitrary: nastyJson.map(toJson) },
    {
      weight: 2,
      arbitrary: fc.constantFrom(
        '',
        '{',
        'null',
        '[',
        '{"name":"a","name":"b"}',
        '{"__proto__":{"role":"administrator"},"name":"a","password":"b"}',
        `${'['.repeat(20_000)}${']'.repeat(20_000)}`,
        '{"a":'.repeat(8_000),
        '"\\ud800"',
        '\u0000',
        '\ufeff{}',
        'x'.repeat(70_000),
        'name=a&password=b',
      ),
    },
  );
}

function toJson(value: unknown): string {
  return JSON.stringify(value) ?? '';
}
