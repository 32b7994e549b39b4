/** The carrier against sipp, which nobody here wrote. */
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { behaviourOf } from './behaviour.ts';
import { startCarrier, type Carrier } from './carrier.ts';
import { openWitness, type Witness } from './witness.ts';

let folder: string;
let log: string;
let witness: Witness;
let carrier: Carrier;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'apel-carrier-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));
beforeEach(async () => {
  log = join(folder, `${performance.now()}.ndjson`);
  witness = openWitness(log, () => new Date());
  carrier = await startCarrier({ address: '127.0.0.1', port: 0, witness });
});
afterEach(async () => {
  await carrier.close();
  witness.close();
});

it('a busy, a nonexistent, a declining and an unavailable customer answer with their status, each acknowledged', async () => {
  for (const [number, status] of [
    ['0722123400', 486],
    ['0722123412', 404],
    ['0722123419', 603],
    ['0722123418', 503],
  ] as const) {
    await call(number, `${recv(100)}${optional180}${recv(status)}${ack}`);
  }
  expect(await words()).toEqual([
    'invite 0722123400',
    'final 486',
    'ack',
    'invite 0722123412',
    'final 404',
    'ack',
    'invite 0722123419',
    'final 603',
    'ack',
    'invite 0722123418',
    'final 503',
    'ack',
  ]);
});

it('a phone that nobody answers or cancels rings until the network gives up', async () => {
  const impatient = await startCarrier({
    address: '127.0.0.1',
    port: 0,
    witness,
    ringing: { againMs: 100, limitMs: 350 },
  });
  const port = carrier.port;
  carrier.port = impatient.port;
  try {
    await call('0722123429', `${recv(100)}${recv(180)}${recv(480)}${ack}`);
  } finally {
    carrier.port = port;
    await impatient.close();
  }
  expect(await words()).toEqual(['invite 0722123429', 'final 480', 'ack']);
});

it('a customer who does not answer rings until the call is cancelled', async () => {
  await call('0722123429', `${recv(100)}${recv(180)}${cancel}${recv(200)}${recv(487)}${ack}`);
  expect(await words()).toEqual(['invite 0722123429', 'cancel', 'final 487', 'ack']);
});

it('a BYE while it rings ends the call: 200 to the BYE, 487 to the INVITE', async () => {
  await call('0722123429', `${recv(100)}${recv(180)}${bye}${recv(200)}${recv(487)}${ack}`);
  expect(await words()).toEqual(['invite 0722123429', 'bye-received', 'final 487', 'ack']);
});

