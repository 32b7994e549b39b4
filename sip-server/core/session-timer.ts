import { paramOf } from '../message/name-addr.ts';
import type { SipMessage } from '../message/types.ts';
import { headerOf } from '../message/types.ts';
import type { Core } from './core.ts';
import type { Dialog } from './dialog.ts';
import { endDialog } from './end-dialog.ts';

/** What a 2xx says about the session timer. */
export interface SessionInterval {
  readonly seconds: number;
  readonly refresher: 'uac' | 'uas';
}

/** Reads Session-Expires (RFC 4028 §4, §7.2: the UAC refreshes unless it says otherwise). */
export function sessionIntervalOf(message: SipMessage): SessionInterval | undefined {
  const value = headerOf(message, 'session-expires');
  const digits = /^\d{1,7}/.exec(value ?? '')?.[0];
  if (value === undefined || digits === undefined) return undefined;
  const refresher = paramOf(value.slice(digits.length).trim(), 'refresher')?.toLowerCase();
  return { seconds: Number(digits), refresher: refresher === 'uas' ? 'uas' : 'uac' };
}

/**
 * Starts the session timer anew after a 2xx to an INVITE or UPDATE (RFC 4028 §7, §10). `role` is ours in that
 * transaction. The refresher sends a re-INVITE with the same SDP at half time; who gets no refresh ends the
 * dialog shortly before the interval is over.
 */
export function armSessionTimer(core: Core, dialog: Dialog, success: SipMessage, role: 'uac' | 'uas'): void {
  dialog.sessionTimer?.cancel();
  dialog.sessionTimer = undefined;
  const interval = sessionIntervalOf(success);
  if (!interval || dialog.state === 'terminating' || dialog.state === 'terminated') return;
  const { refresher } = interval;
  const seconds = Math.max(interval.seconds, core.timers.minSessionSeconds);
  const graceSeconds = Math.min(32, seconds / 3);
  const expire = core.scheduler.after((seconds - graceSeconds) * 1000, () =>
    endDialog(core, dialog, 'session expired'),
  );
  const refreshing =
    refresher === role
      ? core.scheduler.after((seconds / 2) * 1000, () => core.refreshSession(dialog, seconds))
      : { cancel() {} };
  dialog.sessionTimer = {
    cancel() {
      expire.cancel();
      refreshing.cancel();
    },
  };
}
