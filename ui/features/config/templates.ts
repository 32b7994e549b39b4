/**
 * What a new object of each kind begins with: enough to be nearly right.
 * @module
 */
import type { ConfigKind } from '../../../contracts/model/config.ts';
import type { Body } from './api.ts';
import { setAt } from './body.ts';

const DAY = [{ from: '09:00', to: '18:00' }];

const BODIES: Readonly<Record<ConfigKind, Body>> = {
  campaign: {
    label: '',
    mode: 'agent',
    calendar: '',
    trunk: '',
    callerId: '',
    retryRules: '',
    caps: '',
    stopAfterUnanswered: 3,
    ringTimeoutSeconds: 30,
    maxTalkSeconds: 1_800,
    concurrency: 10,
    consentRequired: true,
    recording: true,
  },
  calendar: {
    zone: 'Europe/Bucharest',
    hours: { monday: DAY, tuesday: DAY, wednesday: DAY, thursday: DAY, friday: DAY },
    holidays: 'ro',
  },
  script: {
    label: '',
    pages: [
      { name: 'salut', title: { ro: 'Salutul', en: 'Greeting' }, text: { ro: '', en: '' }, fields: [] },
    ],
  },
  prompt: { label: '', file: '' },
  status: {
    labels: { ro: '', en: '' },
    reachedPerson: true,
    countsAsNoAnswer: false,
    countsTowardsCaps: true,
    final: false,
    positive: false,
    system: false,
    allowedFor: ['outbound', 'inbound'],
    sort: 500,
  },
  'retry-rules': {
    default: { delaySeconds: 14_400, multiplier: 1, maxDelaySeconds: 86_400, maxAttempts: 5 },
    byStatus: {},
  },
  caps: { perNumberPerDay: 2, perNumberTotal: 10 },
  'pause-reason': { labels: { ro: '', en: '' }, sort: 100 },
  trunk: {
    host: '',
    port: 5_060,
    transport: 'udp',
    numberFormat: 'e164',
    maxChannels: 10,
    callsPerSecond: 1,
    permittedPrefixes: ['+402', '+403', '+407'],
  },
  thresholds: {},
};

/** @param label as typed for the new object; @param from of another object, to begin as its copy */
export function newBody(kind: ConfigKind, name: string, label: string, from?: Body): Body {
  let body: Body = from ?? BODIES[kind];
  body = setAt(body, kind === 'status' ? 'code' : 'name', name);
  if ('label' in body) body = setAt(body, 'label', label);
  if ('labels' in body) body = setAt(setAt(body, 'labels.ro', label), 'labels.en', label);
  // A copy never has the other's password.
  return kind === 'trunk' ? setAt(body, 'credentials', undefined) : body;
}
