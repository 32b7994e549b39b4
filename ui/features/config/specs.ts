/**
 * The forms of the simple kinds as data: which fields, of which type, in which unit, with which default. Words stand in
 * the catalogues under `config.f.<kind>.<path>` (label) and `config.h.<kind>.<path>` (explanation).
 * @module
 */
import type { ConfigKind } from '../../../contracts/model/config.ts';
import { DESK_DEFAULTS } from '../../../domain/desk-rules.ts';
import type { Body } from './api.ts';

export type FieldType =
  | { type: 'text' }
  | { type: 'secret' }
  | { type: 'number'; unit?: UnitWord; min?: number; max?: number }
  | { type: 'yes-no' }
  | { type: 'choice'; options: readonly string[] }
  | { type: 'ref'; to: ConfigKind; none?: true }
  /** Any of the objects of a kind, or of fixed values; `all`: nothing chosen means all. */
  | { type: 'refs'; to: ConfigKind; all?: true }
  | { type: 'values'; options: readonly string[] }
  /** One a line. */
  | { type: 'lines' };
export type UnitWord = 'seconds' | 'minutes' | 'hours' | 'days' | 'calls' | 'per-second' | 'times';

export interface FieldSpec {
  path: string;
  field: FieldType;
  /** Holds where the body says nothing; shown as such. */
  fallback?: string | number | boolean;
  show?: (body: Body) => boolean;
}

export interface SectionSpec {
  /** `config.s.<kind>.<section>` */
  name: string;
  fields: readonly FieldSpec[];
  show?: (body: Body) => boolean;
}

const isRobot = (body: Body): boolean => body['mode'] !== 'agent';
const isAgent = (body: Body): boolean => body['mode'] === 'agent';
const isPreview = (body: Body): boolean => (body['desk'] as Body | undefined)?.['dialing'] !== 'progressive';

const desk = (
  name: keyof typeof DESK_DEFAULTS,
  field: FieldType,
  show?: (body: Body) => boolean,
): FieldSpec => {
  const fallback = DESK_DEFAULTS[name];
  return {
    path: `desk.${name}`,
    field,
    ...(typeof fallback === 'string' || typeof fallback === 'number' || typeof fallback === 'boolean'
      ? { fallback }
      : {}),
    ...(show === undefined ? {} : { show }),
  };
};
const seconds = (min: number, max: number): FieldType => ({ type: 'number', unit: 'seconds', min, max });

const CAMPAIGN: readonly SectionSpec[] = [
  {
    name: 'what',
    fields: [
      { path: 'label', field: { type: 'text' } },
      { path: 'mode', field: { type: 'choice', options: ['robot', 'agent'] } },
      { path: 'calendar', field: { type: 'ref', to: 'calendar' } },
      { path: 'retryRules', field: { type: 'ref', to: 'retry-rules' } },
      { path: 'caps', field: { type: 'ref', to: 'caps' } },
      { path: 'consentRequired', field: { type: 'yes-no' }, fallback: true },
    ],
  },
  {
    name: 'calls',
    fields: [
      { path: 'trunk', field: { type: 'ref', to: 'trunk' } },
      { path: 'callerId', field: { type: 'text' } },
      { path: 'concurrency', field: { type: 'number', unit: 'calls', min: 1, max: 10_000 } },
      { path: 'ringTimeoutSeconds', field: seconds(15, 175) },
      { path: 'maxTalkSeconds', field: seconds(1, 14_400) },
      {
        path: 'stopAfterUnanswered',
        field: { type: 'number', unit: 'calls', min: 1, max: 100 },
        fallback: 3,
      },
      { path: 'recording', field: { type: 'yes-no' }, fallback: true },
      { path: 'recordingRetentionDays', field: { type: 'number', unit: 'days', min: 1, max: 3_660 } },
      { path: 'recordingArchiveDays', field: { type: 'number', unit: 'days', min: 1, max: 3_660 } },
    ],
  },
  {
    name: 'robot',
    show: isRobot,
    fields: [
      { path: 'prompt', field: { type: 'ref', to: 'prompt' } },
      { path: 'goodbyePrompt', field: { type: 'ref', to: 'prompt', none: true } },
    ],
  },
  {
    name: 'desk',
    show: isAgent,
    fields: [
      desk('script', { type: 'ref', to: 'script', none: true }),
      desk('dialing', { type: 'choice', options: ['preview', 'progressive'] }),
      desk('previewSeconds', seconds(5, 600), isPreview),
      desk('autoNext', { type: 'yes-no' }),
      desk('assignment', { type: 'choice', options: ['any', 'daily-queue'] }),
      desk('manualCalls', { type: 'yes-no' }),
      desk('callbackGraceMinutes', { type: 'number', unit: 'minutes', min: 1, max: 1_440 }),
    ],
  },
  {
    name: 'wrapUp',
    show: isAgent,
    fields: [
      desk('wrapUpSeconds', seconds(0, 3_600)),
      desk('wrapUpExtendSeconds', seconds(0, 3_600)),
      desk('wrapUpAtEnd', { type: 'choice', options: ['keep', 'save'] }),
      desk('confirmSeconds', seconds(3, 600)),
      desk('lateSaveHours', { type: 'number', unit: 'hours', min: 0, max: 72 }),
      desk('outcomes', { type: 'refs', to: 'status', all: true }),
    ],
  },
  {
    name: 'sounds',
    show: isAgent,
    fields: [
      { path: 'prompt', field: { type: 'ref', to: 'prompt', none: true } },
      desk('holdMusic', { type: 'ref', to: 'prompt', none: true }),
      desk('apologyPrompt', { type: 'ref', to: 'prompt', none: true }),
      desk('deskLostSeconds', seconds(5, 300)),
    ],
  },
];

