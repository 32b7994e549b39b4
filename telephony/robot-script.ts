/**
 * What a robot says and hears between the answer and the hang-up: prompt, key menu, goodbye prompt.
 * @module
 */
import type { KeyMenu } from '../contracts/model/config.ts';
import { playPrompt, waitForKey, type PlayDeps, type Prompt } from './play-prompt.ts';

export interface RobotScript {
  prompt: Prompt;
  goodbye?: Prompt;
  menu?: KeyMenu;
}

/**
 * Runs the script to its end, or until the signal says that the call is over.
 * @throws NgError when a prompt cannot be played
 */
export async function runRobotScript(
  deps: PlayDeps,
  script: RobotScript,
  signal: AbortSignal,
): Promise<void> {
  const { menu } = script;
  const accepts = (key: string): boolean => menu !== undefined && Object.hasOwn(menu.keys, key);
  const pressed = await playPrompt(deps, { role: 'prompt', prompt: script.prompt, accepts, signal });
  if (menu && pressed === undefined) await waitForKey(deps.keys, accepts, menu.waitSeconds * 1_000, signal);
  if (script.goodbye) {
    await playPrompt(deps, { role: 'goodbye', prompt: script.goodbye, accepts: () => false, signal });
  }
}
