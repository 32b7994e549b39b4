/**
 * A part that stays dead for a while: its launcher, which would start it again at once, is stopped meanwhile.
 * @module
 */
import type { TestSite } from '../../e2e/site.ts';
import { signalPart, type Part } from './processes.ts';

/**
 * Kills a part and runs `meanwhile` without it. Seconds, not minutes: what the other parts log waits in the launcher's pipes.
 */
export async function whileDown(site: TestSite, part: Part, meanwhile: () => Promise<void>): Promise<void> {
  const { pid } = site.state().launcher;
  process.kill(pid, 'SIGSTOP');
  try {
    signalPart(site, part, 'SIGKILL');
    await meanwhile();
  } finally {
    process.kill(pid, 'SIGCONT');
  }
}
