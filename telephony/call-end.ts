/**
 * How a call that was not answered ended: one table from the INVITE's final SIP status, and from the Q.850 cause that
 * carriers put into `Reason` (RFC 3326), to `CallEnd`.
 * @module
 */
import type { CallEnd, CallResult, EndReason } from '../contracts/model/call.ts';

type Blame = readonly [CallResult, EndReason];

/** One row per status that is registered with IANA and can end an INVITE. */
const BY_STATUS: Readonly<Record<number, Blame>> = {
  // Redirections are not followed: a carrier that answers so is set up wrongly, and the target passed no gate.
  300: ['carrier', 'bad-response'],
  301: ['carrier', 'bad-response'],
  302: ['carrier', 'bad-response'],
  305: ['carrier', 'bad-response'],
  380: ['carrier', 'bad-response'],
  400: ['carrier', 'bad-response'],
  401: ['carrier', 'forbidden'],
  402: ['carrier', 'forbidden'],
  403: ['carrier', 'forbidden'],
  404: ['customer', 'nonexistent'],
  405: ['carrier', 'bad-response'],
  406: ['carrier', 'bad-response'],
  407: ['carrier', 'forbidden'],
  408: ['customer', 'no-answer'],
  410: ['customer', 'nonexistent'],
  412: ['carrier', 'bad-response'],
  413: ['carrier', 'bad-response'],
  414: ['carrier', 'bad-response'],
  415: ['carrier', 'media-not-acceptable'],
  416: ['carrier', 'bad-response'],
  417: ['carrier', 'bad-response'],
  420: ['carrier', 'bad-response'],
  421: ['carrier', 'bad-response'],
  422: ['carrier', 'bad-response'],
  423: ['carrier', 'bad-response'],
  424: ['carrier', 'bad-response'],
  428: ['carrier', 'forbidden'],
  429: ['carrier', 'forbidden'],
  430: ['carrier', 'unavailable'],
  433: ['carrier', 'forbidden'],
  436: ['carrier', 'forbidden'],
  437: ['carrier', 'forbidden'],
  438: ['carrier', 'forbidden'],
  439: ['carrier', 'bad-response'],
  440: ['carrier', 'bad-response'],
  470: ['carrier', 'forbidden'],
  480: ['customer', 'no-answer'],
  481: ['carrier', 'bad-response'],
  482: ['carrier', 'bad-response'],
  483: ['carrier', 'bad-response'],
  484: ['customer', 'nonexistent'],
  485: ['customer', 'nonexistent'],
  486: ['customer', 'busy'],
  487: ['customer', 'no-answer'],
  488: ['carrier', 'media-not-acceptable'],
  491: ['carrier', 'bad-response'],
  493: ['carrier', 'bad-response'],
  494: ['carrier', 'forbidden'],
  500: ['carrier', 'unavailable'],
  501: ['carrier', 'bad-response'],
  502: ['carrier', 'unavailable'],
  503: ['carrier', 'unavailable'],
  504: ['carrier', 'unavailable'],
  505: ['carrier', 'bad-response'],
  513: ['carrier', 'bad-response'],
  580: ['carrier', 'media-not-acceptable'],
  600: ['customer', 'busy'],
  603: ['customer', 'declined'],
  604: ['customer', 'nonexistent'],
  606: ['carrier', 'media-not-acceptable'],
  607: ['customer', 'declined'],
  608: ['carrier', 'forbidden'],
};

/** ITU-T Q.850 causes that say more than the SIP status they travel with. Others leave the decision to the status. */
const BY_CAUSE: Readonly<Record<number, Blame>> = {
  1: ['customer', 'nonexistent'],
  17: ['customer', 'busy'],
  18: ['customer', 'no-answer'],
  19: ['customer', 'no-answer'],
  20: ['customer', 'no-answer'],
  21: ['customer', 'declined'],
  22: ['customer', 'nonexistent'],
  28: ['customer', 'nonexistent'],
  34: ['carrier', 'congestion'],
  38: ['carrier', 'unavailable'],
  41: ['carrier', 'unavailable'],
  42: ['carrier', 'congestion'],
  44: ['carrier', 'congestion'],
  47: ['carrier', 'congestion'],
  55: ['carrier', 'forbidden'],
  57: ['carrier', 'forbidden'],
  88: ['carrier', 'media-not-acceptable'],
};

export interface FailedInvite {
  /** Final SIP status, 300-699. */
  status: number;
  /** Value of the `Reason` header, where there was one. */
  reason?: string;
  /** Value of the `Retry-After` header, where there was one. */
  retryAfter?: string;
  /** A provisional response arrived: somebody is there. Without one, 408 is the SIP server's own timer B or C. */
  heardFromTrunk: boolean;
}

/**
 * Decides what a failed INVITE means. An unknown status is `platform / internal-error`: somebody has to look at it and
 * add a row.
 */
export function callEndOf({ status, reason, retryAfter, heardFromTrunk }: FailedInvite): CallEnd {
  const cause = reason === undefined ? undefined : q850Cause(reason);
  const known = (cause === undefined ? undefined : BY_CAUSE[cause]) ?? BY_STATUS[status];
  if (status === 408 && !heardFromTrunk) {
    return { result: 'carrier', reason: 'no-response', sipStatus: status };
  }
  const [result, endReason] = known ?? (['platform', 'internal-error'] as const);
  // With another status it speaks of the callee (RFC 3261 §20.33).
  const seconds =
    status === 503 && result === 'carrier' ? /^\s*(\d{1,9})/.exec(retryAfter ?? '')?.[1] : undefined;
  return {
    result,
    reason: endReason,
    sipStatus: status,
    ...(seconds === undefined ? {} : { retryAfterSeconds: Number(seconds) }),
  };
}

/** Cause of a `Reason` header such as `Q.850;cause=17;text="User busy"`; several reasons may stand in one header. */
export function q850Cause(reason: string): number | undefined {
  const match = /(?:^|,)\s*Q\.850\s*(?:;[^,]*?)?;\s*cause\s*=\s*(\d{1,3})/i.exec(reason);
  return match ? Number(match[1]) : undefined;
}
