/**
 * Random secrets of one state folder, made at first run: tokens between our own processes.
 * @module
 */
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';

export interface LauncherSecrets {
  /** Application password of our SIP server. */
  drachtioSecret: string;
  /** Bearer token of the edges' control sockets; tokens of operators' tools are derived from it. */
  edgeToken: string;
}

const NAMES = ['drachtioSecret', 'edgeToken'] as const;

/** Reads the file; what is missing in it is made and written, mode 0600. */
export function readOrCreateSecrets(path: string): LauncherSecrets {
  const known = readSecrets(path) ?? {};
  const secrets = Object.fromEntries(
    NAMES.map((name) => [name, known[name] ?? randomBytes(24).toString('base64url')]),
  );
  if (NAMES.some((name) => known[name] === undefined)) {
    writeFileSync(path, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
  }
  return secrets as unknown as LauncherSecrets;
}

export function readSecrets(path: string): Partial<LauncherSecrets> | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Partial<LauncherSecrets>;
  } catch {
    return undefined;
  }
}
