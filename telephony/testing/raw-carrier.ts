/**
 * A carrier whose every message the test writes itself: for what sipp cannot do (forks, crossing requests, broken bodies).
 * It keeps the record that the auditor reads.
 * @module
 */
import { randomBytes } from 'node:crypto';
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { writeFile } from 'node:fs/promises';
import { until } from './ports.ts';

/** How long a script waits for a message before it fails. */
const PATIENCE_MS = 30_000;

/** One message of the other side, read as far as tests need it. */
export interface SipText {
  text: string;
  /** Of a response: the method it answers. */
  method: string;
  /** Absent for requests. */
  status?: number;
  header(name: string): string;
  body: string;
  from: RemoteInfo;
}

export interface Answer {
  /** To tag: names the fork. */
  tag?: string;
  sdp?: string;
  headers?: readonly string[];
  contact?: boolean;
}

export interface Question {
  tag?: string;
  seq?: number;
  headers?: readonly string[];
  sdp?: string;
  /** The same request as before. */
  branch?: string;
}

/** A call as the carrier sees it. */
export interface CarrierLeg {
  readonly callId: string;
  readonly invite: SipText;
  /** Number that was dialed. */
  readonly dialed: string;
  /** A response to the INVITE, sent once. */
  answer(status: number, options?: Answer): void;
  /** The next request of this method, or answer to ours (`200 BYE`), that was not taken yet; repeats are left out. */
  take(what: string, withinMs?: number): Promise<SipText>;
  /** How often such a message came, repeats counted. */
  count(what: string, tag?: string): number;
  reply(request: SipText, status: number, options?: Answer): void;
  /** A request inside the dialog. @returns its branch */
  ask(method: string, options?: Question): string;
}

export type CarrierScript = (leg: CarrierLeg) => Promise<void> | void;

export interface RawCarrier {
  readonly port: number;
  readonly legs: ReadonlyMap<string, CarrierLeg>;
  /** For after the calls: all scripts came to their end. @throws what the first of them threw; when nobody called */
  done(): Promise<void>;
  /** Writes the record as NDJSON. */
  writeRecord(file: string): Promise<string>;
  close(): Promise<void>;
}

/**
 * @param script runs for each new call
 * @param options.onOptions status of the answer to an OPTIONS; undefined: none
 */
export async function startRawCarrier(
  script: CarrierScript,
  { onOptions }: { onOptions?: () => number | undefined } = {},
): Promise<RawCarrier> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const port = socket.address().port;
  const legs = new Map<string, Leg>();
  const scripts: Promise<void>[] = [];
  const record: string[] = [];
  const write: Witness = (event, callId, more = {}) => {
    record.push(`${JSON.stringify({ at: new Date().toISOString(), event, callId, ...more })}\n`);
  };
  socket.on('message', (datagram, from) => {
    const message = readSip(datagram.toString('latin1'), from);
    const callId = message.header('call-id');
    const known = legs.get(callId);
    if (known) return known.receive(message);
    const alive = message.method === 'OPTIONS' ? onOptions?.() : undefined;
    if (alive !== undefined) new Leg(socket, port, message, write).reply(message, alive);
    if (message.method !== 'INVITE' || message.status !== undefined) return;
    const leg = new Leg(socket, port, message, write);
    legs.set(callId, leg);
    leg.receive(message);
    const run = Promise.resolve().then(() => script(leg));
    run.catch(() => undefined);
    scripts.push(run);
  });
  return {
    port,
    legs,
    done: async () => {
      if (scripts.length === 0) throw new Error('nobody called');
      await Promise.all(scripts);
    },
    writeRecord: async (file) => {
      await writeFile(file, record.join(''));
      return file;
    },
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}

type Witness = (event: string, callId: string, more?: Record<string, string | number>) => void;

class Leg implements CarrierLeg {
  readonly callId: string;
  readonly invite: SipText;
  readonly dialed: string;
  readonly #socket: Socket;
  readonly #port: number;
  readonly #write: Witness;
  readonly #all: SipText[] = [];
  readonly #untaken: SipText[] = [];
  readonly #known = new Set<string>();
  #seq = 0;
  #hungUp = false;
  /** To tags that answered. */
  readonly #answered = new Set<string>();

  constructor(socket: Socket, port: number, invite: SipText, write: Witness) {
    this.callId = invite.header('call-id');
    this.invite = invite;
    this.dialed = /^INVITE sip:([^@;]+)@/.exec(invite.text)?.[1] ?? '';
    this.#socket = socket;
    this.#port = port;
    this.#write = write;
  }

