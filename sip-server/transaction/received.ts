import type { Envelope } from '../message/envelope.ts';
import type { SipResponse } from '../message/types.ts';
import type { Flow } from '../transport/flow.ts';

/** A response with what was read from it and the way it came. */
export interface ReceivedResponse extends SipResponse {
  readonly envelope: Envelope;
  readonly flow: Flow;
}
