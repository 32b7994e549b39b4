/**
 * SIP: `DRACHTIO_HOST` and its fellows, else our own server.
 * @module
 */
import type { PartSpec } from '../supervisor/part-spec.ts';
import { nodePart } from './node-part.ts';

export interface SipServerOptions {
  /** Folder of `getParts`. */
  parts: string;
  adminPort: number;
  sipPort: number;
  /** Where the API passes desks on to. */
  wsPort: number;
  secret: string;
}

export function sipServerPart(options: SipServerOptions): PartSpec {
  return nodePart({
    name: 'sip-server',
    program: 'sip-server/main.ts',
    parts: options.parts,
    env: {
      ...process.env,
      SIP_SERVER_ADMIN_PORT: String(options.adminPort),
      SIP_SERVER_SECRET: options.secret,
      SIP_SERVER_UDP: `127.0.0.1:${options.sipPort}`,
      SIP_SERVER_TCP: `127.0.0.1:${options.sipPort}`,
      SIP_SERVER_WS: `127.0.0.1:${options.wsPort}`,
    },
  });
}
