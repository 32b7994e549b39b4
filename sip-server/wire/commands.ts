/** A payload from an application, taken apart (the tokens of sip: `|`, not escaped). */
export type Command =
  | { readonly type: 'authenticate'; readonly id: string; readonly secret: string }
  | { readonly type: 'route' | 'remove_route'; readonly id: string; readonly verb: string }
  | { readonly type: 'ping'; readonly id: string }
  | SipCommand
  | { readonly type: 'proxy'; readonly id: string }
  | { readonly type: 'unknown'; readonly id: string };

/** A SIP request or response that the application wants sent. */
export interface SipCommand {
  readonly type: 'sip';
  readonly id: string;
  readonly txnId: string;
  readonly dialogId: string;
  /** URI to send to instead of the request URI (outbound proxy), or ''. */
  readonly route: string;
  /** The SIP text, a binary string. */
  readonly sip: string;
}

/** Reads one payload. */
export function parseCommand(payload: string): Command {
  const lineEnd = payload.indexOf('\r\n');
  const leader = lineEnd < 0 ? payload : payload.slice(0, lineEnd);
  const tokens = leader.split('|');
  const [id = '', type = ''] = tokens;
  switch (type) {
    case 'authenticate': {
      // The secret may hold bars; the tag list, always last, may not.
      const secret = tokens.length > 3 ? tokens.slice(2, -1).join('|') : (tokens[2] ?? '');
      return { type, id, secret };
    }
    case 'route':
    case 'remove_route':
      return { type, id, verb: (tokens[2] ?? '').toLowerCase() };
    case 'ping':
    case 'proxy':
      return { type, id };
    case 'sip':
      return {
        type,
        id,
        txnId: tokens[2] ?? '',
        dialogId: tokens[3] ?? '',
        route: tokens[4] ?? '',
        sip: lineEnd < 0 ? '' : payload.slice(lineEnd + 2),
      };
    default:
      return { type: 'unknown', id };
  }
}
