/**
 * The selective codec: encrypts payloads that the converter marked as sensitive, passes all others on untouched.
 *
 * AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce; the key id is authenticated with the text, so that a payload
 * cannot be moved under another key. Data: nonce (12) | tag (16) | ciphertext.
 * @module
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Payload, PayloadCodec } from '@temporalio/common';
import type { Keys } from '../platform/keys.ts';
import {
  ENCODING_KEY,
  ENCRYPTED_ENCODING,
  KEY_ID_KEY,
  PLAIN_ENCODING,
  SENSITIVE_ENCODING,
} from './encodings.ts';

type CodecKeys = Keys['codec'];

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** A payload cannot be decrypted; the message names the key id and never the content. */
export class CodecError extends Error {
  override readonly name = 'CodecError';
}

/** The codec of clients and workers. @param keys the current key encrypts, all of them decrypt */
export function createCodec(keys: CodecKeys): PayloadCodec {
  return {
    encode: async (payloads) => payloads.map((payload) => encrypt(payload, keys)),
    decode: async (payloads) => payloads.map((payload) => decrypt(payload, keys)),
  };
}

/**
 * For people: what the codec endpoint answers to the Temporal UI and the CLI. Decrypted payloads become plain JSON,
 * because neither of them knows our marking.
 * @throws CodecError
 */
export function decodeForDisplay(payloads: readonly Payload[], keys: CodecKeys): Payload[] {
  return payloads.map((payload) => {
    const decoded = decrypt(payload, keys);
    return encodingOf(decoded) === SENSITIVE_ENCODING ? withEncoding(decoded, PLAIN_ENCODING) : decoded;
  });
}

function encrypt(payload: Payload, keys: CodecKeys): Payload {
  if (encodingOf(payload) !== SENSITIVE_ENCODING) return payload;
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', keyOf(keys, keys.current), nonce);
  cipher.setAAD(Buffer.from(keys.current));
  const text = Buffer.concat([cipher.update(payload.data ?? new Uint8Array()), cipher.final()]);
  return {
    ...withEncoding(payload, ENCRYPTED_ENCODING, { [KEY_ID_KEY]: utf8(keys.current) }),
    data: Buffer.concat([nonce, cipher.getAuthTag(), text]),
  };
}

function decrypt(payload: Payload, keys: CodecKeys): Payload {
  if (encodingOf(payload) !== ENCRYPTED_ENCODING) return payload;
  const keyId = textOf(payload.metadata?.[KEY_ID_KEY]);
  const data = Buffer.from(payload.data ?? []);
  if (data.length < NONCE_BYTES + TAG_BYTES) throw new CodecError('an encrypted payload is cut short');
  const decipher = createDecipheriv('aes-256-gcm', keyOf(keys, keyId), data.subarray(0, NONCE_BYTES));
  decipher.setAAD(Buffer.from(keyId));
  decipher.setAuthTag(data.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  const { [KEY_ID_KEY]: _keyId, ...metadata } = payload.metadata ?? {};
  try {
    const text = Buffer.concat([decipher.update(data.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]);
    return { ...withEncoding({ ...payload, metadata }, SENSITIVE_ENCODING), data: text };
  } catch {
    throw new CodecError(`a payload does not open with key "${keyId}": wrong key, or changed on the way`);
  }
}

function keyOf(keys: CodecKeys, id: string): Buffer {
  const key = Object.hasOwn(keys.keys, id) ? keys.keys[id] : undefined;
  if (!key) throw new CodecError(`key "${id}" is not in the keys file`);
  return key;
}

function withEncoding(payload: Payload, encoding: string, more: Payload['metadata'] = {}): Payload {
  return { ...payload, metadata: { ...payload.metadata, ...more, [ENCODING_KEY]: utf8(encoding) } };
}

function encodingOf(payload: Payload): string {
  return textOf(payload.metadata?.[ENCODING_KEY]);
}

function textOf(bytes: Uint8Array | null | undefined): string {
  return bytes ? Buffer.from(bytes).toString('utf8') : '';
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
