/**
 * What the carrier saw, from its own files: the witness that no part of Apel writes.
 * @module
 */
import { readFile } from 'node:fs/promises';

/** One call as the carrier saw it, keyed by SIP Call-ID. Times in ms since the epoch. */
export interface CarrierCall {
  callId: string;
  /** User part of the request URI, as it came. */
  dialed: string;
  /** Initial INVITEs with a new branch; retransmissions are not counted. Anything but 1 is a double dial. */
  invites: number;
  invitedAt: number;
  /** Final status that the carrier sent to the INVITE. */
  finalStatus?: number;
  finalAt?: number;
  answeredAt?: number;
  cancelledAt?: number;
  /** When the dialog ended, by a BYE of either side, as the carrier saw it. */
  endedAt?: number;
  /** To tags of the far ends that answered (several, where a proxy forked) and that nobody has hung up on. */
  open: Set<string>;
  /** Menu keys that the customer pressed. */
  keys: string;
}

interface LogLine {
  at: string;
  event: string;
  callId: string;
  [field: string]: unknown;
}

/** Reads the NDJSON log of the simulated carrier (`demo/carrier`), or of a sipp run converted to the same form. */
export async function readCarrierRecord(files: readonly string[]): Promise<Map<string, CarrierCall>> {
  const calls = new Map<string, CarrierCall>();
  for (const file of files) {
    const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      throw new Error(`carrier log ${file} cannot be read: ${error.code ?? error.message}`);
    });
    const lines = text.split('\n');
    for (const [index, line] of lines.entries()) {
      if (line.trim() === '') continue;
      // A log cut by kill -9 may end in half a line; anywhere else half a line is a defect of the witness.
      let parsed: LogLine;
      try {
        parsed = JSON.parse(line) as LogLine;
      } catch {
        if (index >= lines.length - 2) continue;
        throw new Error(`carrier log ${file}, line ${index + 1} is not JSON`);
      }
      applyLine(calls, parsed);
    }
  }
  return calls;
}

function applyLine(calls: Map<string, CarrierCall>, line: LogLine): void {
  const at = Date.parse(line.at);
  if (line.event === 'invite') {
    const known = calls.get(line.callId);
    if (known) known.invites += 1;
    else
      calls.set(line.callId, {
        callId: line.callId,
        dialed: textOf(line['dialed']),
        invites: 1,
        invitedAt: at,
        keys: '',
        open: new Set(),
      });
    return;
  }
  const call = calls.get(line.callId);
  if (!call) return;
  switch (line.event) {
    case 'final':
      call.finalStatus = Number(line['status']);
      call.finalAt = at;
      if (call.finalStatus < 200 || call.finalStatus >= 300) break;
      call.answeredAt ??= at;
      if (line['tag'] !== undefined) call.open.add(textOf(line['tag']));
      break;
    case 'cancel':
      call.cancelledAt ??= at;
      break;
    case 'bye-received':
    case 'bye-sent':
      call.endedAt ??= at;
      call.open.delete(textOf(line['tag']));
      break;
    case 'key':
      call.keys += textOf(line['key']);
      break;
    default:
      break;
  }
}

function textOf(field: unknown): string {
  return typeof field === 'string' ? field : '';
}
