/**
 * Rules of the world that are data: what `config/*.json` and the pages edit. Every object is versioned; a call names
 * the versions it used. Zod schemas of the same shapes are in `contracts/http/config.ts`.
 * @module
 */
import type { ScriptDef } from './script.ts';
import type { StatusDef } from './status.ts';
import type { ThresholdsDef } from './thresholds.ts';

export const CONFIG_KINDS = [
  'calendar',
  'status',
  'retry-rules',
  'caps',
  'trunk',
  'prompt',
  'script',
  'pause-reason',
  'thresholds',
  'campaign',
] as const;
export type ConfigKind = (typeof CONFIG_KINDS)[number];

export const WEEKDAYS = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** Local wall-clock times `HH:MM`; `to` may be `24:00`. */
export interface LocalInterval {
  from: string;
  to: string;
}

/** WORKDAY hours in an IANA zone. Several intervals a day; a missing weekday is closed. */
export interface CalendarDef {
  name: string;
  zone: string;
  hours: Partial<Record<Weekday, readonly LocalInterval[]>>;
  /** `ro`: Romanian public holidays are closed (computed per year); `none`: no holidays. */
  holidays: 'ro' | 'none';
  /** Further closed local dates, `YYYY-MM-DD`. */
  closedDates?: readonly string[];
}

/** Delay before the next attempt after a status: `delaySeconds * multiplier^(n-1)`, at most `maxDelaySeconds`. */
export interface RetryRule {
  delaySeconds: number;
  multiplier: number;
  maxDelaySeconds: number;
  /** Attempts in all for one contact; reached: the contact is closed as exhausted. */
  maxAttempts: number;
}

/** A named set: status code -> rule. A non-final status without a rule uses `default`. */
export interface RetryRulesDef {
  name: string;
  default: RetryRule;
  byStatus: Readonly<Record<string, RetryRule>>;
}

/** Caps over all campaigns, per number; the day is the local day of the campaign's calendar. */
export interface CapsDef {
  name: string;
  perNumberPerDay: number;
  perNumberTotal: number;
}

/** A SIP trunk. Limits hold for the trunk as a whole, whatever the number of edges. */
export interface TrunkDef {
  name: string;
  host: string;
  port: number;
  /** `tls`: its certificate must be of `host`. */
  transport: 'udp' | 'tcp' | 'tls';
  /** Digest credentials; `password` is stored encrypted (`enc:` form), never returned. */
  credentials?: { username: string; password: string; realm?: string };
  register?: boolean;
  /** How numbers are written in the request URI: +40722…, 0040722…, 0722… */
  numberFormat: 'e164' | '00' | 'national';
  /** Host part of From, when the carrier wants its own domain. */
  fromDomain?: string;
  /** Send P-Asserted-Identity (RFC 3325) with the caller id. */
  assertIdentity?: boolean;
  maxChannels: number;
  callsPerSecond: number;
  /** E.164 prefixes that may be dialed; default: Romanian geographic and mobile. 112 and premium are always refused. */
  permittedPrefixes: readonly string[];
  /** Reaches nothing but the simulated carrier; contacts imported for it are bound to it for ever. */
  simulated?: boolean;
}

/** A prompt: `file` is relative to the config file, in any format that ffmpeg reads. */
export interface PromptDef {
  name: string;
  label: string;
  file: string;
  /** SHA-256 of the converted WAV (PCM s16, 8 kHz, mono); set by `apply`. */
  sha256?: string;
  durationMs?: number;
}

export const CAMPAIGN_MODES = ['robot', 'agent'] as const;
export type CampaignMode = (typeof CAMPAIGN_MODES)[number];

/** Keys that may be pressed during or after the prompt -> status code. */
export interface KeyMenu {
  keys: Readonly<Record<string, string>>;
  /** Seconds to wait for a key after the prompt. */
  waitSeconds: number;
}