const STATUS: readonly SectionSpec[] = [
  {
    name: 'what',
    fields: [
      { path: 'labels.ro', field: { type: 'text' } },
      { path: 'labels.en', field: { type: 'text' } },
      { path: 'allowedFor', field: { type: 'values', options: ['outbound', 'robot', 'inbound'] } },
      { path: 'sort', field: { type: 'number', min: 0, max: 100_000 } },
    ],
  },
  {
    name: 'flags',
    fields: (
      ['final', 'positive', 'reachedPerson', 'countsAsNoAnswer', 'countsTowardsCaps', 'system'] as const
    ).map((path): FieldSpec => ({ path, field: { type: 'yes-no' } })),
  },
];

const TRUNK: readonly SectionSpec[] = [
  {
    name: 'where',
    fields: [
      { path: 'host', field: { type: 'text' } },
      { path: 'port', field: { type: 'number', min: 1, max: 65_535 } },
      { path: 'transport', field: { type: 'choice', options: ['udp', 'tcp', 'tls'] } },
      { path: 'simulated', field: { type: 'yes-no' }, fallback: false },
    ],
  },
  {
    name: 'logIn',
    fields: [
      { path: 'credentials.username', field: { type: 'text' } },
      { path: 'credentials.password', field: { type: 'secret' } },
      { path: 'credentials.realm', field: { type: 'text' } },
      { path: 'register', field: { type: 'yes-no' }, fallback: false },
    ],
  },
  {
    name: 'numbers',
    fields: [
      { path: 'numberFormat', field: { type: 'choice', options: ['e164', '00', 'national'] } },
      { path: 'permittedPrefixes', field: { type: 'lines' } },
      { path: 'fromDomain', field: { type: 'text' } },
      { path: 'assertIdentity', field: { type: 'yes-no' }, fallback: false },
    ],
  },
  {
    name: 'limits',
    fields: [
      { path: 'maxChannels', field: { type: 'number', unit: 'calls', min: 1, max: 10_000 } },
      { path: 'callsPerSecond', field: { type: 'number', unit: 'per-second', min: 0.01, max: 1_000 } },
    ],
  },
];

/** Kinds that are not here have an editor of their own. */
export const SPECS: Readonly<Partial<Record<ConfigKind, readonly SectionSpec[]>>> = {
  campaign: CAMPAIGN,
  status: STATUS,
  trunk: TRUNK,
  caps: [
    {
      name: 'what',
      fields: [
        { path: 'perNumberPerDay', field: { type: 'number', unit: 'calls', min: 1, max: 1_000 } },
        { path: 'perNumberTotal', field: { type: 'number', unit: 'calls', min: 1, max: 100_000 } },
      ],
    },
  ],
  'pause-reason': [
    {
      name: 'what',
      fields: [
        { path: 'labels.ro', field: { type: 'text' } },
        { path: 'labels.en', field: { type: 'text' } },
        { path: 'maxMinutes', field: { type: 'number', unit: 'minutes', min: 1, max: 1_440 } },
        { path: 'sort', field: { type: 'number', min: 0, max: 100_000 } },
      ],
    },
  ],
};
