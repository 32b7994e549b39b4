/**
 * An HTTP client without manners: it sends the bytes it is given. For tests of hostile input only.
 * @module
 */
import { connect } from 'node:net';

export interface RawAnswer {
  /** 0: the connection ended without an answer. */
  status: number;
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>;
  body: string;
}

export interface RawRequest {
  method: string;
  /** As it goes on the wire; nothing is encoded. */
  target: string;
  headers?: readonly (readonly [name: string, value: string])[];
  body?: Buffer | string;
}

/** The bytes of a request; `Connection: close` and, for a body, its length unless the headers say otherwise. */
export function requestBytes(host: string, request: RawRequest): Buffer {
  const headers = [...(request.headers ?? [])];
  const has = (name: string): boolean => headers.some(([given]) => given.toLowerCase() === name);
  if (!has('host')) headers.unshift(['Host', host]);
  if (!has('connection')) headers.push(['Connection', 'close']);
  const body = Buffer.from(request.body ?? '');
  if (body.length > 0 && !has('content-length') && !has('transfer-encoding')) {
    headers.push(['Content-Length', String(body.length)]);
  }
  const head = [`${request.method} ${request.target} HTTP/1.1`, ...headers.map(([n, v]) => `${n}: ${v}`)];
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1'), body]);
}

/**
 * Sends bytes and reads until the other side closes.
 * @param url of the server, `http://127.0.0.1:1234`
 * @throws Error when the connection is still open after `deadlineMs`: a hang
 */
export function sendRaw(url: string, bytes: Buffer, deadlineMs = 10_000): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    const timer = setTimeout(() => {
      socket.destroy();
      const seen = Buffer.concat(chunks).toString('latin1').slice(0, 200);
      reject(new Error(`the connection still hangs after ${deadlineMs} ms; answered so far: ${seen}`));
    }, deadlineMs);
    socket.on('data', (chunk) => chunks.push(chunk));
    // The server may close while we still send: what it said before counts.
    socket.on('error', () => {});
    socket.on('close', () => {
      clearTimeout(timer);
      resolve(parseAnswer(Buffer.concat(chunks)));
    });
  });
}

function parseAnswer(bytes: Buffer): RawAnswer {
  const text = bytes.toString('latin1');
  const end = text.indexOf('\r\n\r\n');
  const [first = '', ...lines] = text.slice(0, Math.max(end, 0)).split('\r\n');
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(first)?.[1] ?? 0);
  const headers = Object.fromEntries(
    lines.map((line) => [
      line.slice(0, line.indexOf(':')).toLowerCase(),
      line.slice(line.indexOf(':') + 1).trim(),
    ]),
  );
  const raw = end < 0 ? bytes : bytes.subarray(end + 4);
  const body = headers['transfer-encoding'] === 'chunked' ? unchunk(raw) : raw;
  return { status, headers, body: body.toString('utf8') };
}

function unchunk(bytes: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; ;) {
    const lineEnd = bytes.indexOf('\r\n', at);
    const size = lineEnd < 0 ? 0 : Number.parseInt(bytes.toString('latin1', at, lineEnd), 16);
    if (!(size > 0)) return Buffer.concat(parts);
    parts.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 2 + size + 2;
  }
}
