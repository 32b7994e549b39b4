/**
 * HTTPS for the page when it is reached from other machines: the person's own certificate, else one made here. Browsers
 * give the microphone to secure origins only, and passwords must not be read on the way.
 * @module
 */
import { X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../shell/user-error.ts';
import type { Progress } from './tool-report.ts';

export interface PageTls {
  cert: string;
  key: string;
}

export interface PageTlsInput {
  /** Where the page listens: a name or an address, `0.0.0.0` for all. */
  host: string;
  /** State folder. */
  folder: string;
  env: NodeJS.ProcessEnv;
  now: Date;
  progress: Progress;
}

/** Browsers refuse longer ones from public authorities; for our own it is a reminder to get a real one. */
const LIFE_DAYS = 397;
const RENEW_BEFORE_MS = 30 * 24 * 3_600_000;

/**
 * Paths of the certificate and its key; undefined when the page is for this machine alone and nothing was given.
 * @throws UserError when only one of the two files was given, or one is missing
 */
export async function getPageTls(input: PageTlsInput): Promise<PageTls | undefined> {
  const { APEL_TLS_CERT: cert, APEL_TLS_KEY: key } = input.env;
  if (cert || key) {
    if (!cert || !key) throw new UserError('a certificate needs its key: give both --tls-cert and --tls-key');
    for (const path of [cert, key]) if (!existsSync(path)) throw new UserError(`${path} is not there`);
    return { cert, key };
  }
  if (isLoopbackName(input.host)) return undefined;
  return selfSigned(input);
}

/** Kept in the state folder and used again, so that browsers have to be told once. */
async function selfSigned({ host, folder, now, progress }: PageTlsInput): Promise<PageTls> {
  const tls = join(folder, 'tls');
  const paths = { cert: join(tls, 'cert.pem'), key: join(tls, 'key.pem') };
  const names = namesOf(host);
  if (existsSync(paths.cert) && existsSync(paths.key) && stillGood(paths.cert, names, now)) return paths;
  const { generate } = await import('selfsigned');
  const made = await generate([{ name: 'commonName', value: names[0] ?? host }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: new Date(now.getTime() - 3_600_000),
    notAfterDate: new Date(now.getTime() + LIFE_DAYS * 24 * 3_600_000),
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'keyUsage', digitalSignature: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: names.map((name) => (isIP(name) ? { type: 7, ip: name } : { type: 2, value: name })),
      },
    ],
  });
  mkdirSync(tls, { recursive: true, mode: 0o700 });
  writeFileSync(paths.key, made.private, { mode: 0o600 });
  writeFileSync(paths.cert, made.cert, { mode: 0o644 });
  progress(
    `made a certificate for ${names.join(', ')}: browsers warn of it once, unless ${paths.cert} is made known to them`,
  );
  return paths;
}

function stillGood(path: string, names: readonly string[], now: Date): boolean {
  const cert = new X509Certificate(readFileSync(path));
  const covered = names.every(
    (name) => (isIP(name) ? cert.checkIP(name) : cert.checkHost(name)) !== undefined,
  );
  return covered && Date.parse(cert.validTo) - now.getTime() > RENEW_BEFORE_MS;
}

/** What may stand in a browser's address bar. */
function namesOf(host: string): string[] {
  const everywhere = host === '0.0.0.0' || host === '::';
  const own = everywhere ? [hostname(), ...externalAddresses()] : [host];
  return [...new Set([...own, 'localhost', '127.0.0.1'])];
}

/** IPv4 addresses of this machine, loopback left out. */
export function externalAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => address);
}

export function isLoopbackName(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}
