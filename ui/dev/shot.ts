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
