/**
 * What the far end may ask inside a call, and what it is answered. What is not listed here srf answers itself: OPTIONS with
 * 200, SUBSCRIBE with 489, an unknown method with 501.
 * @module
 */
import type { Logger } from '../platform/logger.ts';
import type { SrfDialog, SrfReply, SrfRequest } from './srf-types.ts';

export interface InDialogHandlers {
  /** A new offer (empty: they want ours). @returns our answer. Throwing refuses it with 488, nothing changes */
  onOffer(request: SrfRequest): Promise<string>;
  /** Their answer to an offer that they asked us for. */
  onAnswer(sdp: string): void;
  /** A key sent as INFO instead of RFC 4733. */
  onKey(key: string): void;
  logger: Logger;
}

const ALLOW = 'INVITE, ACK, CANCEL, BYE, PRACK, UPDATE, INFO, OPTIONS';
/** srf would accept these and do nothing, which for a REFER is a promise (RFC 3515 §2.4.2). */
const REFUSED = ['refer', 'message', 'publish'] as const;
const MAX_KEY_BODY = 200;

export function answerInDialog(dialog: SrfDialog, handlers: InDialogHandlers): void {
  const answerOffer = (request: SrfRequest, reply: SrfReply): void => {
    handlers.onOffer(request).then(
      (body) =>
        reply.send(200, {
          body,
          headers: { Contact: dialog.local.contact, 'Content-Type': 'application/sdp' },
        }),
      (error: unknown) => {
        handlers.logger.warn({ err: error }, 'change of a call refused');
        reply.send(488);
      },
    );
  };
  dialog.on('modify', answerOffer);
  // RFC 3311: without an SDP it only refreshes the session.
  dialog.on('update', (request, reply) => (request.body ? answerOffer(request, reply) : reply.send(200)));
  dialog.on('ack', (request) => {
    if (request.body) handlers.onAnswer(request.body);
  });
  dialog.on('info', (request, reply) => {
    const key = keyOf(request);
    if (key !== undefined) handlers.onKey(key);
    // RFC 6086 §4.2.2: an INFO without a body is answered with 200.
    reply.send(key !== undefined || !request.body ? 200 : 415);
  });
  for (const method of REFUSED) {
    dialog.on(method, (_request, reply) => reply.send(405, { headers: { Allow: ALLOW } }));
  }
}

/** Key of `application/dtmf-relay` (`Signal=5`) or `application/dtmf` (`5`). */
function keyOf(request: SrfRequest): string | undefined {
  const type = request.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  const body = (request.body ?? '').slice(0, MAX_KEY_BODY);
  if (type === 'application/dtmf-relay') return /^\s*Signal\s*=\s*([\d*#A-D])\s*$/im.exec(body)?.[1];
  return type === 'application/dtmf' ? /^\s*([\d*#A-D])\s*$/.exec(body)?.[1] : undefined;
}