  receive(message: SipText): void {
    this.#all.push(message);
    const key = `${message.status ?? ''} ${message.method} ${branchOf(message)} ${tagOf(message.header('to'))}`;
    if (this.#known.has(key)) return;
    this.#known.add(key);
    if (message !== this.invite) this.#untaken.push(message);
    if (message.status !== undefined) return;
    const tag = tagOf(message.header('to'));
    if (message.method === 'INVITE' && tag === '')
      this.#write('invite', this.callId, { dialed: this.dialed });
    if (message.method === 'CANCEL') this.#write('cancel', this.callId);
    if (message.method !== 'BYE') return;
    this.#write('bye-received', this.callId, { tag });
    // Whoever ends a lost call may say so more than once.
    if (this.#hungUp) this.#respond(message, 481, {});
  }

  answer(status: number, { tag = 'a', sdp, headers = [], contact = true }: Answer = {}): void {
    if (status >= 200) this.#write('final', this.callId, { status, tag });
    if (status >= 200 && status < 300) this.#answered.add(tag);
    const own = contact && status > 100 ? [`Contact: <sip:customer-${tag}@127.0.0.1:${this.#port}>`] : [];
    this.#respond(this.invite, status, {
      tag,
      headers: [...own, ...headers],
      ...(sdp === undefined ? {} : { sdp }),
    });
  }

  reply(request: SipText, status: number, options: Answer = {}): void {
    if (request.method === 'BYE' && this.#answered.size === 1) this.#hungUp = true;
    this.#respond(request, status, options);
  }

  async take(what: string, withinMs = PATIENCE_MS): Promise<SipText> {
    const fits = (message: SipText): boolean => nameOf(message) === what;
    await until(what, () => this.#untaken.some(fits), withinMs).catch((error: Error) => {
      throw new Error(`${error.message}; came: ${this.#all.map(nameOf).join(', ')}`);
    });
    return this.#untaken.splice(this.#untaken.findIndex(fits), 1)[0] as SipText;
  }

  count(what: string, tag?: string): number {
    return this.#all.filter(
      (message) => nameOf(message) === what && (tag === undefined || tagOf(message.header('to')) === tag),
    ).length;
  }

  ask(method: string, { tag = 'a', seq, headers = [], sdp = '', branch }: Question = {}): string {
    const number = seq ?? (this.#seq += 1);
    const via = branch ?? `z9hG4bK${randomBytes(8).toString('hex')}`;
    if (method === 'BYE') this.#write('bye-sent', this.callId, { tag });
    const target = /<([^>]+)>/.exec(this.invite.header('contact'))?.[1] ?? '';
    const lines = [
      `${method} ${target} SIP/2.0`,
      `Via: SIP/2.0/UDP 127.0.0.1:${this.#port};branch=${via};rport`,
      'Max-Forwards: 70',
      `From: ${this.invite.header('to')};tag=${tag}`,
      `To: ${this.invite.header('from')}`,
      `Call-ID: ${this.callId}`,
      `CSeq: ${number} ${method}`,
      `Contact: <sip:customer-${tag}@127.0.0.1:${this.#port}>`,
      ...headers,
    ];
    this.#send(lines, sdp, this.invite.from);
    return via;
  }

  #respond(request: SipText, status: number, { tag = 'a', sdp = '', headers = [] }: Answer): void {
    const to = request.header('to');
    const lines = [
      `SIP/2.0 ${status} Whatever`,
      `Via: ${request.header('via')}`,
      `From: ${request.header('from')}`,
      `To: ${to.includes('tag=') || status === 100 ? to : `${to};tag=${tag}`}`,
      `Call-ID: ${this.callId}`,
      `CSeq: ${request.header('cseq')}`,
      ...headers,
    ];
    this.#send(lines, sdp, request.from);
  }

  #send(lines: readonly string[], sdp: string, to: RemoteInfo): void {
    const typed = sdp !== '' && !lines.some((line) => /^content-type:/i.test(line));
    const body = sdp.replace(/\r?\n/g, '\r\n');
    const head = [
      ...lines,
      ...(typed ? ['Content-Type: application/sdp'] : []),
      `Content-Length: ${body.length}`,
    ];
    this.#socket.send(`${head.join('\r\n')}\r\n\r\n${body}`, to.port, to.address, () => undefined);
  }
}

function nameOf({ status, method }: SipText): string {
  return status === undefined ? method : `${status} ${method}`;
}

function readSip(text: string, from: RemoteInfo): SipText {
  const end = text.indexOf('\r\n\r\n');
  const head = end < 0 ? text : text.slice(0, end);
  const header = (name: string): string =>
    new RegExp(`^${name}[ \\t]*:[ \\t]*(.*)$`, 'im').exec(head)?.[1]?.trim() ?? '';
  const status = /^SIP\/2\.0 (\d{3})/.exec(text)?.[1];
  const method = status === undefined ? (text.split(' ')[0] ?? '') : (header('cseq').split(' ')[1] ?? '');
  const body = end < 0 ? '' : text.slice(end + 4);
  return { text, method, header, body, from, ...(status === undefined ? {} : { status: Number(status) }) };
}

function branchOf(message: SipText): string {
  return /branch=([^;\s,]+)/.exec(message.header('via'))?.[1] ?? '';
}

export function tagOf(nameAddr: string): string {
  return /;tag=([^;\s]+)/.exec(nameAddr)?.[1] ?? '';
}
