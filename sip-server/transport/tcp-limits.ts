/** How much of the server strangers may hold by connecting. */
export interface TcpLimits {
  /** Connections that peers opened, at once; a carrier needs one or two. */
  readonly connections: number;
  /** Of these from one address. Phones behind one NAT share it; a flood from one host stays below the whole. */
  readonly connectionsPerAddress: number;
  /** A quiet connection is closed; in-dialog requests open another. */
  readonly idleMs: number;
  /** From its first byte, or from the opening of the connection, until a message must be complete. */
  readonly partialMs: number;
}

export const DEFAULT_TCP_LIMITS: TcpLimits = {
  connections: 1_024,
  connectionsPerAddress: 256,
  idleMs: 15 * 60_000,
  partialMs: 32_000,
};
