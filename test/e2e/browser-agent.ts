/**
 * An agent at a real page whose servers die under them: does what the page offers at each moment, by keyboard.
 * @module
 */
import { chooseOutcome, type DeskPage } from './desk-browser.ts';

const LOOK_MS = 200;
const TALK_MS = 1_000;
/** After its end: a restart of the slowest part, and the desk's own way back. */
const PATIENCE_MS = 90_000;

interface Shown {
  /** Stage of the call; `none` between calls, empty while the page shows something else. */
  call: string;
  /** The way on is offered. */
  ready: boolean;
  available: boolean;
  saved: boolean;
  /** An outcome is chosen, or proposed. */
  decided: boolean;
}

const LOOK = `(() => {
  const one = (selector) => document.querySelector(selector) !== null;
  return {
    call: document.querySelector('.desk')?.dataset.call ?? '',
    ready: one('.idle-go:not([disabled]):not([aria-disabled=true])'),
    available: one('.idle[data-state=available]'),
    saved: one('.wrap-up[data-saved=true]'),
    decided: one('.outcome[aria-checked=true]'),
  };
})()`;

/** Works until it is over and the last call is committed. @returns how many were talked to */
export async function workInBrowser(desk: DeskPage, isOver: () => boolean): Promise<number> {
  let talks = 0;
  let overSince = 0;
  for (;;) {
    const shown: Shown = await desk.page.evaluate(LOOK);
    if (isOver() && overSince === 0) overSince = Date.now();
    if (isOver() && shown.call === 'none' && shown.available) return talks;
    if (isOver() && Date.now() > overSince + PATIENCE_MS)
      throw new Error(`the desk is not back: ${JSON.stringify(shown)}`);
    if (shown.call === 'none' && shown.ready) await desk.press('F2');
    if (shown.call === 'talking') {
      talks += 1;
      await desk.page
        .waitForSelector('.desk:not([data-call=talking])', { timeout: TALK_MS })
        .catch(() => undefined);
      await desk.press('F4');
      await desk.page.waitForSelector('.desk:not([data-call=talking])').catch(() => undefined);
    }
    if (shown.call === 'wrap-up' && !shown.saved) await save(desk, shown);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

/** The page may change at any key: then the next look tells. */
async function save(desk: DeskPage, { decided }: Shown): Promise<void> {
  try {
    if (!decided) {
      await desk.tabTo('.outcome');
      await chooseOutcome(desk, 'not-interested');
    }
    await desk.press('Control+Enter');
  } catch (error) {
    process.stderr.write(`the page changed under the agent: ${(error as Error).message.slice(0, 200)}\n`);
  }
}
