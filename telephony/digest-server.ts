/**
 * The other side of digest authentication (RFC 2617): one challenge, MD5, `qop=auth`, which is all that browsers' SIP libraries
 * speak. A nonce is signed and timed, so that nothing has to be remembered; it is good for the Call-ID that asked for it.
 * @module
 */
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** A client answers within a round trip; a later one gets a fresh nonce and `stale=true`, without asking its user. */
const NONCE_MS = 60_000;
const MAX_HEADER_CHARS = 2_000;

export interface DigestServerOptions {
  realm: string;
  /** Signs nonces: the same for all processes that a client may meet. */
  key: Buffer;
  /** Wall clock in milliseconds. */
  now: () => number;
}

export interface DigestAnswer {
  username: string;
  uri: string;
  /** Whether `HA1` (RFC 2617 §3.2.2.2, hexadecimal) makes this response to this method. Takes the same time either way. */
  matches(ha1: string, method: string): boolean;
}

export interface DigestServer {
  /** Value of `WWW-Authenticate`. */
  challenge(callId: string, stale?: boolean): string;
  /** Reads `Authorization`. `stale`: the nonce was ours and is too old; `bad`: not to be understood, or not for us. */
  read(authorization: string, callId: string): DigestAnswer | 'stale' | 'bad';
}

export function createDigestServer({ realm, key, now }: DigestServerOptions): DigestServer {
  const sign = (text: string, callId: string): string =>
    createHmac('sha256', key).update(`${text} ${callId}`).digest('base64url').slice(0, 32);
  const ageOf = (nonce: string, callId: string): number | undefined => {
    const [issued = '', salt = '', signature = ''] = nonce.split('.');
    return isEqual(signature, sign(`${issued}.${salt}`, callId)) ? now() - parseInt(issued, 36) : undefined;
  };
  return {
    challenge: (callId, stale = false) => {
      const text = `${Math.max(0, now()).toString(36)}.${randomBytes(6).toString('hex')}`;
      const nonce = `${text}.${sign(text, callId)}`;
      return `Digest realm="${realm}", nonce="${nonce}", algorithm=MD5, qop="auth"${stale ? ', stale=true' : ''}`;
    },
    read: (authorization, callId) => {
      const fields = fieldsOf(authorization);
      const { username, nonce, uri, response, nc, cnonce } = fields;
      if (username === undefined || nonce === undefined || uri === undefined) return 'bad';
      if (response === undefined || nc === undefined || cnonce === undefined) return 'bad';
      if (fields['realm'] !== realm || fields['qop'] !== 'auth') return 'bad';
      if (fields['algorithm'] !== undefined && fields['algorithm'].toUpperCase() !== 'MD5') return 'bad';
      const age = ageOf(nonce, callId);
      if (age === undefined) return 'bad';
      if (age > NONCE_MS) return 'stale';
      return {
        username,
        uri,
        matches: (ha1, method) =>
          isEqual(
            response.toLowerCase(),
            md5(`${ha1}:${nonce}:${nc}:${cnonce}:auth:${md5(`${method}:${uri}`)}`),
          ),
      };
    },
  };
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

/** Compares hashes, so that neither content nor length can be timed. */
function isEqual(a: string, b: string): boolean {
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(a), hash(b));
}

interface DigestFields extends Partial<Record<string, string>> {
  username?: string;
  nonce?: string;
  uri?: string;
  response?: string;
  nc?: string;
  cnonce?: string;
}

/** `Digest name="value", name=value, …`; the first of a name counts. */
function fieldsOf(authorization: string): DigestFields {
  const fields: DigestFields = {};
  if (authorization.length > MAX_HEADER_CHARS || !/^\s*Digest\s/i.test(authorization)) return fields;
  const rest = authorization.replace(/^\s*Digest\s+/i, '');
  for (const [, name = '', quoted, plain] of rest.matchAll(
    /(\w+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/g,
  )) {
    fields[name.toLowerCase()] ??= quoted?.replace(/\\(.)/g, '$1') ?? plain ?? '';
  }
  return fields;
}
