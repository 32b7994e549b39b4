import { describe, expect, it } from 'vitest';
import { parseConfigFile } from './config-file.ts';

const calendar = {
  kind: 'calendar',
  name: 'zile-lucratoare',
  zone: 'Europe/Bucharest',
  hours: {
    monday: [
      { from: '09:00', to: '12:00' },
      { from: '13:00', to: '24:00' },
    ],
  },
  holidays: 'ro',
};
const trunk = {
  kind: 'trunk',
  name: 'furnizor',
  host: 'sip.example.ro',
  port: 5060,
  transport: 'udp',
  numberFormat: '00',
  maxChannels: 30,
  callsPerSecond: 5,
};
const campaign = {
  kind: 'campaign',
  name: 'oradea',
  label: 'Oradea',
  mode: 'robot',
  calendar: 'zile-lucratoare',
  trunk: 'furnizor',
  callerId: '+40259123456',
  retryRules: 'implicit',
  caps: 'implicit',
  prompt: 'anunt',
  ringTimeoutSeconds: 30,
  maxTalkSeconds: 120,
  concurrency: 10,
};
const { prompt: _prompt, ...withoutPrompt } = campaign;
const rule = { delaySeconds: 600, multiplier: 2, maxDelaySeconds: 7200, maxAttempts: 3 };

function issuesOf(json: unknown): string[] {
  const file = parseConfigFile(json);
  return file.ok ? [] : file.issues.map((i) => `${i.path}: ${i.message}`);
}

describe('a configuration file', () => {
  it('is one object or a list of them', () => {
    expect(parseConfigFile(calendar)).toMatchObject({ ok: true, objects: [{ kind: 'calendar' }] });
    expect(parseConfigFile([calendar, trunk, campaign])).toMatchObject({ ok: true });
  });

  it('gets the defaults of the law and of the house', () => {
    const file = parseConfigFile([campaign, trunk]);
    expect(file).toMatchObject({
      ok: true,
      objects: [
        { kind: 'campaign', body: { stopAfterUnanswered: 3, consentRequired: true, recording: true } },
        { kind: 'trunk', body: { permittedPrefixes: ['+402', '+403', '+407'] } },
      ],
    });
  });

  it('tells every problem at once, with its path', () => {
    const issues = issuesOf([
      { ...calendar, zone: 'Europe/Oradea' },
      { ...trunk, port: 0, ports: 1 },
    ]);
    expect(issues).toHaveLength(3);
    expect(issues[0]).toBe('[0].zone: is not an IANA time zone, such as Europe/Bucharest');
    expect(issues.join()).toContain('[1].port: ');
    expect(issues.join()).toContain('"ports"');
  });

  it('may not hold the same object twice', () => {
    expect(issuesOf([trunk, trunk])).toEqual(['[1]: trunk furnizor is given twice in this file']);
  });

  it.each([
    ['no object', 'text', '(file)'],
    ['an unknown kind', { ...calendar, kind: 'calender' }, 'kind: must be one of calendar'],
    ['no kind', { name: 'x' }, 'kind: must be one of'],
    [
      'overlapping intervals',
      {
        ...calendar,
        hours: {
          monday: [
            { from: '09:00', to: '13:00' },
            { from: '12:00', to: '14:00' },
          ],
        },
      },
      'hours.monday[1].from: overlaps',
    ],
    [
      'intervals out of order',
      {
        ...calendar,
        hours: {
          monday: [
            { from: '13:00', to: '14:00' },
            { from: '09:00', to: '12:00' },
          ],
        },
      },
      'hours.monday[1].from: overlaps or comes before',
    ],
    [
      'an empty interval',
      { ...calendar, hours: { friday: [{ from: '09:00', to: '09:00' }] } },
      'hours.friday[0].to: must be later',
    ],
    ['a time without its zero', { ...calendar, hours: { friday: [{ from: '9:00', to: '12:00' }] } }, 'HH:MM'],
    ['24:00 as a beginning', { ...calendar, hours: { friday: [{ from: '24:00', to: '24:00' }] } }, 'HH:MM'],
    ['an unknown weekday', { ...calendar, hours: { luni: [] } }, 'luni'],
    ['a day that does not exist', { ...calendar, closedDates: ['2026-02-30'] }, 'closedDates[0]'],
    ['an offset as zone', { ...calendar, zone: '+02:00' }, 'zone: is not an IANA time zone'],
    ['a short ring', { ...campaign, ringTimeoutSeconds: 14 }, 'ringTimeoutSeconds: must be at least 15'],
    ['a national caller id', { ...campaign, callerId: '0259123456' }, 'callerId: must be E.164'],
    ['a robot without a prompt', withoutPrompt, 'prompt: is needed'],
    ['a robot without consent', { ...campaign, consentRequired: false }, 'consentRequired: must be true'],
    [
      'a key that no telephone has',
      { ...campaign, menu: { keys: { A: 'interested' }, waitSeconds: 5 } },
      'keys are single ones',
    ],
    ['an empty menu', { ...campaign, menu: { keys: {}, waitSeconds: 5 } }, 'menu.keys: must name'],
    [
      'a menu of an agent campaign',
      { ...campaign, mode: 'agent', menu: { keys: { 1: 'interested' }, waitSeconds: 5 } },
      'menu: is only for robot',
    ],
    ['registration without credentials', { ...trunk, register: true }, 'credentials: are needed'],
    ['a prefix without its plus', { ...trunk, permittedPrefixes: ['407'] }, 'permittedPrefixes[0]: must be'],
    [
      'a cap per day above the whole',
      { kind: 'caps', name: 'x', perNumberPerDay: 5, perNumberTotal: 3 },
      'perNumberTotal: must be at least',
    ],
    [
      'a greatest delay below the first',
      { kind: 'retry-rules', name: 'x', default: { ...rule, maxDelaySeconds: 60 }, byStatus: {} },
      'default.maxDelaySeconds: must be at least',
    ],
    [
      'a rule without all its fields',
      { kind: 'retry-rules', name: 'x', default: rule, byStatus: { busy: { delaySeconds: 1 } } },
      'byStatus.busy.multiplier',
    ],
  ])('with %s is refused', (_what, json, expected) => {
    expect(issuesOf(json).join('\n')).toContain(expected);
  });
});
