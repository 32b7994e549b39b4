/**
 * The phone of the pictures, in place of `features/desk/phone/softphone.ts`: whatever `globalThis.apelPhone` says. No SIP.
 * @module
 */
import { signal } from '@preact/signals';
import type { LineState, Softphone, SoftphoneDeps } from '../features/desk/phone/softphone.ts';
import type { LineQuality } from '../features/desk/phone/quality.ts';

export interface FixturePhone {
  line?: LineState;
  /** A session is up, with these figures. */
  quality?: LineQuality;
  /** Somebody calls. */
  ringing?: string;
}

/** Says `registered` at once unless told otherwise. */
export function startSoftphone(deps: SoftphoneDeps): Softphone {
  const told = (globalThis as { apelPhone?: FixturePhone }).apelPhone ?? {};
  if (told.quality) deps.onQuality?.(told.quality);
  const nothing = (): void => undefined;
  return {
    line: signal(told.line ?? 'registered'),
    connected: signal(told.quality !== undefined),
    ringing: signal(
      told.ringing === undefined ? undefined : { from: told.ringing, answer: nothing, reject: nothing },
    ),
    quality: signal(told.quality),
    setMuted: nothing,
    callOver: nothing,
    wake: nothing,
    stop: nothing,
  };
}
