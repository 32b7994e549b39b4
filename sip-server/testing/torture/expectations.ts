/**
 * What becomes of a message of RFC 4475: the application got it (and answers 600), the server answered by itself with that
 * status, or nobody was answered. `+close`: the TCP connection is closed afterwards, because nobody knows where the next
 * message begins; `unfinished`: the server waits for the rest, and closes when it stays out.
 */
export type Outcome = 'application' | number | 'silence' | `${number | 'silence'}+close` | 'unfinished';

export interface Expectation {
  readonly udp: Outcome;
  /** Where it differs from UDP. */
  readonly tcp?: Outcome;
  /** What the RFC asks for, and where the server does otherwise, why that does. */
  readonly why: string;
}

/** All 49, in the RFC's order. */
export const EXPECTATIONS: Readonly<Record<string, Expectation>> = {
  wsinv: { udp: 481, why: 'well-formed; its To has a tag, and no such dialog is here (RFC 3261 §12.2.2)' },
  intmeth: { udp: 501, why: 'well-formed; endpoints answer 501 to such a method' },
  esc01: { udp: 'application', why: 'valid escapes in the request URI' },
  escnull: { udp: 'application', why: 'valid; %00 is not to be taken for the end of a string' },
  esc02: { udp: 501, why: 'RE%47IST%45R is a method of its own, unknown, not REGISTER' },
  lwsdisp: { udp: 'application', why: 'valid without a blank between display name and <' },
  longreq: { udp: 'application', why: 'valid; long values' },
  dblreq: {
    udp: 'application',
    tcp: 'silence+close',
    why: 'what follows in the datagram is ignored; in a stream it is no SIP, and the connection is closed before the answer',
  },
  semiuri: { udp: 'application', why: 'valid; the semicolon belongs to the user part' },
  transports: {
    udp: 'application',
    why: 'valid; unknown transports in lower Via entries are not ours to judge',
  },
  mpart01: { udp: 'application', why: 'valid; the body is handed on byte by byte' },
  unreason: { udp: 'silence', why: 'valid; a response to no request of ours is discarded' },
  noreason: { udp: 'silence', why: 'valid; a response to no request of ours is discarded' },
  badinv01: { udp: 400, why: 'separators with nothing between them in Via and Contact: 400' },
  clerr: {
    udp: 400,
    tcp: 'unfinished',
    why: 'datagram shorter than Content-Length: 400; in a stream the rest may still come (RFC 3261 §18.3)',
  },
  ncl: { udp: 400, tcp: '400+close', why: 'negative Content-Length: 400, and a stream is closed' },
  scalar02: { udp: 400, why: 'CSeq beyond 2^31: 400' },
  scalarlg: { udp: 'silence', why: 'a response with such values is discarded' },
  quotbal: { udp: 400, why: 'unterminated quoted string: 400' },
  ltgtruri: { udp: 400, why: 'request URI in <>: 400 is what the RFC names first' },
  lwsruri: { udp: 400, why: 'blank in the request URI: 400' },
  lwsstart: {
    udp: 400,
    why: 'several blanks in the request line: 400 is allowed; guessing would let two readers differ',
  },
  trws: { udp: 400, why: 'blanks after the request line: 400 is allowed' },
  escruri: {
    udp: 400,
    why: 'header fields in the request URI: 400 is allowed, and they must never become real ones',
  },
  baddate: { udp: 'application', why: 'elements that do not use Date should ignore a wrong time zone' },
  regbadct: { udp: 400, why: 'a Contact with a question mark needs <>: 400' },
  badaspec: {
    udp: 'application',
    why: 'blanks inside <>: being liberal is allowed; nothing else can be meant',
  },
  baddn: { udp: 400, why: 'a comma in an unquoted display name: 400 is allowed' },
  badvers: { udp: 505, why: 'SIP/7.0: 505' },
  mismatch01: { udp: 400, why: 'CSeq names another method: 400' },
  mismatch02: { udp: 400, why: 'unknown method and CSeq that differs: 400 or 501' },
  bigcode: { udp: 'silence', why: 'a status that is none: the response is discarded' },
  badbranch: { udp: 'application', why: 'the cookie alone names no transaction: matched as RFC 2543 does' },
  insuf: {
    udp: 'silence',
    why: 'ideally 400; without Call-ID, From and To an answer has nothing that its sender could match, and the server stays silent',
  },
  unkscm: { udp: 416, why: 'unknown scheme in the request URI: 416' },
  novelsc: { udp: 416, why: 'a scheme that is no SIP: 416' },
  unksm2: { udp: 'application', why: 'well-formed; a registrar refuses it, and that is an application' },
  bext01: {
    udp: 'application',
    why: '420 is for whoever supports extensions: the application; the server does not know which it has',
  },
  invut: { udp: 'application', why: '415 is for whoever reads bodies: the application' },
  regaut01: { udp: 'application', why: '401 is for whoever authenticates: the application' },
  multi01: { udp: 400, why: 'fields that may stand once stand twice: 400' },
  mcl01: { udp: 400, tcp: '400+close', why: 'two Content-Lengths: 400, and a stream is closed' },
  bcast: {
    udp: 'silence',
    why: 'a response whose top Via is not ours is discarded; nothing goes to the broadcast address',
  },
  zeromf: {
    udp: 483,
    why: 'an endpoint may go on, a proxy answers 483; applications here pass calls on, so that loops must end',
  },
  cparam01: { udp: 'application', why: 'valid; the parameter belongs to the Contact field' },
  cparam02: { udp: 'application', why: 'valid; the parameter belongs to the URI' },
  regescrt: { udp: 'application', why: 'valid; the header in the Contact URI is for whoever uses the URI' },
  sdp01: { udp: 'application', why: '406 or a body it does accept: the application decides' },
  inv2543: {
    udp: 400,
    tcp: '400+close',
    why: 'RFC 2543 needs no From tag and no Contact; without them a dialog cannot be told from others, so such peers are refused',
  },
};
