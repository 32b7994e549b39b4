/**
 * The session cookie: `__Host-apel` over HTTPS, `apel` on loopback HTTP (browsers refuse the prefix there).
 * @module
 */
import type { Context } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import type { ApiEnv } from '../env.ts';
import { isHttps, isLoopbackHost } from './client-address.ts';

/** Whether a password may be sent at all on this connection. */
export function isSafeForPasswords(c: Context<ApiEnv>): boolean {
  return isHttps(c) || isLoopbackHost(c.req.header('host') ?? new URL(c.req.url).host);
}

export function readSessionToken(c: Context<ApiEnv>): string | undefined {
  return getCookie(c, cookieName(c));
}

/** Lives as long as the browser is open; the server decides when it ends. */
export function writeSessionToken(c: Context<ApiEnv>, token: string): void {
  setCookie(c, cookieName(c), token, cookieOptions(c));
}

/** Browsers keep no cookie for longer; each night's new beginning of the screen needs it. */
const SCREEN_SECONDS = 400 * 24 * 3600;

/** Outlives the browser: a screen is switched off at night. */
export function writeScreenToken(c: Context<ApiEnv>, token: string): void {
  setCookie(c, cookieName(c), token, { ...cookieOptions(c), maxAge: SCREEN_SECONDS });
}

export function clearSessionToken(c: Context<ApiEnv>): void {
  setCookie(c, cookieName(c), '', { ...cookieOptions(c), maxAge: 0 });
}

/** Longer than the longest holiday. */
const KNOWN_SECONDS = 180 * 24 * 3600;

/** See `known-browser.ts`. */
export function readKnownBrowser(c: Context<ApiEnv>): string | undefined {
  return getCookie(c, `${cookieName(c)}-known`);
}

export function writeKnownBrowser(c: Context<ApiEnv>, cookie: string): void {
  setCookie(c, `${cookieName(c)}-known`, cookie, { ...cookieOptions(c), maxAge: KNOWN_SECONDS });
}

function cookieName(c: Context<ApiEnv>): string {
  return isHttps(c) ? '__Host-apel' : 'apel';
}

function cookieOptions(c: Context<ApiEnv>) {
  return { path: '/', httpOnly: true, sameSite: 'Strict', secure: isHttps(c) } as const;
}
