/**
 * The keys file: keys of the payload codec (by id, so that old histories stay readable after a change of key) and the
 * key under which trunk passwords are stored. Made at first run, mode 0600.
 * @module
 */
import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { ConfigError } from './config.ts';

/** AES-256. */
const KEY_BYTES = 32;

export interface Keys {
  codec: {
    /** Id of the key that encrypts now; the others only decrypt. */
    current: string;
    /** Key id → 32 bytes. */
    keys: Readonly<Record<string, Buffer>>;
  };
  /** Encrypts trunk passwords, see `secrets.ts`. */
  trunkSecret: Buffer;
}

const keyText = z
  .string()
  .transform((value) => Buffer.from(value, 'base64'))
  .refine((key) => key.length === KEY_BYTES, 'a key must be 32 bytes in base64');
const keysFile = z
  .object({
    codec: z.object({ current: z.string().min(1), keys: z.record(z.string(), keyText) }),
    trunkSecret: keyText,
  })
  .refine((file) => file.codec.current in file.codec.keys, 'codec.current names no key');

/**
 * Reads the keys file.
 * @throws ConfigError when it is missing, readable by others, or malformed
 */
export function readKeys(path: string): Keys {
  const raw = readPrivateFile(path);
  const parsed = keysFile.safeParse(toJson(path, raw));
  if (parsed.success) return parsed.data;
  throw new ConfigError('APEL_KEYS_FILE', `${path}: ${parsed.error.issues[0]?.message ?? 'malformed'}`);
}

/** Reads the keys file, or makes it with random keys where there is none. Safe when two processes do it at once. */
export function readOrCreateKeys(path: string): Keys {
  try {
    return readKeys(path);
  } catch (error) {
    if (!(error instanceof ConfigError) || fileExists(path)) throw error;
  }
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const made = { codec: { current: 'k1', keys: { k1: randomKey() } }, trunkSecret: randomKey() };
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600 });
  try {
    // A link fails when the file has appeared meanwhile: the first one wins, a half-written file is never seen.
    linkSync(draft, path);
  } catch (error) {
    if (!fileExists(path)) throw error;
  } finally {
    unlinkSync(draft);
  }
  return readKeys(path);
}

function readPrivateFile(path: string): string {
  try {
    if ((statSync(path).mode & 0o077) !== 0) {
      throw new ConfigError('APEL_KEYS_FILE', `${path} is readable by others; do chmod 600 on it`);
    }
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    throw new ConfigError(
      'APEL_KEYS_FILE',
      `${path} cannot be read (${(error as NodeJS.ErrnoException).code})`,
    );
  }
}

function toJson(path: string, raw: string): unknown {
  try {
    return JSON.parse(raw);
  } catch {
    throw new ConfigError('APEL_KEYS_FILE', `${path} is not JSON`);
  }
}

function fileExists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

function randomKey(): string {
  return randomBytes(KEY_BYTES).toString('base64');
}
