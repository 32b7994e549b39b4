import { newId } from '../message/ids.ts';

/** Where a message came from or went to, as the tokens of the admin protocol tell it. */
export interface Meta {
  readonly protocol: string;
  readonly address: string;
  readonly port: number;
}

export interface SipReport {
  readonly source: 'network' | 'application';
  readonly meta: Meta;
  readonly txnId: string;
  readonly dialogId: string;
  /** Only for a new request outside a dialog: our address it came in on. */
  readonly local?: { readonly address: string; readonly port: number };
  readonly raw: string;
}

/** `sip|network|…`: a message for the application. */
export function sipReport({ source, meta, txnId, dialogId, local, raw }: SipReport): string {
  const localTokens = local ? `${local.address}|${local.port}|` : '';
  return `${newId()}|sip|${source}|${raw.length}|${metaTokens(meta)}|${txnId}|${dialogId}|${localTokens}\r\n${raw}`;
}

/** `response|…|OK`: the request of the application was sent as shown. */
export function requestSent(id: string, meta: Meta, txnId: string, raw: string): string {
  return `${newId()}|response|${id}|OK|application|${raw.length}|${metaTokens(meta)}|${txnId}|Msg sent:|\r\n${raw}`;
}

/** `response|…|OK`: the response of the application was sent as shown. */
export function responseSent(id: string, meta: Meta, txnId: string, dialogId: string, raw: string): string {
  const tokens = `${raw.length}|${metaTokens(meta)}|${txnId}|${dialogId}`;
  return `${newId()}|response|${id}|OK|application|${tokens}||Msg sent:|\r\n${raw}`;
}

/** `response|…|OK` with further tokens. */
export function okAnswer(id: string, ...tokens: readonly string[]): string {
  return [newId(), 'response', id, 'OK', ...tokens].join('|');
}

/** Refusal: `NOK` for SIP messages, `NO` for everything else. */
export function refusal(id: string, word: 'NO' | 'NOK', text: string): string {
  return `${newId()}|response|${id}|${word}|${text}`;
}

/** UTC time of day with microseconds, `HH:MM:SS.ffffff`. */
export function timeOfDay(epochMs: number = performance.timeOrigin + performance.now()): string {
  const date = new Date(epochMs);
  const micros = Math.floor((epochMs % 1) * 1000);
  return `${date.toISOString().slice(11, 23)}${String(micros).padStart(3, '0')}`;
}

function metaTokens({ protocol, address, port }: Meta): string {
  return `${protocol}|${address}|${port}|${timeOfDay()}`;
}
