/**
 * A STUN server for tests (RFC 8489): says whatever address it is told to say, and notes who asks it for a relay (RFC 8656).
 * @module
 */
import { createSocket } from 'node:dgram';

const BINDING = 0x0001;
const ALLOCATE = 0x0003;
const COOKIE = 0x2112_a442;

export interface TestStunServer {
  port: number;
  /** How often its word was asked. */
  bindings(): number;
  /** User names with which a relay was asked for. */
  users(): readonly string[];
  close(): Promise<void>;
}

/** @param mapped the address that it says it sees */
export async function startStunServer(mapped: { address: string; port: number }): Promise<TestStunServer> {
  const socket = createSocket('udp4');
  const users: string[] = [];
  let bindings = 0;
  socket.on('message', (message, from) => {
    if (message.length < 20 || message.readUInt32BE(4) !== COOKIE) return;
    const type = message.readUInt16BE(0);
    const user = attributeOf(message, 0x0006)?.toString('utf8');
    if (type === ALLOCATE && user !== undefined) users.push(user);
    if (type === BINDING) bindings += 1;
    if (type === BINDING)
      socket.send(answer(message, 0x0101, [[0x0020, xored(mapped)]]), from.port, from.address);
    if (type !== ALLOCATE || user !== undefined) return;
    const challenge: [number, Buffer][] = [
      [0x0009, Buffer.from([0, 0, 4, 1])],
      [0x0014, Buffer.from('apel')],
      [0x0015, Buffer.from('nonce-12')],
    ];
    socket.send(answer(message, 0x0113, challenge), from.port, from.address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return {
    port: socket.address().port,
    bindings: () => bindings,
    users: () => users,
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}

function attributeOf(message: Buffer, wanted: number): Buffer | undefined {
  for (let at = 20; at + 4 <= message.length;) {
    const length = message.readUInt16BE(at + 2);
    if (message.readUInt16BE(at) === wanted) return message.subarray(at + 4, at + 4 + length);
    at += 4 + Math.ceil(length / 4) * 4;
  }
  return undefined;
}

function xored({ address, port }: { address: string; port: number }): Buffer {
  const bytes = Buffer.from([0, 1, 0, 0, ...address.split('.').map(Number)]);
  bytes.writeUInt16BE(port ^ (COOKIE >>> 16), 2);
  bytes.writeUInt32BE((bytes.readUInt32BE(4) ^ COOKIE) >>> 0, 4);
  return bytes;
}

/** Lengths of all values here are multiples of four. */
function answer(request: Buffer, type: number, attributes: readonly [number, Buffer][]): Buffer {
  const body = attributes.map(([kind, value]) => {
    const head = Buffer.alloc(4);
    head.writeUInt16BE(kind, 0);
    head.writeUInt16BE(value.length, 2);
    return Buffer.concat([head, value]);
  });
  const header = Buffer.from(request.subarray(0, 20));
  header.writeUInt16BE(type, 0);
  header.writeUInt16BE(Buffer.concat(body).length, 2);
  return Buffer.concat([header, ...body]);
}
