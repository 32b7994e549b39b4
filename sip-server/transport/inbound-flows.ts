import type { TcpFlow } from './tcp-flow.ts';
import type { TcpLimits } from './tcp-limits.ts';

/**
 * The connections that peers opened, oldest first. When there are too many, the newcomer is let in and another one goes:
 * the oldest that never said anything, else the oldest. So nobody can keep others out by holding connections open; a peer
 * that loses its connection by this opens another, and calls are not bound to one.
 */
export class InboundFlows {
  readonly #flows = new Set<TcpFlow>();
  readonly #perAddress = new Map<string, number>();
  readonly #limits: TcpLimits;

  constructor(limits: TcpLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#flows.size;
  }

  add(flow: TcpFlow): void {
    const address = flow.remoteAddress;
    const ofAddress = this.#perAddress.get(address) ?? 0;
    if (ofAddress >= this.#limits.connectionsPerAddress)
      this.#evict((other) => other.remoteAddress === address);
    else if (this.#flows.size >= this.#limits.connections) this.#evict(() => true);
    this.#flows.add(flow);
    this.#perAddress.set(address, (this.#perAddress.get(address) ?? 0) + 1);
  }

  remove(flow: TcpFlow): void {
    if (!this.#flows.delete(flow)) return;
    const left = (this.#perAddress.get(flow.remoteAddress) ?? 1) - 1;
    if (left > 0) this.#perAddress.set(flow.remoteAddress, left);
    else this.#perAddress.delete(flow.remoteAddress);
  }

  /** A flow that is heard from counts as new. */
  touch(flow: TcpFlow): void {
    if (this.#flows.delete(flow)) this.#flows.add(flow);
  }

  #evict(eligible: (flow: TcpFlow) => boolean): void {
    let oldest: TcpFlow | undefined;
    for (const flow of this.#flows) {
      if (!eligible(flow)) continue;
      oldest ??= flow;
      if (flow.spoke) continue;
      oldest = flow;
      break;
    }
    if (!oldest) return;
    this.remove(oldest);
    oldest.destroy(new Error('too many connections'));
  }
}