it('a BYE that does not name the dialog, or comes out of order, ends nothing', async () => {
  const caller = await listenOn(await freeUdpPort());
  const say = (method: string, cseq: number, toTag: string): void => {
    const lines = [
      `${method} sip:0722123429@127.0.0.1 SIP/2.0`,
      `Via: SIP/2.0/UDP 127.0.0.1:${caller.port};branch=z9hG4bK${method}${cseq}${toTag}`,
      'From: <sip:+40259000000@127.0.0.1>;tag=mine',
      `To: <sip:0722123429@127.0.0.1>${toTag && `;tag=${toTag}`}`,
      'Call-ID: one',
      `CSeq: ${cseq} ${method}`,
      'Content-Length: 0',
    ];
    caller.send(`${lines.join('\r\n')}\r\n\r\n`, carrier.port);
  };
  const heard = async (start: string): Promise<string> => {
    const deadline = Date.now() + 5_000;
    for (;;) {
      const found = caller.packets.map(String).find((text) => text.startsWith(start));
      if (found) return found;
      if (Date.now() > deadline) throw new Error(`no ${start}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  say('INVITE', 5, '');
  const tag = /To:.*;tag=(\w+)/.exec(await heard('SIP/2.0 180'))?.[1] ?? '';
  say('BYE', 6, 'stranger');
  await heard('SIP/2.0 481');
  say('BYE', 5, tag);
  await heard('SIP/2.0 500');
  expect(await words()).toEqual(['invite 0722123429']);
  say('BYE', 6, tag);
  await heard('SIP/2.0 487');
  caller.close();
  expect((await lines()).map(({ event }) => event)).toEqual(['invite', 'bye-received', 'final']);
});

it('a customer who listens stays until the caller hangs up, and can be heard', async () => {
  const heard = await listenOn(await freeUdpPort());
  await call(
    '0722123441',
    `${recv(100)}${recv(180)}${answered}${ack}<pause milliseconds="1000"/>${bye}${recv(200)}`,
    heard.port,
  );
  heard.close();
  expect(await words()).toEqual(['invite 0722123441', 'final 200', 'ack', 'bye-received', 'rtp']);
  // 1 s of 20 ms frames; the machine may be busy.
  expect(heard.packets.length).toBeGreaterThan(30);
  expect(heard.packets[0]?.[1]).toBe(0x88);
  expect(await sent()).toBeGreaterThan(30);
});

it('a customer who hangs up sends BYE', async () => {
  await call('0722123462', `${recv(100)}${recv(180)}${answered}${ack}<recv request="BYE"/>${byeOk}`);
  expect(await words()).toEqual(['invite 0722123462', 'final 200', 'ack', 'rtp', 'bye-sent']);
});

it('a customer who puts the caller on hold offers sendonly with music, and comes back', async () => {
  await carrier.close();
  const spoken = Buffer.alloc(1_600, 0x5a);
  carrier = await startCarrier({
    address: '127.0.0.1',
    port: 0,
    witness,
    behaviour: (dialed) => ({ ...behaviourOf(dialed), hold: { afterMs: 200, forMs: 300 } }),
    speech: [spoken],
  });
  const heard = await listenOn(await freeUdpPort());
  const reinvited = (direction: string): string =>
    `<recv request="INVITE"><action><ereg regexp="a=${direction}" search_in="body" check_it="true" assign_to="d"/><log message="[$d]"/></action></recv>${inviteOk(heard.port)}<recv request="ACK"/>`;
  await call(
    '0722123057',
    `${recv(100)}${recv(180)}${answered}${ack}${reinvited('sendonly')}${reinvited('sendrecv')}<pause milliseconds="200"/>${bye}${recv(200)}`,
    heard.port,
  );
  heard.close();
  const said = await words();
  expect(said.filter((word) => word !== 'rtp')).toEqual([
    'invite 0722123057',
    'final 200',
    'ack',
    'hold',
    'resume',
    'bye-received',
  ]);
  const isSpeech = heard.packets.map((packet) => packet[12] === 0x5a);
  expect(isSpeech[0]).toBe(true);
  expect(isSpeech).toContain(false);
  expect(isSpeech.at(-1)).toBe(true);
});

it('a customer who presses a key sends RFC 4733 events whose end is told three times', async () => {
  const heard = await listenOn(await freeUdpPort());
  await call(
    '0722123474',
    `${recv(100)}${recv(180)}${answered}${ack}<pause milliseconds="7000"/>${bye}${recv(200)}`,
    heard.port,
  );
  heard.close();
  expect(await words()).toContain('key 1');
  const events = heard.packets.filter((packet) => ((packet[1] ?? 0) & 0x7f) === 101);
  expect(events[0]?.[1]).toBe(0xe5);
  expect(new Set(events.map((packet) => packet[12]))).toEqual(new Set([1]));
  expect(new Set(events.map((packet) => packet.readUInt32BE(4))).size).toBe(1);
  expect(events.filter((packet) => ((packet[13] ?? 0) & 0x80) !== 0)).toHaveLength(3);
});

it('early media is heard before the answer', async () => {
  await call('0722123496', `${recv(100)}${recv(183)}${answered}${ack}${bye}${recv(200)}`);
  expect(await words()).toEqual(['invite 0722123496', 'final 200', 'ack', 'bye-received', 'rtp']);
});

it('garbage ends nothing, and sixty calls at once all get their answer', async () => {
  const socket = createSocket('udp4');
  for (const text of [
    '',
    '\0\0\0',
    'INVITE',
    'INVITE x SIP/2.0\r\n\r\n',
    `OPTIONS sip:a SIP/2.0\r\n${'X: y\r\n'.repeat(500)}\r\n`,
    'SIP/2.0 200 OK\r\n\r\n',
  ]) {
    await new Promise((resolve) => socket.send(text, carrier.port, '127.0.0.1', resolve));
  }
  socket.close();
  await call('0722123400', `${recv(100)}${optional180}${recv(486)}${ack}`, undefined, 60);
  expect((await words()).filter((word) => word === 'ack')).toHaveLength(60);
});

const recv = (status: number): string => `<recv response="${status}"/>`;
const optional180 = '<recv response="180" optional="true"/>';
const answered = '<recv response="200" rrs="true"/>';
const CALL =
  'From: <sip:+40259000000@[local_ip]:[local_port]>;tag=[pid]t[call_number]\nCall-ID: [call_id]\nMax-Forwards: 70\nContent-Length: 0';
const request = (method: string, via: string, to: string): string =>
  `<send><![CDATA[\n\n${method} sip:[service]@[remote_ip]:[remote_port] SIP/2.0\n${via}\n${to}\nCSeq: ${method === 'BYE' ? 2 : 1} ${method}\n${CALL}\n\n]]></send>`;
const NEW_VIA = 'Via: SIP/2.0/UDP [local_ip]:[local_port];branch=[branch]';
const PEER = 'To: <sip:[service]@[remote_ip]:[remote_port]>[peer_tag_param]';
const ack = request('ACK', NEW_VIA, PEER);
const bye = request('BYE', NEW_VIA, PEER);
const cancel = request('CANCEL', '[last_Via:]', 'To: <sip:[service]@[remote_ip]:[remote_port]>');
const inviteOk = (port: number): string =>
  `<send><![CDATA[\n\nSIP/2.0 200 OK\n[last_Via:]\n[last_From:]\n[last_To:]\n[last_Call-ID:]\n[last_CSeq:]\nContact: <sip:apel@[local_ip]:[local_port]>\nContent-Type: application/sdp\nContent-Length: [len]\n\nv=0\no=c 1 1 IN IP4 127.0.0.1\ns=-\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio ${port} RTP/AVP 8\n\n]]></send>`;
const byeOk =
  '<send><![CDATA[\n\nSIP/2.0 200 OK\n[last_Via:]\n[last_From:]\n[last_To:]\n[last_Call-ID:]\n[last_CSeq:]\nContent-Length: 0\n\n]]></send>';

/** Runs sipp as the caller; rejects when a message that the scenario waits for does not come. */
async function call(number: string, steps: string, rtpPort = 40_000, count = 1): Promise<void> {
  const sdp = `v=0\no=c 1 1 IN IP4 127.0.0.1\ns=-\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio ${rtpPort} RTP/AVP 8 101\na=rtpmap:101 telephone-event/8000`;
  const invite = `<send retrans="500"><![CDATA[\n\nINVITE sip:[service]@[remote_ip]:[remote_port] SIP/2.0\n${NEW_VIA}\nTo: <sip:[service]@[remote_ip]:[remote_port]>\nContact: <sip:apel@[local_ip]:[local_port]>\nCSeq: 1 INVITE\nFrom: <sip:+40259000000@[local_ip]:[local_port]>;tag=[pid]t[call_number]\nCall-ID: [call_id]\nMax-Forwards: 70\nContent-Type: application/sdp\nContent-Length: [len]\n\n${sdp}\n\n]]></send>`;
  const scenario = join(folder, `${number}-${performance.now()}.xml`);
  await writeFile(scenario, `<?xml version="1.0"?>\n<scenario name="c">${invite}${steps}</scenario>\n`);
  const args = ['-sf', scenario, '-s', number, '-i', '127.0.0.1', '-p', String(await freeUdpPort())];
  const limits = [
    '-m',
    String(count),
    '-r',
    '200',
    '-l',
    '100',
    '-recv_timeout',
    '10000',
    '-timeout',
    '15',
    '-nostdin',
  ];
  const child = spawn('sipp', [...args, ...limits, `127.0.0.1:${carrier.port}`], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`sipp ended with ${code}: ${output.slice(-1500)}`);
}

interface Line {
  event: string;
  dialed?: string;
  status?: number;
  key?: string;
  sent?: number;
}

async function lines(): Promise<Line[]> {
  return (await readFile(log, 'utf8'))
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line);
}

/** The record in words; sipp may leave before its last ACK is read, so the last line is waited for. */
async function words(): Promise<string[]> {
  const deadline = Date.now() + 2_000;
  for (;;) {
    const all = await lines();
    const last = all.at(-1)?.event;
    if (last !== 'final' || Date.now() > deadline) {
      return all.map(({ event, dialed, status, key }) =>
        [event, dialed ?? status ?? key].filter(Boolean).join(' '),
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function sent(): Promise<number> {
  return (await lines()).find((line) => line.event === 'rtp')?.sent ?? 0;
}

async function freeUdpPort(): Promise<number> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', () => resolve()));
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(() => resolve()));
  return port;
}

interface Listener {
  port: number;
  packets: Buffer[];
  send(text: string, port: number): void;
  close(): void;
}

async function listenOn(port: number): Promise<Listener> {
  const socket = createSocket('udp4');
  const packets: Buffer[] = [];
  socket.on('message', (packet) => packets.push(packet));
  await new Promise<void>((resolve) => socket.bind(port, '127.0.0.1', () => resolve()));
  return {
    port,
    packets,
    send: (text, to) => socket.send(text, to, '127.0.0.1'),
    close: () => socket.close(),
  };
}
