import { parseSipUri } from '../message/uri.ts';
import type { Flow } from '../transport/flow.ts';

/** Contacts that one connection may register at once; a browser needs one, another one while it changes it. */
const MAX_CONTACTS_PER_FLOW = 8;

interface Binding {
  readonly flow: Flow;
  readonly arrivedAt: number;
  readonly until: number;
}

/**
 * Which connection leads to which browser (RFC 5626 §5.3 in small): user and host of the Contact it registered, as it wrote
 * them, for as long as the registrar granted. An entry ends with its time, with its connection, or with a newer REGISTER.
 */
export class FlowMemory {
  readonly #bindings = new Map<string, Binding>();
  readonly #keysOf = new Map<Flow, Set<string>>();
  readonly #now: () => number;

  /** @param now milliseconds of a clock that never goes back */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  get size(): number {
    return this.#bindings.size;
  }

  /**
   * @param arrivedAt when the REGISTER came: answers may overtake each other, the newest REGISTER of a Contact wins
   * @param seconds as granted; 0 forgets
   */
  remember(
    uri: string,
    { flow, arrivedAt, seconds }: { flow: Flow; arrivedAt: number; seconds: number },
  ): void {
    const key = keyOf(uri);
    if (key === undefined) return;
    const before = this.#bindings.get(key);
    if (before && before.arrivedAt > arrivedAt) return;
    if (before) this.#drop(key, before);
    if (seconds <= 0 || !flow.alive) return;
    const keys = this.#keysOf.get(flow) ?? this.#watch(flow);
    this.#makeRoom(keys);
    keys.add(key);
    this.#bindings.set(key, { flow, arrivedAt, until: this.#now() + seconds * 1_000 });
    flow.markRegistered?.();
  }

  /** The open connection of whoever registered this Contact; undefined when there is none (any more). */
  find(uri: string): Flow | undefined {
    const key = keyOf(uri);
    const binding = key === undefined ? undefined : this.#bindings.get(key);
    if (key === undefined || !binding) return undefined;
    if (binding.flow.alive && binding.until > this.#now()) return binding.flow;
    this.#drop(key, binding);
    return undefined;
  }

  /** All that was registered by this connection (`Contact: *`). */
  forgetFlow(flow: Flow): void {
    const keys = this.#keysOf.get(flow);
    for (const key of keys ?? []) this.#bindings.delete(key);
    keys?.clear();
  }

  #drop(key: string, { flow }: Binding): void {
    this.#bindings.delete(key);
    this.#keysOf.get(flow)?.delete(key);
  }

  #watch(flow: Flow): Set<string> {
    const keys = new Set<string>();
    this.#keysOf.set(flow, keys);
    flow.whenClosed?.(() => {
      this.forgetFlow(flow);
      this.#keysOf.delete(flow);
    });
    return keys;
  }

  /** The oldest Contact of the connection goes. */
  #makeRoom(keys: Set<string>): void {
    const [oldest] = keys;
    if (keys.size < MAX_CONTACTS_PER_FLOW || oldest === undefined) return;
    keys.delete(oldest);
    this.#bindings.delete(oldest);
  }
}

/** User as written, host in lower case (RFC 3261 §19.1.4); undefined for what is no SIP URI. */
function keyOf(uri: string): string | undefined {
  const parsed = parseSipUri(uri);
  return parsed && `${parsed.user}@${parsed.host.toLowerCase()}`;
}
