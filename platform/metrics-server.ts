/**
 * Metrics and health of one process over HTTP, for Prometheus and for the health checks of containers. There is no
 * log-in: it listens on loopback or on an internal network, and only where `APEL_METRICS_LISTEN` says so.
 * @module
 */
import { createServer, type Server, type ServerResponse } from 'node:http';
import { ConfigError, type HostPort } from './config.ts';
import type { Metrics } from './metrics.ts';

export interface MetricsServerOptions {
  listen: HostPort;
  metrics: Pick<Metrics, 'metrics' | 'contentType'>;
  /** True between the start and the end of the process's work. */
  isReady: () => boolean;
  /** Text in Prometheus' format that somebody else renders, such as the Temporal SDK. Left out when it fails. */
  more?: () => Promise<string>;
}

export interface MetricsServer {
  /** The port that was opened; 0 in the options lets the operating system choose. */
  port: number;
  close(): Promise<void>;
}

const REQUEST_TIMEOUT_MS = 5_000;
/** Node's own 30 s would let silent strangers hold every connection for so long, and the process look ill. */
const CHECK_MS = 500;
const MAX_CONNECTIONS = 50;

/**
 * `GET /metrics` · `GET /healthz` (200 while the process answers) · `GET /readyz` (200 while it works, else 503).
 * @throws ConfigError when the address cannot be used
 */
export async function startMetricsServer(options: MetricsServerOptions): Promise<MetricsServer> {
  const server = createServer(
    {
      requestTimeout: REQUEST_TIMEOUT_MS,
      headersTimeout: REQUEST_TIMEOUT_MS,
      connectionsCheckingInterval: CHECK_MS,
    },
    (request, response) => {
      const path = request.method === 'GET' ? request.url?.split('?')[0] : undefined;
      void answer(options, path, response);
    },
  );
  server.maxConnections = MAX_CONNECTIONS;
  const port = await listen(server, options.listen);
  return {
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  options: MetricsServerOptions,
  path: string | undefined,
  response: ServerResponse,
): Promise<void> {
  response.setHeader('connection', 'close');
  switch (path) {
    case '/healthz':
      return reply(response, 200, 'text/plain', 'ok\n');
    case '/readyz':
      return options.isReady()
        ? reply(response, 200, 'text/plain', 'ready\n')
        : reply(response, 503, 'text/plain', 'not ready\n');
    case '/metrics':
      return render(options).then(
        (text) => reply(response, 200, options.metrics.contentType, text),
        () => reply(response, 500, 'text/plain', 'metrics cannot be rendered\n'),
      );
    default:
      return reply(response, 404, 'text/plain', 'not found\n');
  }
}

async function render({ metrics, more }: MetricsServerOptions): Promise<string> {
  const [own, others] = await Promise.all([metrics.metrics(), more?.().catch(() => '') ?? '']);
  return others === '' ? own : `${own}\n${others}`;
}

function reply(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'content-type': type });
  response.end(body);
}

function listen(server: Server, { host, port }: HostPort): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(new ConfigError('APEL_METRICS_LISTEN', `${host}:${port} cannot be used (${error.code})`)),
    );
    server.listen(port, host, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : port);
    });
  });
}
