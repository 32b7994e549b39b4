/**
 * The configuration that the history was made with: a calendar of office hours, sober retries, four campaigns. None of them
 * dials by itself: the robots' are over and paused, the agents' wait for a desk.
 * @module
 */
import type {
  CalendarDef,
  CampaignDef,
  CapsDef,
  ConfigBody,
  LocalInterval,
  RetryRulesDef,
} from '../../contracts/model/config.ts';
import type { ScriptDef } from '../../contracts/model/script.ts';

const WEEKDAY: readonly LocalInterval[] = [{ from: '08:00', to: '20:00' }];

export const HISTORY_CALENDAR: CalendarDef = {
  name: 'program-demo',
  zone: 'Europe/Bucharest',
  hours: {
    monday: WEEKDAY,
    tuesday: WEEKDAY,
    wednesday: WEEKDAY,
    thursday: WEEKDAY,
    friday: WEEKDAY,
    saturday: [{ from: '09:00', to: '14:00' }],
  },
  holidays: 'ro',
};

const HOUR = 3_600;

export const HISTORY_RETRIES: RetryRulesDef = {
  name: 'program-demo',
  default: { delaySeconds: 4 * HOUR, multiplier: 2, maxDelaySeconds: 72 * HOUR, maxAttempts: 5 },
  byStatus: {
    busy: { delaySeconds: 900, multiplier: 3, maxDelaySeconds: 24 * HOUR, maxAttempts: 6 },
    'no-answer': { delaySeconds: 3 * HOUR, multiplier: 2, maxDelaySeconds: 48 * HOUR, maxAttempts: 5 },
    declined: { delaySeconds: 24 * HOUR, multiplier: 2, maxDelaySeconds: 96 * HOUR, maxAttempts: 3 },
    'technical-failure': { delaySeconds: 1_800, multiplier: 2, maxDelaySeconds: 6 * HOUR, maxAttempts: 4 },
  },
};

export const HISTORY_CAPS: CapsDef = { name: 'program-demo', perNumberPerDay: 3, perNumberTotal: 12 };

const RATING = ['1', '2', '3', '4', '5'] as const;

/** Of the second agent campaign; the first one reads the demo's survey. */
const SATISFACTION: ScriptDef = {
  name: 'demo-satisfactie',
  label: 'Cât de mulțumiți sunteți',
  pages: [
    {
      name: 'intrebari',
      title: { ro: 'Întrebările', en: 'Questions' },
      text: {
        ro: 'Bună ziua, {contact.firstName} {contact.lastName}! Vă sun din partea {campaign.label}. Convorbirea se înregistrează. Cât de mulțumit sunteți de serviciile noastre?',
        en: 'Good day, {contact.firstName} {contact.lastName}! I am calling for {campaign.label}. This call is recorded. How satisfied are you with our services?',
      },
      fields: [
        {
          name: 'rating',
          type: 'choice',
          labels: { ro: 'Nota, de la 1 la 5', en: 'Rating, 1 to 5' },
          required: true,
          options: RATING.map((value) => ({ value, labels: { ro: value, en: value } })),
        },
        {
          name: 'services',
          type: 'multi-choice',
          labels: { ro: 'Servicii folosite', en: 'Services in use' },
          required: false,
          options: [
            { value: 'internet', labels: { ro: 'Internet', en: 'Internet' } },
            { value: 'televiziune', labels: { ro: 'Televiziune', en: 'Television' } },
            { value: 'telefonie', labels: { ro: 'Telefonie', en: 'Telephone' } },
          ],
        },
        {
          name: 'county',
          type: 'county',
          labels: { ro: 'Județul', en: 'County' },
          required: false,
          prefill: 'county',
        },
      ],
    },
  ],
};

/** The campaign that is recorded, and for how many days. */
export const RECORDED_CAMPAIGN = 'abonamente';
export const RECORDING_RETENTION_DAYS = 7;

const COMMON = {
  calendar: HISTORY_CALENDAR.name,
  retryRules: HISTORY_RETRIES.name,
  caps: HISTORY_CAPS.name,
  consentRequired: true,
  concurrency: 20,
};
const ROBOT = {
  ...COMMON,
  mode: 'robot',
  trunk: 'simulated',
  prompt: 'demo-salut',
  goodbyePrompt: 'demo-la-revedere',
  menu: { keys: { '1': 'interested', '2': 'not-interested', '9': 'opted-out' }, waitSeconds: 3 },
  ringTimeoutSeconds: 25,
  maxTalkSeconds: 90,
  recording: false,
} as const;
const AGENT = {
  ...COMMON,
  mode: 'agent',
  trunk: 'simulated-agents',
  ringTimeoutSeconds: 30,
  maxTalkSeconds: 1_800,
  recording: false,
} as const;

export const HISTORY_CAMPAIGNS = [
  {
    ...ROBOT,
    name: 'programari',
    label: 'Confirmarea programărilor',
    callerId: '+40259000010',
    stopAfterUnanswered: 4,
  },
  {
    ...ROBOT,
    name: 'informare',
    label: 'Informare clienți',
    callerId: '+40259000011',
    stopAfterUnanswered: 3,
  },
  {
    ...AGENT,
    name: RECORDED_CAMPAIGN,
    label: 'Abonamente noi',
    callerId: '+40259000012',
    stopAfterUnanswered: 4,
    recording: true,
    recordingRetentionDays: RECORDING_RETENTION_DAYS,
    desk: { script: 'demo-sondaj', dialing: 'preview', previewSeconds: 20, autoNext: true },
  },
  {
    ...AGENT,
    name: 'satisfactie',
    label: 'Satisfacția clienților',
    callerId: '+40259000013',
    stopAfterUnanswered: 3,
    desk: { script: SATISFACTION.name, dialing: 'progressive', autoNext: true },
  },
] as const satisfies readonly CampaignDef[];

export type HistoryCampaign = (typeof HISTORY_CAMPAIGNS)[number]['name'];

/** To be applied after `demo/config`, whose trunks, prompts and script it names. */
export const HISTORY_CONFIG: readonly ConfigBody[] = [
  { kind: 'calendar', body: HISTORY_CALENDAR },
  { kind: 'retry-rules', body: HISTORY_RETRIES },
  { kind: 'caps', body: HISTORY_CAPS },
  { kind: 'script', body: SATISFACTION },
  ...HISTORY_CAMPAIGNS.map((body) => ({ kind: 'campaign', body }) as const),
];
