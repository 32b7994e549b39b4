/**
 * sipp as the carrier: a program nobody here wrote, one process per behaviour, its message trace as the record.
 * @module
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What the customers of one sipp process do. */
export const BEHAVIOURS = [
  'answered',
  'answered-with-tone',
  'busy',
  'nonexistent',
  'no-answer',
  'unavailable',
  'early-media',
  'answer-after-cancel',
  'bye-at-once',
  'silent',
] as const;
export type Behaviour = (typeof BEHAVIOURS)[number];

export interface SippCarrier {
  behaviour: Behaviour;
  port: number;
  /** Writes the trace as the NDJSON record that the auditor reads; returns the file. */
  writeRecord(): Promise<string>;
  stop(): Promise<void>;
}

const LISTEN_MS = 60_000;

/** @param tone raw A-law at 8 kHz, streamed to the caller by `answered-with-tone`. */
export async function startSippCarrier(options: {
  behaviour: Behaviour;
  folder: string;
  tone?: string;
}): Promise<SippCarrier> {
  const { behaviour, folder } = options;
  const port = await freeUdpPort();
  const scenario = join(folder, `${behaviour}.xml`);
  const trace = join(folder, `${behaviour}.trace`);
  await writeFile(scenario, scenarioXml(behaviour, options.tone));
  const child = spawn(
    'sipp',
    // prettier-ignore
    ['-sf', scenario, '-i', '127.0.0.1', '-p', String(port), '-mi', '127.0.0.1', '-mp', String(await freeUdpPort()),
     '-nostdin', '-trace_msg', '-message_file', trace, '-message_overwrite', 'false', '-deadcall_wait', '0', '-recv_timeout', '60000', '-aa'],
    { stdio: 'ignore' },
  );
  await listening(child, port);
  return {
    behaviour,
    port,
    writeRecord: async () => {
      const record = join(folder, `${behaviour}.ndjson`);
      const text = await readFile(trace, 'utf8').catch(() => '');
      await writeFile(
        record,
        recordOf(text)
          .map((line) => `${JSON.stringify(line)}\n`)
          .join(''),
      );
      return record;
    },
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

const FIELDS = '[last_Via:]\n[last_From:]\n[last_To:];tag=[pid]t[call_number]\n[last_Call-ID:]\n[last_CSeq:]';
/** For answers to CANCEL and BYE, whose To already has its tag where one is due. */
const PLAIN = '[last_Via:]\n[last_From:]\n[last_To:]\n[last_Call-ID:]\n[last_CSeq:]';
const CONTACT = 'Contact: <sip:[local_ip]:[local_port];transport=[transport]>';
const SDP = [
  'v=0',
  'o=customer 1 1 IN IP[local_ip_type] [local_ip]',
  's=-',
  'c=IN IP[media_ip_type] [media_ip]',
  't=0 0',
  'm=audio [media_port] RTP/AVP 8 101',
  'a=rtpmap:8 PCMA/8000',
  'a=rtpmap:101 telephone-event/8000',
  'a=fmtp:101 0-15',
].join('\n');

const withSdp = (status: string) =>
  send(
    `SIP/2.0 ${status}\n${FIELDS}\n${CONTACT}\nContent-Type: application/sdp\nContent-Length: [len]\n\n${SDP}`,
    status.startsWith('200'),
  );
const empty = (status: string, fields = FIELDS) =>
  send(`SIP/2.0 ${status}\n${fields}\n${CONTACT}\nContent-Length: 0\n`, false);
const send = (text: string, retransmit: boolean) =>
  `<send${retransmit ? ' retrans="500"' : ''}><![CDATA[\n\n${text}\n\n]]></send>`;
const recv = (request: string, attributes = '') => `<recv request="${request}" ${attributes}/>`;
const pause = (milliseconds: number) => `<pause milliseconds="${milliseconds}"/>`;
const bye =
  '<send retrans="500"><![CDATA[\n\nBYE [next_url] SIP/2.0\nVia: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]\n' +
  'From: [$me]\nTo: [$them]\n[last_Call-ID:]\nCSeq: 1 BYE\nMax-Forwards: 70\nContent-Length: 0\n\n]]></send><recv response="200"/>';
/** Remembers both parties and the target as sipp wants them, for a BYE of its own. */
const inviteRemembered =
  '<recv request="INVITE" rrs="true"><action>' +
  '<ereg regexp=".*" search_in="hdr" header="From:" assign_to="them"/>' +
  '<ereg regexp=".*" search_in="hdr" header="To:" assign_to="to"/>' +
  '<assignstr assign_to="me" value="[$to];tag=[pid]t[call_number]"/></action></recv>';

function scenarioXml(behaviour: Behaviour, tone: string | undefined): string {
  const steps: Record<Behaviour, string[]> = {
    answered: [
      recv('INVITE'),
      empty('180 Ringing'),
      pause(200),
      withSdp('200 OK'),
      recv('ACK'),
      recv('BYE'),
      empty('200 OK', PLAIN),
    ],
    'answered-with-tone': [
      recv('INVITE'),
      empty('180 Ringing'),
      pause(200),
      withSdp('200 OK'),
      recv('ACK'),
      `<nop><action><exec rtp_stream="${tone ?? ''},-1,8"/></action></nop>`,
      recv('BYE'),
      empty('200 OK', PLAIN),
    ],
    busy: [recv('INVITE'), empty('486 Busy Here'), recv('ACK')],
    nonexistent: [recv('INVITE'), empty('404 Not Found'), recv('ACK')],
    'no-answer': [
      recv('INVITE'),
      empty('180 Ringing'),
      recv('CANCEL'),
      empty('200 OK', PLAIN),
      cancelled(),
      recv('ACK'),
    ],
    unavailable: [recv('INVITE'), empty('503 Service Unavailable'), recv('ACK')],
    'early-media': [
      recv('INVITE'),
      withSdp('183 Session Progress'),
      pause(500),
      withSdp('200 OK'),
      recv('ACK'),
      recv('BYE'),
      empty('200 OK', PLAIN),
    ],
    'answer-after-cancel': [
      recv('INVITE'),
      empty('180 Ringing'),
      recv('CANCEL'),
      empty('200 OK', PLAIN),
      lateAnswer(),
      recv('ACK'),
      recv('BYE'),
      empty('200 OK', PLAIN),
    ],
    'bye-at-once': [inviteRemembered, withSdp('200 OK'), recv('ACK'), bye],
    silent: [recv('INVITE'), pause(40_000)],
  };
  return `<?xml version="1.0" encoding="UTF-8"?>\n<scenario name="${behaviour}">\n${steps[behaviour].join('\n')}\n</scenario>\n`;
}

/** The CANCEL is the last message, so CSeq is written by hand: these answer the INVITE (CSeq 1, as Apel's INVITE has). */
function cancelled(): string {
  return send(
    `SIP/2.0 487 Request Terminated\n[last_Via:]\n[last_From:]\n[last_To:];tag=[pid]t[call_number]\n[last_Call-ID:]\nCSeq: [cseq] INVITE\nContent-Length: 0\n`,
    false,
  );
}

function lateAnswer(): string {
  return send(
    `SIP/2.0 200 OK\n[last_Via:]\n[last_From:]\n[last_To:];tag=[pid]t[call_number]\n[last_Call-ID:]\nCSeq: [cseq] INVITE\n${CONTACT}\n` +
      `Content-Type: application/sdp\nContent-Length: [len]\n\n${SDP}`,
    true,
  );
}

interface RecordLine {
  at: string;
  event: string;
  callId: string;
  [field: string]: string | number;
}

/** sipp's trace: a dashed line with the local time, then `UDP message sent|received [n] bytes`, then the message. */
function recordOf(trace: string): RecordLine[] {
  const lines: RecordLine[] = [];
  const branches = new Set<string>();
  for (const block of trace.split(/^-{20,} /m).slice(1)) {
    const at = new Date(block.slice(0, 23).replace(' ', 'T')).toISOString();
    const received = /message received/.test(block);
    const start = block.indexOf('\n\n');
    const message = block.slice(start).trimStart();
    const callId = header(message, 'Call-ID');
    const first = message.slice(0, message.indexOf('\n')).trim();
    const cseq = header(message, 'CSeq');
    if (received && first.startsWith('INVITE ')) {
      const branch = /branch=([^;\s]+)/.exec(header(message, 'Via'))?.[1] ?? '';
      if (header(message, 'To').includes('tag=') || branches.has(branch)) continue;
      branches.add(branch);
      lines.push({ at, event: 'invite', callId, dialed: /^INVITE sip:([^@]+)@/.exec(first)?.[1] ?? '' });
    } else if (!received && first.startsWith('SIP/2.0 ') && cseq.includes('INVITE')) {
      const status = Number(first.slice(8, 11));
      if (status >= 200) lines.push({ at, event: 'final', callId, status });
    } else if (first.startsWith('CANCEL ')) lines.push({ at, event: 'cancel', callId });
    else if (first.startsWith('BYE '))
      lines.push({ at, event: received ? 'bye-received' : 'bye-sent', callId });
  }
  return lines;
}

function header(message: string, name: string): string {
  return new RegExp(`^${name}:[ \\t]*(.*)$`, 'im').exec(message)?.[1]?.trim() ?? '';
}

async function freeUdpPort(): Promise<number> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(() => resolve()));
  return port;
}

/** Up when the port is taken: an OPTIONS would count as a call of the scenario. */
async function listening(child: ChildProcess, port: number): Promise<void> {
  const deadline = Date.now() + LISTEN_MS;
  while (!(await udpBound(port))) {
    if (child.exitCode !== null) throw new Error(`sipp ended at once with code ${child.exitCode}`);
    if (Date.now() > deadline) throw new Error(`sipp did not listen on port ${port}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Asks the kernel: trying to bind the port would take it from sipp at the wrong moment. */
async function udpBound(port: number): Promise<boolean> {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  return (await readFile('/proc/net/udp', 'utf8')).includes(`:${hex} 00000000:0000`);
}
