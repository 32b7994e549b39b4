/**
 * An agent without a browser: the same API and live socket as the page, and a plain telephone as the phone. It registers
 * over UDP with the credentials that the page gets, so the edge calls it with plain RTP, as a desk phone.
 * @module
 */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { WebSocket } from 'ws';
import type {
  Desk,
  DeskCall,
  DeskMessage,
  NextNumber,
  SipAccess,
  WrapUp,
  WrapUpReply,
} from '../../contracts/http/desk.ts';
import type { DeskCommand } from '../../contracts/model/edge-control.ts';
import type { ScriptField } from '../../contracts/model/script.ts';
import type { DeskContact } from '../../telephony/desk-leg.ts';
import { startDeskPhone, type DeskPhone } from '../../telephony/testing/desk-phone.ts';
import type { Person } from './pages-browser.ts';
import { until } from './site.ts';

const SOON_MS = 60_000;
const REGISTER_EVERY_MS = 40_000;

/** The telephone of an agent: it answers by itself. */
export interface AgentPhone {
  contact: DeskContact;
  close(): Promise<void>;
}

export interface LightAgent<Phone extends AgentPhone = DeskPhone> {
  name: string;
  phone: Phone;
  /** As last told on the live socket. */
  desk(): Desk;
  /** Waits until the desk is as wanted. */
  until(what: string, check: (desk: Desk) => boolean, timeoutMs?: number): Promise<Desk>;
  /** @throws Error with the problem's code when the API refuses */
  ask<T>(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<T>;
  /** The call that came; waits a while for a number that is due. */
  next(): Promise<DeskCall>;
  command(command: DeskCommand): Promise<void>;
  /** @returns the id that was saved, once the API has it (stored or saved) */
  save(outcome: string, more?: Partial<WrapUp>): Promise<string>;
  close(): Promise<void>;
}

export interface LightAgentOptions {
  /** Of the page. */
  url: string;
  /** `host:port` of the SIP server (UDP). */
  sip: string;
  person: Person;
  campaigns: readonly string[];
}

/** Logs in, logs on, registers and becomes available, with a telephone that talks a tone. */
export async function startLightAgent(options: LightAgentOptions & { hertz: number }): Promise<LightAgent> {
  return startAgentWith(() => startDeskPhone(options.hertz), options);
}

/** The same with a telephone of the caller's kind; the agent closes it. */
export async function startAgentWith<Phone extends AgentPhone>(
  openPhone: () => Promise<Phone>,
  options: LightAgentOptions,
): Promise<LightAgent<Phone>> {
  const { url, person } = options;
  const deskId = randomUUID();
  const headers = { origin: url, 'content-type': 'application/json', cookie: '' };

  async function ask<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await fetch(`${url}${path}`, {
      method,
      headers,
      ...(body === undefined && method !== 'POST' ? {} : { body: JSON.stringify(body ?? {}) }),
      signal: AbortSignal.timeout(15_000),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    const cookie = answer.headers.getSetCookie()[0]?.split(';')[0];
    if (cookie !== undefined && path === '/api/session') headers.cookie = cookie;
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }

  await ask('POST', '/api/session', { name: person.name, password: person.password });
  let desk = await ask<Desk>('POST', '/api/desk/shift', {
    deskId,
    worksOn: 'outbound',
    campaigns: options.campaigns,
  });
  // Answers and the socket's messages may cross: the newer counts.
  const accept = (next: Desk): void => {
    if (Date.parse(next.at) >= Date.parse(desk.at)) desk = next;
  };
  let closing = false;
  let socket: WebSocket | undefined;
  const listen = (): void => {
    if (closing) return;
    socket = new WebSocket(`${url.replace(/^http/, 'ws')}/api/desk/live?desk=${deskId}`, { headers });
    socket.on('message', (data: Buffer) => {
      accept((JSON.parse(data.toString()) as DeskMessage).desk);
    });
    socket.on('error', () => undefined);
    socket.on('close', () => setTimeout(listen, 300).unref());
  };
  listen();
  const phone = await openPhone();
  const line = await openLine({
    sip: options.sip,
    contact: phone.contact.uri,
    access: () => ask<SipAccess>('POST', '/api/desk/sip', { deskId }),
  });

  const agent: LightAgent<Phone> = {
    name: person.name,
    phone,
    desk: () => desk,
    until: async (what, check, timeoutMs = SOON_MS) => {
      await until(`${person.name}: ${what}`, timeoutMs, () => check(desk)).catch((error: Error) => {
        const { agent: state, call, phone: registered } = desk;
        const now = { state: state.state, registered, stage: call?.stage, end: call?.endReason };
        throw new Error(`${error.message}; ${JSON.stringify(now)}`);
      });
      return desk;
    },
    ask,
    next: async () => {
      let came: DeskCall | null = null;
      await until(`${person.name}: a number`, SOON_MS, async () => {
        const answer = await ask<NextNumber>('POST', '/api/desk/next');
        accept(answer.desk);
        came = answer.desk.call;
        return came !== null;
      });
      return came as unknown as DeskCall;
    },
    command: async (command) => {
      await ask('POST', `/api/desk/calls/${desk.call?.id ?? ''}/command`, command);
    },
    save: async (outcome, more = {}) => {
      const { call } = desk;
      if (!call) throw new Error('there is no call to save');
      const wrapUp: WrapUp = {
        id: randomUUID(),
        outcome,
        answers: answersTo(call),
        note: '',
        savedAt: new Date().toISOString(),
        ...more,
      };
      // As the page's outbox: until somebody has it.
      await until(`${person.name}: saved`, 60_000, () =>
        ask<WrapUpReply>('POST', `/api/desk/calls/${call.id}/wrap-up`, wrapUp).then(
          () => true,
          (error: Error) => {
            if (/: 4\d\d /.test(error.message)) throw error;
            return false;
          },
        ),
      );
      return wrapUp.id;
    },
    close: async () => {
      closing = true;
      line.close();
      socket?.terminate();
      await phone.close();
    },
  };
  await agent.until('registered', (now) => now.phone === 'registered');
  await ask('POST', '/api/desk/state', { to: 'available' });
  await agent.until('available', (now) => now.agent.state === 'available');
  return agent;
}

/** An answer to each required question, and to nothing else. */
function answersTo({ script }: DeskCall): WrapUp['answers'] {
  const fields = script?.pages.flatMap((page) => page.fields) ?? [];
  return Object.fromEntries(
    fields.filter((field) => field.required).map((field) => [field.name, answerTo(field)]),
  );
}

function answerTo({ type, options, min }: ScriptField): string | number | string[] {
  switch (type) {
    case 'choice':
      return options?.[0]?.value ?? '';
    case 'multi-choice':
      return [options?.[0]?.value ?? ''];
    case 'number':
      return min ?? 1;
    case 'date':
      return '2026-01-15';
    case 'county':
      return 'Bihor';
    default:
      return 'Oradea';
  }
}

interface Line {
  close(): void;
}

/** REGISTER over UDP (RFC 3261 §10, digest of RFC 2617), again before it ends. */
async function openLine(options: {
  sip: string;
  contact: string;
  access: () => Promise<SipAccess>;
}): Promise<Line> {
  const [host = '', port = ''] = options.sip.split(':');
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const callId = randomUUID();
  let sequence = 0;
  let closed = false;
  let heard: ((text: string) => void) | undefined;
  socket.on('message', (datagram) => heard?.(datagram.toString('latin1')));

  function ask(access: SipAccess, authorization: string | undefined): Promise<string> {
    if (closed) return Promise.reject(new Error('the line is closed'));
    sequence += 1;
    const mine = sequence;
    const lines = [
      `REGISTER sip:${access.domain} SIP/2.0`,
      `Via: SIP/2.0/UDP 127.0.0.1:${socket.address().port};branch=z9hG4bK${randomBytes(8).toString('hex')};rport`,
      'Max-Forwards: 70',
      `From: <sip:${access.username}@${access.domain}>;tag=light`,
      `To: <sip:${access.username}@${access.domain}>`,
      `Call-ID: ${callId}`,
      `CSeq: ${mine} REGISTER`,
      `Contact: <${options.contact}>;expires=120`,
      ...(authorization === undefined ? [] : [`Authorization: ${authorization}`]),
      'Content-Length: 0',
    ];
    return new Promise((resolve, reject) => {
      const send = (): void => {
        if (closed) return;
        socket.send(`${lines.join('\r\n')}\r\n\r\n`, Number(port), host, () => undefined);
      };
      const again = setInterval(send, 500);
      const giveUp = setTimeout(() => {
        clearInterval(again);
        reject(new Error('no answer to REGISTER'));
      }, 5_000);
      heard = (text) => {
        if (!text.includes(`CSeq: ${mine} REGISTER`) || text.startsWith('SIP/2.0 1')) return;
        clearInterval(again);
        clearTimeout(giveUp);
        resolve(text);
      };
      send();
    });
  }
  async function register(): Promise<void> {
    const access = await options.access();
    const challenge = await ask(access, undefined);
    const answer = await ask(access, authorizationOf(access, challenge));
    if (!answer.startsWith('SIP/2.0 200')) throw new Error(`REGISTER: ${answer.split('\r\n')[0]}`);
  }
  await register();
  let timer = setTimeout(again, REGISTER_EVERY_MS);
  function again(): void {
    if (closed) return;
    register().then(
      () => (timer = setTimeout(again, REGISTER_EVERY_MS)),
      () => (timer = setTimeout(again, 1_000)),
    );
  }
  return {
    close: () => {
      closed = true;
      clearTimeout(timer);
      socket.close();
    },
  };
}

function authorizationOf({ username, password, domain }: SipAccess, challenge: string): string {
  const nonce = /nonce="([^"]+)"/.exec(challenge)?.[1] ?? '';
  const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
  const uri = `sip:${domain}`;
  const secret = md5(`${username}:${domain}:${password}`);
  const response = md5(`${secret}:${nonce}:00000001:light:auth:${md5(`REGISTER:${uri}`)}`);
  return (
    `Digest username="${username}", realm="${domain}", nonce="${nonce}", uri="${uri}", ` +
    `response="${response}", algorithm=MD5, cnonce="light", qop=auth, nc=00000001`
  );
}
