/**
 * Answers to what never becomes a request of the application: bytes that are no HTTP, headers without end, a `Host` that
 * is none. They are problem documents with the same headers as every other answer.
 * @module
 */
import { randomUUID } from 'node:crypto';
import { ServerResponse, STATUS_CODES, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ProblemCode } from '../../contracts/http/problem.ts';
import { problemBody } from './problem.ts';
import { SECURITY_HEADERS } from './security.ts';

/** The document where there is no context to ask: its request id stands in no log, because nothing was done. */
export function bareProblem(code: ProblemCode): Response {
  const { body, headers } = makeProblem(code);
  return new Response(JSON.stringify(body), { status: body.status, headers });
}

/**
 * Node answers these with a bare status line. A socket that was reset, or has begun an answer, gets nothing.
 * An `Expect` that we do not know is ignored, as RFC 9110 §10.1.1 allows.
 */
export function answerProtocolErrors(server: Server): void {
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable || hasBegun(socket)) {
      socket.destroy();
      return;
    }
    endWithProblem(socket, codeOf(error));
  });
  server.on('checkExpectation', (request, response) => void server.emit('request', request, response));
}

/** Writes a whole answer to a bare socket, and ends it. */
export function endWithProblem(socket: Duplex, code: ProblemCode): void {
  const { body, headers } = makeProblem(code);
  const text = JSON.stringify(body);
  const head = [
    `HTTP/1.1 ${body.status} ${STATUS_CODES[body.status] ?? ''}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    `content-length: ${Buffer.byteLength(text)}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${text}`);
}

function codeOf(error: NodeJS.ErrnoException): ProblemCode {
  switch (error.code) {
    case 'HPE_HEADER_OVERFLOW':
      return 'headers-too-large';
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return 'too-large';
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return 'timed-out';
    default:
      return 'invalid-request';
  }
}

/** Node keeps the answer under way here; writing into it would make two answers of one. */
function hasBegun(socket: Duplex): boolean {
  const answer: unknown = Reflect.get(socket, '_httpMessage');
  return answer instanceof ServerResponse && answer.headersSent;
}

function makeProblem(code: ProblemCode) {
  const body = problemBody(code, {}, randomUUID());
  return {
    body,
    headers: {
      ...SECURITY_HEADERS,
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      'x-request-id': body.requestId,
    },
  };
}
