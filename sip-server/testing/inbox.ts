import { parseMessage } from '../message/parse.ts';
import { headerOf, type SipMessage, type SipRequest } from '../message/types.ts';

/** How long a test waits for a message before it fails. */
const PATIENCE_MS = 30_000;

/** What came in for a SIP endpoint that a test plays. */
export interface Inbox {
  /** All that came in, in order. */
  readonly received: readonly SipMessage[];
  put(text: string): void;
  /** The next message, not yet taken, that fits; fails after a deadline. */
  take(what: string, fits?: (message: SipMessage) => boolean): Promise<SipMessage>;
  takeRequest(method: string): Promise<SipRequest>;
  takeStatus(status: number, method?: string): Promise<SipMessage>;
}

export function createInbox(): Inbox {
  const received: SipMessage[] = [];
  const untaken: SipMessage[] = [];
  const wakers = new Set<() => void>();
  const take: Inbox['take'] = async (what, fits = () => true) => {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      const index = untaken.findIndex(fits);
      const [found] = index < 0 ? [] : untaken.splice(index, 1);
      if (found) return found;
      if (Date.now() > deadline)
        throw new Error(`no ${what} came; got: ${received.map(startOf).join(' | ')}`);
      await nextOrTimeout(wakers, deadline - Date.now() + 1);
    }
  };
  return {
    received,
    put(text) {
      const parsed = parseMessage(text, 'content-length');
      if (!parsed.ok) return;
      received.push(parsed.message);
      untaken.push(parsed.message);
      for (const wake of wakers) wake();
    },
    take,
    takeRequest: async (method) =>
      (await take(
        method,
        (message) => message.kind === 'request' && message.method === method,
      )) as SipRequest,
    takeStatus: (status, method) =>
      take(String(status), (message) => {
        const fits = message.kind === 'response' && message.status === status;
        return fits && (method === undefined || (headerOf(message, 'cseq') ?? '').endsWith(method));
      }),
  };
}

function startOf(message: SipMessage): string {
  return message.kind === 'request' ? message.method : String(message.status);
}

function nextOrTimeout(wakers: Set<() => void>, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done(): void {
      clearTimeout(timer);
      wakers.delete(done);
      resolve();
    }
    wakers.add(done);
  });
}
