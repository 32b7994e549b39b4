/**
 * The little SIP text that the phones of benchmarks read and write themselves: no parser, so that they cost next to nothing.
 * @module
 */

/** Value of the first header of that name; names of the messages that Apel's SIP server writes, in any case. */
export function headerOf(text: string, name: string): string {
  return new RegExp(`\\r\\n${name}[ \\t]*:[ \\t]*([^\\r\\n]*)`, 'i').exec(text)?.[1] ?? '';
}

export function branchOf(text: string): string {
  return /;branch=([^;,\s]+)/i.exec(headerOf(text, 'via'))?.[1] ?? '';
}

/** Empty without a body. */
export function bodyOf(text: string): string {
  const end = text.indexOf('\r\n\r\n');
  return end < 0 ? '' : text.slice(end + 4);
}

export interface ResponseOptions {
  /** Code and reason. */
  status: string;
  /** Our To tag, where the request has none. */
  tag?: string;
  /** Header lines, each with its CRLF. */
  extra?: string;
  body?: string;
}

/** RFC 3261 §8.2.6. */
export function responseTo(request: string, { status, tag, extra = '', body = '' }: ResponseOptions): string {
  const vias = [...request.matchAll(/\r\nvia[ \t]*:[ \t]*([^\r\n]*)/gi)].map(([, via]) => `Via: ${via}\r\n`);
  const to = headerOf(request, 'to');
  const tagged = tag === undefined || /;tag=/i.test(to) ? to : `${to};tag=${tag}`;
  return (
    `SIP/2.0 ${status}\r\n${vias.join('')}From: ${headerOf(request, 'from')}\r\nTo: ${tagged}\r\n` +
    `Call-ID: ${headerOf(request, 'call-id')}\r\nCSeq: ${headerOf(request, 'cseq')}\r\n${extra}` +
    `Content-Length: ${body.length}\r\n\r\n${body}`
  );
}
