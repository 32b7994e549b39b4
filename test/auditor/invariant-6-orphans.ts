import { randomUUID } from 'node:crypto';
import { createSocket } from 'node:dgram';
import type { AuditContext } from './audit-context.ts';

/** How long a dialog or media session may outlive its owner. */
const PATIENCE_MS = 30_000;
const ASK_AGAIN_MS = 1_000;
const ANSWER_MS = 30_000;

/** No SIP dialog (as the carrier sees it) and no rtpengine session without an open call 30 s after its end. */
export async function auditOrphans({ db, carrier, options }: AuditContext): Promise<string[]> {
  const { rows } = await db.query<{ id: string; over: Date | null; committed: boolean }>(
    `select id::text, coalesce(ended_at, committed_at) as over, committed_at is not null as committed from calls`,
  );
  const findings: string[] = [];
  const deadline = options.now.getTime() - PATIENCE_MS;
  for (const row of rows) {
    const call = carrier.get(row.id);
    if (!call || !row.committed || !row.over || row.over.getTime() > deadline) continue;
    if (call.answeredAt !== undefined && call.endedAt === undefined)
      findings.push(
        `call ${row.id}: over since ${row.over.toISOString()}, but its dialog still stands at the carrier`,
      );
    if (call.endedAt !== undefined && call.open.size > 0)
      findings.push(`call ${row.id}: over, but ${call.open.size} more who answered it are still on the line`);
    if (call.finalStatus === undefined && call.cancelledAt === undefined)
      findings.push(`call ${row.id}: over since ${row.over.toISOString()}, but the carrier still rings`);
  }
  const over = new Map(rows.filter((row) => row.committed).map((row) => [row.id, row.over?.getTime() ?? 0]));
  for (const session of await mediaSessions(options.rtpengineNg)) {
    const overAt = over.get(session);
    if (overAt === undefined || overAt > deadline) continue;
    const created = await createdAt(options.rtpengineNg, session);
    if (created !== undefined)
      findings.push(`call ${session}: over, but rtpengine still holds its media, made at ${created}`);
  }
  return findings;
}

/** Call-ids that rtpengine knows. */
async function mediaSessions(address: string): Promise<string[]> {
  const { calls } = await ask(address, { command: 'list', limit: 100_000 });
  return Array.isArray(calls) ? (calls as string[]) : [];
}

/** When rtpengine made a call that its list names; undefined when there is no such call (any more). */
async function createdAt(address: string, callId: string): Promise<string | undefined> {
  const { created } = await ask(address, { command: 'query', 'call-id': callId });
  return typeof created === 'number' ? new Date(created * 1_000).toISOString() : undefined;
}

/** One command of the NG protocol, asked in JSON; again each second, as UDP and a busy rtpengine want it. */
async function ask(address: string, command: object): Promise<Record<string, unknown>> {
  const [host = '', port = ''] = address.split(':');
  const socket = createSocket('udp4');
  // The same cookie: rtpengine answers a repeated one from its memory.
  const request = `audit${randomUUID()} ${JSON.stringify(command)}`;
  const again = setInterval(() => socket.send(request, Number(port), host), ASK_AGAIN_MS);
  try {
    const reply = await new Promise<string>((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`rtpengine at ${address} did not answer in ${ANSWER_MS / 1_000} s`)),
        ANSWER_MS,
      );
      socket.once('error', reject);
      socket.once('message', (message) => {
        clearTimeout(timer);
        resolve(message.toString());
      });
      socket.send(request, Number(port), host);
    });
    return JSON.parse(reply.slice(reply.indexOf(' ') + 1)) as Record<string, unknown>;
  } finally {
    clearInterval(again);
    socket.close();
  }
}
