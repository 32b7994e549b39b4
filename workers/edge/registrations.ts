/**
 * Keeps the trunks registered that ask for it, in step with their configuration.
 * @module
 */
import type { TrunkDef } from '../../contracts/model/config.ts';
import type { Logger } from '../../platform/logger.ts';
import { keepRegistered, type Registrar } from '../../telephony/registrar.ts';
import type { SipLink } from '../../telephony/sip-link.ts';

const LOOK_MS = 30_000;
/** How long leaving waits for the carriers to confirm. */
const UNREGISTER_MS = 1_000;

export interface RegistrationsDeps {
  sip: SipLink;
  logger: Logger;
  /** With passwords in clear. */
  trunks(): Promise<TrunkDef[]>;
}

export function keepRegistrations(deps: RegistrationsDeps): { stop(): Promise<void> } {
  const active = new Map<string, { as: string; registrar: Registrar }>();
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const look = async (): Promise<void> => {
    try {
      const wanted = new Map((await deps.trunks()).map((trunk) => [trunk.name, trunk]));
      for (const [name, { as, registrar }] of active) {
        if (JSON.stringify(wanted.get(name)) === as) continue;
        active.delete(name);
        void registrar.stop();
      }
      for (const [name, trunk] of wanted) {
        if (stopped || active.has(name)) continue;
        active.set(name, { as: JSON.stringify(trunk), registrar: keepRegistered(deps, trunk) });
      }
    } catch (error) {
      deps.logger.warn({ err: error }, 'trunks to register could not be read');
    }
    if (!stopped) timer = setTimeout(() => void look(), LOOK_MS);
  };
  void look();
  return {
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      const all = Promise.all([...active.values()].map(({ registrar }) => registrar.stop()));
      await Promise.race([all, new Promise((resolve) => setTimeout(resolve, UNREGISTER_MS))]);
    },
  };
}
