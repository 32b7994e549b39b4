/**
 * Secrets at rest (passwords of trunks): AES-256-GCM, in the form `enc:v1:<iv>:<tag>:<ciphertext>` (base64url).
 * @module
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const PREFIX = 'enc:v1:';
/** NIST SP 800-38D: 96-bit IVs are the recommended length. */
const IV_BYTES = 12;

export function isEncrypted(value: string): boolean {
  return value.startsWith(PREFIX);
}

/** Encrypts text under a key of 32 bytes; every call gives another result. */
export function encryptSecret(plain: string, key: Buffer): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  const data = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
  return PREFIX + [iv, cipher.getAuthTag(), data].map((part) => part.toString('base64url')).join(':');
}

/**
 * Decrypts what `encryptSecret` made.
 * @throws Error without any of the secret when the form, the key or the tag is wrong
 */
export function decryptSecret(encrypted: string, key: Buffer): string {
  const parts = isEncrypted(encrypted) ? encrypted.slice(PREFIX.length).split(':') : [];
  const [iv, tag, data] = parts.map((part) => Buffer.from(part, 'base64url'));
  if (!iv || !tag || !data || iv.length !== IV_BYTES || tag.length !== 16) {
    throw new Error('not an encrypted secret of the form enc:v1');
  }
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, iv);
    decipher.setAuthTag(tag);
    return Buffer.concat([decipher.update(data), decipher.final()]).toString('utf8');
  } catch (cause) {
    throw new Error('secret cannot be decrypted: another key, or damaged', { cause });
  }
}
