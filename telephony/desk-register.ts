/**
 * REGISTER of a desk's browser (RFC 3261 §10.3): who it is, where it can be called, for how long. Pure but for the ports; nothing
 * it answers tells whether a user name exists.
 * @module
 */
import { createHash } from 'node:crypto';
import type { Logger } from '../platform/logger.ts';
import { createDigestServer } from './digest-server.ts';
import type { DeskContact } from './desk-leg.ts';
import type { RegisterReply, RegisterRequest } from './sip-link.ts';

/** Realm of all desks, domain of their addresses. */
export const DESK_REALM = 'apel';
/** A browser that is gone without a word is not called for longer; one that is there asks again before. */
const MAX_EXPIRES_SECONDS = 120;
const MIN_EXPIRES_SECONDS = 60;
const MAX_CONTACT_CHARS = 400;
/** Of one user name: a page that reloads all the time. Of all: a call centre that logs on in the same minute. */
const PER_USER = { burst: 20, perSecond: 1 };
const OVERALL = { burst: 500, perSecond: 200 };
const MAX_USERS = 10_000;

export interface DeskAccount {
  userId: number;
  deskId: string;
  /** MD5 of `user:realm:password`, hexadecimal. */
  ha1: string;
}

export interface DeskRegisterDeps {
  /** Undefined: no such user name now. Must take as long for both. */
  account(username: string): Promise<DeskAccount | undefined>;
  bind(desk: { userId: number; contact: DeskContact; expiresSeconds: number }): Promise<void>;
  /** @param desk.uri absent: whatever this desk has registered */
  unbind(desk: { userId: number; deskId: string; uri?: string }): Promise<void>;
  /** Signs nonces. */
  key: Buffer;
  logger: Logger;
  /** Wall clock in milliseconds. */
  now(): number;
}

/** Makes what answers REGISTERs. */
export function createDeskRegister(
  deps: DeskRegisterDeps,
): (request: RegisterRequest) => Promise<RegisterReply> {
  const digest = createDigestServer({ realm: DESK_REALM, key: deps.key, now: () => deps.now() });
  const tooMany = createRateBound(() => deps.now());
  /** Of nobody: a user name that does not exist is checked as one that does. */
  const noHa1 = createHash('md5').update(deps.key).digest('hex');

  return async (request) => {
    const callId = request.header('call-id') ?? '';
    const username = /<?sips?:([^@;>\s]{1,64})@/i.exec(request.header('to') ?? '')?.[1] ?? '';
    if (tooMany(username)) return { status: 503, headers: { 'Retry-After': '5' } };
    const authorization = request.header('authorization');
    const challenge = (stale = false): RegisterReply => ({
      status: 401,
      headers: { 'WWW-Authenticate': digest.challenge(callId, stale) },
    });
    if (authorization === undefined) return challenge();
    const answer = digest.read(authorization, callId);
    if (answer === 'stale') return challenge(true);
    if (answer === 'bad') return { status: 403 };
    const account = await deps.account(answer.username);
    const matches = answer.matches(account?.ha1 ?? noHa1, 'REGISTER');
    if (!account || !matches || answer.username !== username || answer.uri !== request.uri) {
      deps.logger.warn({ known: account !== undefined }, 'REGISTER of a desk refused');
      return { status: 403 };
    }
    return register(deps, account, request);
  };
}

async function register(
  deps: DeskRegisterDeps,
  { userId, deskId }: DeskAccount,
  request: RegisterRequest,
): Promise<RegisterReply> {
  const contact = request.header('contact')?.trim();
  const asked = secondsOf(contact, request.header('expires'));
  if (contact === '*') {
    if (asked !== 0) return { status: 400 };
    await deps.unbind({ userId, deskId });
    return { status: 200 };
  }
  const uri = contact === undefined ? undefined : uriOf(contact);
  if (uri === undefined || !isReachable(uri, request)) return { status: 400 };
  if (asked === 0) {
    await deps.unbind({ userId, deskId, uri });
    return { status: 200 };
  }
  if (asked < MIN_EXPIRES_SECONDS) {
    return { status: 423, headers: { 'Min-Expires': String(MIN_EXPIRES_SECONDS) } };
  }
  const expiresSeconds = Math.min(asked, MAX_EXPIRES_SECONDS);
  await deps.bind({ userId, contact: { deskId, uri }, expiresSeconds });
  return { status: 200, headers: { Contact: `<${uri}>;expires=${expiresSeconds}` } };
}

/** §10.2.1.1: the Contact's own parameter counts before the header. */
function secondsOf(contact: string | undefined, header: string | undefined): number {
  const own = /;\s*expires\s*=\s*"?(\d{1,9})/i.exec(contact?.replace(/<[^>]*>/, '') ?? '')?.[1];
  const text = own ?? /^\s*(\d{1,9})\s*$/.exec(header ?? '')?.[1];
  return text === undefined ? MAX_EXPIRES_SECONDS : Number(text);
}

function uriOf(contact: string): string | undefined {
  const uri = /<(sips?:[^<>\s"]+)>/i.exec(contact)?.[1] ?? /^(sips?:[^\s;,<>"]+)/i.exec(contact)?.[1];
  return uri !== undefined && uri.length <= MAX_CONTACT_CHARS ? uri : undefined;
}

/**
 * A browser is called back by the WebSocket it came by, a telephone where it sent from: nobody can make the edge call another
 * address by registering it.
 */
function isReachable(uri: string, { protocol, sourceAddress }: RegisterRequest): boolean {
  const isWeb = /;\s*transport=wss?(?:;|$)/i.test(uri);
  if (protocol === 'ws' || protocol === 'wss') return isWeb;
  const host = /^sips?:(?:[^@]*@)?(\[[^\]]+\]|[^:;?]+)/i.exec(uri)?.[1]?.replace(/^\[|\]$/g, '');
  return !isWeb && host === sourceAddress;
}

/** Two token buckets: for the user name, and for all. */
function createRateBound(now: () => number): (username: string) => boolean {
  const overall = { tokens: OVERALL.burst, atMs: now() };
  const users = new Map<string, { tokens: number; atMs: number }>();
  const take = (bucket: { tokens: number; atMs: number }, rate: typeof PER_USER): boolean => {
    const passed = Math.max(0, now() - bucket.atMs) / 1_000;
    bucket.tokens = Math.min(rate.burst, bucket.tokens + passed * rate.perSecond);
    bucket.atMs = now();
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  };
  return (username) => {
    const own = users.get(username) ?? { tokens: PER_USER.burst, atMs: now() };
    users.delete(username);
    users.set(username, own);
    const [oldest] = users.keys();
    if (users.size > MAX_USERS && oldest !== undefined) users.delete(oldest);
    return !take(own, PER_USER) || !take(overall, OVERALL);
  };
}
