import type { SipMessage } from '../message/types.ts';
import { headerOf } from '../message/types.ts';

const RELIABLE = '100rel';

/** What a PRACK acknowledges (RFC 3262 §7.2). */
export interface RAck {
  readonly rseq: number;
  readonly seq: number;
  readonly method: string;
}

export function rackOf(message: SipMessage): RAck | undefined {
  const [, rseq, seq, method] =
    /^(\d{1,10})\s+(\d{1,10})\s+(\S+)$/.exec(headerOf(message, 'rack') ?? '') ?? [];
  return method === undefined ? undefined : { rseq: Number(rseq), seq: Number(seq), method };
}

/** Number of a provisional response that wants a PRACK; undefined for any other (RFC 3262 §4). */
export function rseqOf(message: SipMessage): number | undefined {
  const rseq = headerOf(message, 'rseq') ?? '';
  return hasOption(message, 'require') && /^\d{1,10}$/.test(rseq) ? Number(rseq) : undefined;
}

/** True when Require or Supported has `100rel`. */
export function hasOption(message: SipMessage, key: 'require' | 'supported'): boolean {
  return message.headers.some((header) => header.key === key && optionsOf(header.value).some(isReliable));
}

/** The value of Require without `100rel`; '' when nothing is left. */
export function withoutReliable(value: string): string {
  return optionsOf(value)
    .filter((option) => option !== '' && !isReliable(option))
    .join(', ');
}

function optionsOf(value: string): string[] {
  return value.split(',').map((option) => option.trim());
}

function isReliable(option: string): boolean {
  return option.toLowerCase() === RELIABLE;
}