/** A campaign: calendar + trunk + caller id + prompt + retry rules. Names refer to other config objects. */
export interface CampaignDef {
  name: string;
  label: string;
  mode: CampaignMode;
  calendar: string;
  trunk: string;
  /** E.164. */
  callerId: string;
  retryRules: string;
  caps: string;
  prompt?: string;
  goodbyePrompt?: string;
  menu?: KeyMenu;
  /** x: consecutive calls that nobody answered which mark the number `Nu mai suna` for this campaign. */
  stopAfterUnanswered: number;
  /** At least 15: an unanswered customer must have the time to reach the phone. */
  ringTimeoutSeconds: number;
  maxTalkSeconds: number;
  /** Calls in progress at once. */
  concurrency: number;
  consentRequired: boolean;
  recording: boolean;
  /** The sound of a recording is deleted so many days after its call; counts stay. Absent: kept for ever. */
  recordingRetentionDays?: number;
  /** After so many days only the archive (Ogg Opus) of a recording is kept. Absent: stays as it was recorded. */
  recordingArchiveDays?: number;
  /** Of an agent campaign; absent: `DESK_DEFAULTS`. */
  desk?: DeskRules;
}

/** How agents work on a campaign. Each absent field is as in `DESK_DEFAULTS` of `domain/desk-rules.ts`. */
export interface DeskRules {
  /** Name of the script; without one there is only an outcome and a note. */
  script?: string;
  /** `preview`: the contact is shown first, for `previewSeconds`, then called; `progressive`: called at once. */
  dialing?: 'preview' | 'progressive';
  previewSeconds?: number;
  /** After the save the desk asks for the next number by itself. */
  autoNext?: boolean;
  /** Time for the wrap-up of an answered call; 0: no limit. */
  wrapUpSeconds?: number;
  /** By how much it may be extended, once. */
  wrapUpExtendSeconds?: number;
  /** At the end of the time: `keep` goes on waiting, `save` commits `no-outcome`, to be corrected. */
  wrapUpAtEnd?: 'keep' | 'save';
  /** A call that was not answered is committed with the outcome that the carrier gave after so long, unless corrected. */
  confirmSeconds?: number;
  /** What an agent saves after the commit corrects it for so long; 0: never. */
  lateSaveHours?: number;
  /** Codes of the statuses offered; absent: all that an agent may choose. */
  outcomes?: readonly string[];
  /** How long a customer waits (music) for a desk that is gone, before the apology and the end. */
  deskLostSeconds?: number;
  holdMusic?: string;
  apologyPrompt?: string;
  /** `daily-queue`: contacts are dealt out to agents at opening time; `any`: to whoever asks. */
  assignment?: 'any' | 'daily-queue';
  /** A personal callback that was missed for so long is anyone's. */
  callbackGraceMinutes?: number;
  /** Agents may dial numbers by hand for this campaign. */
  manualCalls?: boolean;
}

/** A reason for a pause, as agents choose it. */
export interface PauseReasonDef {
  name: string;
  labels: { ro: string; en: string };
  /** Then the desk warns; nothing is ended. */
  maxMinutes?: number;
  sort: number;
}

/** A config object of any kind, as applied. */
export type ConfigBody =
  | { kind: 'calendar'; body: CalendarDef }
  | { kind: 'status'; body: StatusDef }
  | { kind: 'retry-rules'; body: RetryRulesDef }
  | { kind: 'caps'; body: CapsDef }
  | { kind: 'trunk'; body: TrunkDef }
  | { kind: 'prompt'; body: PromptDef }
  | { kind: 'script'; body: ScriptDef }
  | { kind: 'pause-reason'; body: PauseReasonDef }
  | { kind: 'thresholds'; body: ThresholdsDef }
  | { kind: 'campaign'; body: CampaignDef };

/** What names an object within its kind: the code of a status, the name of everything else. */
export function configName(object: ConfigBody): string {
  return object.kind === 'status' ? object.body.code : object.body.name;
}

/** Version of each object that a call used, by kind; kept with the call row. */
export type UsedVersions = Partial<Record<ConfigKind, number>>;

/** Of a prompt. Larger files are cut before they are uploaded: ten minutes of CD quality are 100 MB, of MP3 10. */
export const MAX_PROMPT_UPLOAD_BYTES = 20 * 1024 * 1024;
