import { buildResponse, type Field } from '../message/build.ts';
import { parseVia, stampVia } from '../message/envelope.ts';
import { MAX_HOPS } from '../message/limits.ts';
import { splitList } from '../message/name-addr.ts';
import type { SipRequest } from '../message/types.ts';
import { headerOf } from '../message/types.ts';
import type { Flow } from '../transport/flow.ts';

const NEEDED = [
  ['From', 'from'],
  ['To', 'to'],
  ['Call-ID', 'call-id'],
  ['CSeq', 'cseq'],
] as const;

/**
 * Tells the sender of a request that cannot be used, as long as the answer can be addressed and matched:
 * without Via, From, To, Call-ID and CSeq it is dropped. An ACK is never answered.
 */
export function rejectMalformed(request: SipRequest, status: number, flow: Flow): void {
  if (request.method === 'ACK') return;
  const [top, ...others] = request.headers
    .filter((header) => header.key === 'via')
    .slice(0, MAX_HOPS)
    .flatMap((header) => splitList(header.value))
    .slice(0, MAX_HOPS);
  const via = parseVia(top ?? '');
  if (!via) return;
  const fields: Field[] = [
    ['Via', stampVia(via, flow.remoteAddress, flow.remotePort)],
    ...others.map((value): Field => ['Via', value]),
  ];
  for (const [name, key] of NEEDED) {
    const value = headerOf(request, key);
    if (value === undefined || value === '') return;
    fields.push([name, value]);
  }
  flow.send(Buffer.from(buildResponse(status, undefined, fields, '').raw, 'latin1'));
}
