/**
 * One picture: where, in which state, and what is done before it is taken.
 * @module
 */
import type { Page } from 'playwright-core';
import type { DeskScenario } from './desk-scenarios.ts';
import type { FixturePhone } from './fixture-softphone.ts';

export interface Shot {
  name: string;
  path: string;
  /** Default supervisor; empty: nobody is logged in. */
  role?: string;
  lang?: 'en';
  /** Beginning of the desk. */
  desk?: DeskScenario;
  phone?: FixturePhone;
  /** Which made-up wall: `wall-server.ts`. */
  wall?: string;
  /** Instead of the three widths; taken as it is, without scrolling. */
  viewport?: { width: number; height: number };
  /** Runs in the page before anything of ours. */
  init?: string;
  /** Only at 1440 px and light, for states that differ little from another. */
  once?: boolean;
  ready: string;
  act?: (page: Page) => Promise<void>;
}

/** For `init`: what these addresses are asked fails; a pattern of nothing else but the address. */
export function failing(pattern: RegExp): string {
  return answering(pattern, `Promise.resolve(new Response('{}', { status: 503 }))`);
}

/** For `init`: these addresses never answer. */
export function silent(pattern: RegExp): string {
  return answering(pattern, 'new Promise(() => undefined)');
}

function answering(pattern: RegExp, answer: string): string {
  return `{
    const real = globalThis.fetch;
    globalThis.fetch = (what, init) => ${String(pattern)}.test(String(what.url ?? what)) ? ${answer} : real(what, init);
  }`;
}
