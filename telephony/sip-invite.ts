/**
 * One INVITE of ours, from its sending to its outcome, and the dialog that an answer makes.
 * @module
 */
import type { Logger } from '../platform/logger.ts';
import { identityOf, targetOf } from './dialog-identity.ts';
import { answerInDialog } from './in-dialog.ts';
import { dialogIdOfCall, digestAuth, type DialogLink, type OutgoingInvite } from './sip-outgoing.ts';
import type { SrfClient, SrfDialog, SrfRequest, SrfResponse } from './srf-types.ts';

/** How long a hang-up waits for the answer to its BYE: the recording need not wait for a far end that is gone. */
const BYE_ANSWER_MS = 2_000;

export type InviteOutcome =
  | { kind: 'answered'; dialog: LiveDialog }
  | { kind: 'failed'; status: number; reason?: string; retryAfter?: string }
  /** A 2xx that makes no dialog (no Contact, or not 200); it was acknowledged and ended. */
  | { kind: 'unusable-answer'; status: number }
  /** The SIP server refused to send it: nothing has left. */
  | { kind: 'not-sent' }
  /** The connection broke; the SIP server cancels the INVITE and ends a late answer itself. */
  | { kind: 'link-lost' };

export interface Invite {
  /** Never rejects. */
  readonly outcome: Promise<InviteOutcome>;
  /** Asks the far end to give up; the outcome then is a 487, or an answer that crossed (which is the caller's to end). */
  cancel(): void;
  /** Nobody waits for the outcome any more: an answer that comes later is ended at once. */
  abandon(): void;
}

export type DialogEnd = 'by-peer' | 'by-server' | 'link-lost';

export interface LiveDialog {
  /** SDP of the answer; empty when it had none. */
  readonly sdp: string;
  /** To tag of the far end that answered: one of several, where a proxy forked. */
  readonly tag: string;
  /** Resolves when somebody else ended the dialog, also when that was before anyone asked. */
  readonly ended: Promise<DialogEnd>;
  /** Answers re-INVITE and UPDATE; gets the peer's new SDP (empty for a delayed offer), returns ours. Throwing answers 488. */
  onModify(handler: (sdp: string) => Promise<string>): void;
  /** Hears keys that come as INFO. */
  onKey(handler: (key: string) => void): void;
  /** Sends a key as INFO `application/dtmf-relay`; for a far end that takes no telephone events. Never rejects. */
  sendKey(key: string): Promise<void>;
  /**
   * BYE. Resolves when it was answered, at most 2 s later, or when the dialog is gone anyway. Never rejects.
   * @returns false when the SIP server was lost before the answer: the far end may not know
   */
  hangUp(): Promise<boolean>;
}

interface InviteDeps {
  srf: SrfClient;
  link: DialogLink;
  logger: Logger;
}

/** Sends the INVITE at once. */
export function sendInvite({ srf, link, logger }: InviteDeps, invite: OutgoingInvite): Invite {
  let request: SrfRequest | undefined;
  let cancelling = false;
  let abandoned = false;
  let settled = false;
  const cancelNow = (): void => {
    try {
      request?.cancel((error) => {
        if (error) logger.debug({ err: error, callId: invite.callId }, 'CANCEL found no INVITE');
      });
    } catch (error) {
      logger.debug({ err: error, callId: invite.callId }, 'CANCEL could not be sent');
    }
  };
  const outcome = new Promise<InviteOutcome>((resolve) => {
    const forget = link.onLost(() => settle({ kind: 'link-lost' }));
    const settle = (result: InviteOutcome): void => {
      if (result.kind === 'answered' && (abandoned || settled)) void result.dialog.hangUp();
      if (settled) return;
      settled = true;
      forget();
      resolve(result);
    };
    const progress = {
      cbRequest: (error: unknown, sent?: SrfRequest): void => {
        if (error || !sent) return;
        request = sent;
        if (cancelling) cancelNow();
      },
      cbProvisional: (response: SrfResponse): void => {
        tellDialog(invite, response, false);
        invite.onProvisional?.({
          status: response.status,
          tag: toTagOf(response),
          ...(response.body ? { sdp: response.body } : {}),
        });
      },
    };
    const options = {
      headers: { ...invite.headers },
      localSdp: invite.sdp,
      ...(invite.credentials ? { auth: digestAuth(invite.credentials) } : {}),
    };
    try {
      // The callback form: its callback runs before the next message is read, so that a BYE in the same packet as the
      // answer finds its listener. With the promise form such a BYE is lost.
      srf.createUAC(invite.uri, options, progress, (error, dialog) => {
        if (dialog) {
          tellDialog(invite, dialog.res, true);
          settle({ kind: 'answered', dialog: liveDialog(dialog, { link, logger, invite }) });
        } else settle(failureOf(error, request !== undefined));
        if (!dialog && isUnusable(error)) endUnusable(link, invite.callId);
      });
    } catch (error) {
      logger.error({ err: error, callId: invite.callId }, 'INVITE could not be handed to the SIP server');
      settle({ kind: 'not-sent' });
    }
  });
  return {
    outcome,
    cancel: () => {
      cancelling = true;
      cancelNow();
    },
    abandon: () => {
      abandoned = true;
    },
  };
}

