/**
 * sipp as the carrier: SIP behaviour that nobody here wrote. A scenario is a list of steps; sipp exits with 0 only when
 * the call went exactly so.
 * @module
 */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freeUdpPort, until } from './ports.ts';

export interface Sipp {
  port: number;
  /** Exit code: 0 when every step of every call came true. */
  readonly done: Promise<number>;
  stop(): Promise<void>;
}

/** Runs a scenario as the called side. */
export async function startSipp(steps: readonly string[], calls = 1): Promise<Sipp> {
  const folder = await mkdtemp(join(tmpdir(), 'apel-sipp-'));
  const file = join(folder, 'scenario.xml');
  await writeFile(
    file,
    `<?xml version="1.0" encoding="UTF-8"?>\n<scenario>\n${steps.join('\n')}\n</scenario>\n`,
  );
  for (let tries = 1; ; tries += 1) {
    const sipp = await listening({ folder, file, calls });
    if (sipp) return sipp;
    if (tries === MAX_TRIES) throw new Error('sipp found no port to listen on');
  }
}

/** A port that was free may be another test's by the time that sipp wants it. */
const MAX_TRIES = 5;

/** @returns undefined when it ended before it could be called */
async function listening(run: { folder: string; file: string; calls: number }): Promise<Sipp | undefined> {
  const port = await freeUdpPort();
  const args = ['-sf', run.file, '-i', '127.0.0.1', '-p', String(port), '-m', String(run.calls)];
  const options = ['-nostdin', '-timeout', '60s', '-timeout_error', '-mp', String(await freeUdpPort())];
  const child = spawn('sipp', [...args, ...options], {
    stdio: ['ignore', 'ignore', 'pipe'],
    cwd: run.folder,
  });
  let errors = '';
  child.stderr.on('data', (data: Buffer) => {
    errors = (errors + data.toString()).slice(-2_000);
  });
  let ended = false;
  let isCalled = false;
  const done = new Promise<number>((resolve) => {
    child.once('exit', (code) => {
      ended = true;
      if (code !== 0 && code !== null) process.stderr.write(errors);
      const left = isCalled ? rm(run.folder, { recursive: true, force: true }) : Promise.resolve();
      void left.then(() => resolve(code ?? -1));
    });
  });
  child.once('error', () => (ended = true));
  await until('sipp to listen', async () => ended || (await isBound(port)));
  if (ended) return undefined;
  isCalled = true;
  return {
    port,
    done,
    stop: async () => {
      child.kill('SIGKILL');
      await done;
    },
  };
}

async function isBound(port: number): Promise<boolean> {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  return (await readFile('/proc/net/udp', 'utf8')).includes(`:${hex} 00000000:0000`);
}

const COPIED = `[last_Via:]
[last_From:]
[last_To:];tag=[call_number]
[last_Call-ID:]
[last_CSeq:]`;

export const receive = (method: string, options = ''): string =>
  `<recv request="${method}" ${options} crlf="true"/>`;

export const pause = (ms: number): string => `<pause milliseconds="${ms}"/>`;

/** A response to the last request; an SDP for responses that have one. */
export function respond(
  status: string,
  options: { sdp?: string; headers?: string; retrans?: boolean } = {},
): string {
  const body = options.sdp
    ? `Content-Type: application/sdp\nContent-Length: [len]\n\n${options.sdp}`
    : 'Content-Length: 0\n';
  const headers = options.headers ? `${options.headers}\n` : '';
  const contact = 'Contact: <sip:customer@[local_ip]:[local_port]>\n';
  return `<send${options.retrans ? ' retrans="500"' : ''}><![CDATA[
SIP/2.0 ${status}
${COPIED}
${contact}${headers}${body}
]]></send>`;
}

/**
 * A final response to the INVITE after a CANCEL: the last request is the CANCEL then, whose branch and tags are the same
 * but not its CSeq method.
 */
export function respondToInvite(status: string, sdp?: string): string {
  const response = respond(status, sdp ? { sdp } : {});
  return response.replace('[last_CSeq:]', 'CSeq: [last_cseq_number] INVITE');
}

/** BYE from the called side, and the answer to it. */
export function sendBye(status = '200'): string {
  return `<send retrans="500"><![CDATA[
BYE [next_url] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
Max-Forwards: 70
From: <sip:customer@[local_ip]:[local_port]>;tag=[call_number]
To:[$caller]
[last_Call-ID:]
CSeq: 1 BYE
Content-Length: 0

]]></send>
<recv response="${status}"/>`;
}

/** A re-INVITE of the called side with another SDP, its answer and its ACK. */
export function reinvite(sdp: string): string[] {
  const request = (
    method: string,
    tail: string,
  ): string => `<send${method === 'INVITE' ? ' retrans="500"' : ''}><![CDATA[
${method} [next_url] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
Max-Forwards: 70
From: <sip:customer@[local_ip]:[local_port]>;tag=[call_number]
To:[$caller]
[last_Call-ID:]
CSeq: 1 ${method}
Contact: <sip:customer@[local_ip]:[local_port]>
${tail}
]]></send>`;
  return [
    request('INVITE', `Content-Type: application/sdp\nContent-Length: [len]\n\n${sdp}`),
    '<recv response="100" optional="true"/>',
    '<recv response="200"/>',
    request('ACK', 'Content-Length: 0\n'),
  ];
}

/** INVITE after which `sendBye` may follow: remembers who called. */
export const receiveInvite = `<recv request="INVITE" rrs="true" crlf="true">
<action><ereg regexp=".*" search_in="hdr" header="From:" assign_to="caller"/></action>
</recv>
<Reference variables="caller"/>`;

/** SDP of a phone. */
export function phoneSdp(port: number, payloadTypes = '8 101', rtpmap = 'a=rtpmap:8 PCMA/8000'): string {
  return `v=0
o=phone 1 1 IN IP4 127.0.0.1
s=-
c=IN IP4 127.0.0.1
t=0 0
m=audio ${port} RTP/AVP ${payloadTypes}
${rtpmap}
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-16
`;
}
