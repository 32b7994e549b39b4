/**
 * All that the API needs from outside, as one object: `createApp(deps)`.
 * @module
 */
import type { SipAccess } from '../contracts/http/desk.ts';
import type { Database } from '../db/client.ts';
import type { Clock } from '../platform/clock.ts';
import type { EdgeControl } from '../platform/edge-control.ts';
import type { Keys } from '../platform/keys.ts';
import type { Logger } from '../platform/logger.ts';
import type { Metrics } from '../platform/metrics.ts';
import type { CallWorkflows } from './desk/call-workflows.ts';
import type { ImportWorkflows } from './imports/import-workflows.ts';

export interface ApiDeps {
  db: Database;
  clock: Clock;
  logger: Logger;
  metrics: Metrics;
  /** Keys of the codec endpoint. */
  codecKeys: Keys['codec'];
  /** Resolves when Temporal answers, rejects otherwise; bounded by itself. */
  checkTemporal(): Promise<void>;
  /** Root of finished recordings; nothing outside is ever served. */
  recordingsDir: string;
  /** Converted prompts, `<sha256>.wav`; shared with the edges. */
  promptsDir: string;
  /** Built page; null serves the API alone. */
  uiDir: string | null;
  /** Bearer tokens of machines, see `auth/service-token.ts`. */
  tokens: { codec: string; metrics: string };
  /** Exact origins of Temporal UIs that may use the codec endpoint from a browser. */
  temporalUiOrigins: readonly string[];
  /** Addresses and networks whose `X-Forwarded-For` is believed, besides loopback. */
  trustedProxies: readonly string[];
  /** Zone of days where no campaign is named. */
  siteZone: string;
  /** 32 bytes; secrets at rest (`platform/secrets.ts`). */
  secretKey: Buffer;
  /** STUN and TURN servers for desks; none on a plain network. */
  iceServers: SipAccess['iceServers'];
  callWorkflows: CallWorkflows;
  importWorkflows: ImportWorkflows;
  /** What imports name files of; uploads go below it. */
  importsDir: string;
  edgeControl: Pick<EdgeControl, 'command' | 'deskGone' | 'startEcho' | 'endEcho'>;
  /** How often open sockets are asked whether their log-in still holds; default 2 s. What changes here is seen at once. */
  checkMs?: number;
}