function tellDialog(invite: OutgoingInvite, response: SrfResponse, confirmed: boolean): void {
  const dialog = identityOf(response, invite.uri);
  if (dialog) invite.onDialog?.(dialog, confirmed);
}

/** An answer that makes no dialog for srf may have made one for the far end. */
function endUnusable(link: DialogLink, callId: string): void {
  link.bye(dialogIdOfCall(callId)).catch(() => undefined);
}

function toTagOf(response: SrfResponse): string {
  return /;\s*tag=([^;\s]+)/i.exec(response.get('to') ?? '')?.[1] ?? '';
}

interface InviteError {
  status: number;
  res?: SrfResponse;
}

function failureOf(error: unknown, sent: boolean): InviteOutcome {
  if (!isInviteError(error)) return sent ? { kind: 'unusable-answer', status: 200 } : { kind: 'not-sent' };
  const status = error.res?.status ?? error.status;
  if (status < 300) return { kind: 'unusable-answer', status };
  const reason = error.res?.get('reason');
  const retryAfter = error.res?.get('retry-after');
  return { kind: 'failed', status, ...(reason ? { reason } : {}), ...(retryAfter ? { retryAfter } : {}) };
}

function isUnusable(error: unknown): boolean {
  return !isInviteError(error) || (error.res?.status ?? error.status) < 300;
}

function isInviteError(error: unknown): error is InviteError {
  return typeof error === 'object' && error !== null && 'status' in error && typeof error.status === 'number';
}

function liveDialog(
  dialog: SrfDialog,
  { link, logger, invite }: { link: DialogLink; logger: Logger; invite: OutgoingInvite },
): LiveDialog {
  let over: DialogEnd | 'by-us' | undefined;
  let modify: ((sdp: string) => Promise<string>) | undefined;
  let press: ((key: string) => void) | undefined;
  let forget = (): void => undefined;
  const ended = new Promise<DialogEnd>((resolve) => {
    const end = (how: DialogEnd): void => {
      if (over) return;
      over = how;
      forget();
      resolve(how);
    };
    dialog.on('destroy', (request) => end(request.source === 'application' ? 'by-server' : 'by-peer'));
    forget = link.onLost(() => end('link-lost'));
  });
  answerInDialog(dialog, {
    onOffer: async (request) => {
      // RFC 3261 §12.2.2, RFC 3311 §5.2: it may move the far end.
      const target = targetOf(request);
      const identity = identityOf(dialog.res, invite.uri);
      if (target !== undefined && identity) invite.onDialog?.({ ...identity, target }, true);
      if (!modify) throw new Error('no media');
      return modify(request.body ?? '');
    },
    onAnswer: (sdp) => {
      modify?.(sdp).catch((error: unknown) => logger.warn({ err: error }, 'answer to our offer refused'));
    },
    onKey: (key) => press?.(key),
    logger,
  });
  return {
    sdp: dialog.remote.sdp ?? '',
    tag: toTagOf(dialog.res),
    ended,
    onModify: (handler) => {
      modify = handler;
    },
    onKey: (handler) => {
      press = handler;
    },
    sendKey: (key) => (over ? Promise.resolve() : sendInfo(dialog, key, logger)),
    hangUp: () => {
      if (over) return Promise.resolve(over !== 'link-lost');
      over = 'by-us';
      forget();
      return sendBye(dialog, link, logger);
    },
  };
}

/** How long the next digit waits for the answer to this one. */
const INFO_ANSWER_MS = 1_000;

function sendInfo(dialog: SrfDialog, key: string, logger: Logger): Promise<void> {
  return new Promise((resolve) => {
    const deadline = setTimeout(resolve, INFO_ANSWER_MS);
    const finish = (): void => {
      clearTimeout(deadline);
      resolve();
    };
    const request = {
      method: 'INFO',
      headers: { 'Content-Type': 'application/dtmf-relay' },
      body: `Signal=${key}\r\nDuration=160\r\n`,
    };
    try {
      dialog.request(request, (error, response) => {
        if (error || (response?.status ?? 500) >= 300) logger.warn({ err: error }, 'digit by INFO refused');
        finish();
      });
    } catch (error) {
      logger.warn({ err: error }, 'digit by INFO could not be sent');
      finish();
    }
  });
}

function sendBye(dialog: SrfDialog, link: DialogLink, logger: Logger): Promise<boolean> {
  return new Promise((resolve) => {
    const finish = (told: boolean): void => {
      clearTimeout(deadline);
      forget();
      resolve(told);
    };
    // Unanswered: the SIP server repeats it by itself.
    const deadline = setTimeout(() => finish(true), BYE_ANSWER_MS);
    const forget = link.onLost(() => finish(false));
    try {
      dialog.destroy({}, (error) => {
        // "No such dialog": the far end's BYE crossed ours.
        if (error) logger.debug({ err: error }, 'BYE found no dialog');
        finish(!error || (error as { code?: unknown }).code === 'ENODIALOG');
      });
    } catch (error) {
      logger.debug({ err: error }, 'BYE could not be sent');
      finish(false);
    }
  });
}
