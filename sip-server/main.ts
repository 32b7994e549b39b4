import { readConfig, USAGE } from './config.ts';
import { createSipServer, type SipServer } from './server.ts';

/** Process entry: one readiness line on stdout, diagnostics on stderr, exit code 1 with one line on failure. */
async function main(): Promise<void> {
  if (process.argv.includes('--help')) {
    process.stdout.write(`${USAGE}\n`);
    return;
  }
  const options = readConfig(process.argv.slice(2), process.env);
  const logger = {
    warn: (message: string, fields?: Readonly<Record<string, unknown>>) =>
      void process.stderr.write(
        `${JSON.stringify({ level: 'warn', part: 'sip-server', message, ...fields })}\n`,
      ),
  };
  const server = await createSipServer({ ...options, logger });
  const contact = (protocol: string) => {
    const found = server.contacts.find((candidate) => candidate.protocol === protocol);
    return found ? { host: found.address, port: found.port } : null;
  };
  const admin = { host: options.admin?.host, port: server.adminPort };
  const ready = {
    ready: true,
    admin,
    udp: contact('udp'),
    tcp: contact('tcp'),
    tls: contact('tls'),
    ws: contact('ws'),
  };
  endOnSignals(server);
  process.stdout.write(`${JSON.stringify(ready)}\n`);
}

/** Exits 0 within two seconds, whatever connections linger. */
function endOnSignals(server: SipServer): void {
  const end = () => {
    setTimeout(() => process.exit(0), 1_500).unref();
    void server.close().finally(() => process.exit(0));
  };
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
}

main().catch((error: unknown) => {
  process.stderr.write(`sip-server: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
