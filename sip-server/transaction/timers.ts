/**
 * Timers of RFC 3261 §17 (table 4 of appendix A), RFC 6026 §8.1. All in milliseconds; tests inject short ones.
 * @module
 */

export interface SipTimers {
  /** Round-trip estimate; first retransmission interval. */
  readonly t1Ms: number;
  /** Cap of non-INVITE and 2xx retransmission intervals. */
  readonly t2Ms: number;
  /** How long a message can stay in the network. */
  readonly t4Ms: number;
  /** 64·T1: timers B, F, H, J, L, M and the wait for an ACK. */
  readonly giveUpMs: number;
  /** Timer D: how long retransmitted failures of an INVITE are still acknowledged. */
  readonly timerDMs: number;
  /** An application that has not answered a request at all by then never will. */
  readonly appSilenceMs: number;
  /** RFC 4028 §4: no session interval is shorter; a smaller one is a peer's mistake and read as this. */
  readonly minSessionSeconds: number;
}

/** The RFC's values, scaled from T1 (500 ms by default). */
export function sipTimers(overrides: Partial<SipTimers> = {}): SipTimers {
  const t1Ms = overrides.t1Ms ?? 500;
  return {
    t1Ms,
    t2Ms: 8 * t1Ms,
    t4Ms: 10 * t1Ms,
    giveUpMs: 64 * t1Ms,
    timerDMs: 64 * t1Ms,
    appSilenceMs: 128 * t1Ms,
    minSessionSeconds: 90,
    ...overrides,
  };
}
