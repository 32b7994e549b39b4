/** A connection that a peer opened. */
export interface InboundFlow {
  readonly remoteAddress: string;
  /** What it has shown of itself; the lowest gives way first. 0: it never said anything, 1: it did, 2: an application knows it. */
  readonly standing: number;
  destroy(error?: Error): void;
}

export interface InboundLimits {
  /** Connections at once. */
  readonly connections: number;
  /** Of these from one address. */
  readonly connectionsPerAddress: number;
}

/**
 * The connections that peers opened, oldest first. When there are too many, the newcomer is let in and another one goes:
 * the oldest of those with the lowest standing. So nobody can keep others out by holding connections open; a peer
 * that loses its connection by this opens another, and calls are not bound to one.
 */
export class InboundFlows<F extends InboundFlow> {
  readonly #flows = new Set<F>();
  readonly #perAddress = new Map<string, number>();
  readonly #limits: InboundLimits;

  constructor(limits: InboundLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#flows.size;
  }

  [Symbol.iterator](): Iterator<F> {
    return this.#flows.values();
  }

  add(flow: F): void {
    const address = flow.remoteAddress;
    const ofAddress = this.#perAddress.get(address) ?? 0;
    if (ofAddress >= this.#limits.connectionsPerAddress)
      this.#evict((other) => other.remoteAddress === address);
    else if (this.#flows.size >= this.#limits.connections) this.#evict(() => true);
    this.#flows.add(flow);
    this.#perAddress.set(address, (this.#perAddress.get(address) ?? 0) + 1);
  }

  remove(flow: F): void {
    if (!this.#flows.delete(flow)) return;
    const left = (this.#perAddress.get(flow.remoteAddress) ?? 1) - 1;
    if (left > 0) this.#perAddress.set(flow.remoteAddress, left);
    else this.#perAddress.delete(flow.remoteAddress);
  }

  /** A flow that is heard from counts as new. */
  touch(flow: F): void {
    if (this.#flows.delete(flow)) this.#flows.add(flow);
  }

  #evict(eligible: (flow: F) => boolean): void {
    let lowest: F | undefined;
    for (const flow of this.#flows) {
      if (!eligible(flow) || (lowest && flow.standing >= lowest.standing)) continue;
      lowest = flow;
      if (flow.standing === 0) break;
    }
    if (!lowest) return;
    this.remove(lowest);
    lowest.destroy(new Error('too many connections'));
  }
}
