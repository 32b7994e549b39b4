import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CONFIG_SCHEMAS } from './config.ts';
import { configIssueOf } from './config-issues.ts';

const CALENDAR = { name: 'c', zone: 'Europe/Bucharest', hours: {}, holidays: 'ro' };

function issues(kind: keyof typeof CONFIG_SCHEMAS, body: unknown) {
  const result = CONFIG_SCHEMAS[kind].safeParse(body);
  return result.success ? [] : result.error.issues.map(configIssueOf);
}

describe('configIssueOf', () => {
  it('names place, code and limits', () => {
    const hours = { monday: [{ from: '9:00', to: '08:00' }] };
    expect(issues('calendar', { ...CALENDAR, zone: 'Mars', hours, more: 1 })).toMatchObject([
      { path: 'zone', code: 'zone' },
      { path: 'hours.monday.0.from', code: 'time' },
      { path: 'hours.monday.0.to', code: 'later' },
      { path: '', code: 'unknown', params: { keys: 'more' } },
    ]);
    expect(issues('caps', { name: 'a', perNumberPerDay: 0, perNumberTotal: 5000000 })).toMatchObject([
      { path: 'perNumberPerDay', code: 'min', params: { min: 1 } },
      { path: 'perNumberTotal', code: 'max', params: { max: 100_000 } },
    ]);
    expect(issues('caps', { name: 'A b' })).toMatchObject([
      { path: 'name', code: 'name' },
      { code: 'missing' },
      { code: 'missing' },
    ]);
  });

  it('wants an archive to come before the deletion', () => {
    const days = (recordingArchiveDays?: number, recordingRetentionDays?: number) =>
      issues('campaign', { recordingArchiveDays, recordingRetentionDays }).filter(({ path }) =>
        path.startsWith('recording'),
      );
    expect(days(0, 3_661)).toMatchObject([
      { path: 'recordingRetentionDays', code: 'max', params: { max: 3_660 } },
      { path: 'recordingArchiveDays', code: 'min', params: { min: 1 } },
    ]);
    const campaign = {
      name: 'a',
      label: 'a',
      mode: 'agent',
      calendar: 'a',
      trunk: 'a',
      callerId: '+40259123456',
      retryRules: 'a',
      caps: 'a',
      ringTimeoutSeconds: 20,
      maxTalkSeconds: 60,
      concurrency: 1,
    };
    const of = (settings: object) => issues('campaign', { ...campaign, ...settings }).map(({ code }) => code);
    expect(of({ recordingArchiveDays: 30, recordingRetentionDays: 30 })).toEqual(['archive-late']);
    expect(of({ recordingArchiveDays: 29, recordingRetentionDays: 30 })).toEqual([]);
    expect(of({ recordingArchiveDays: 3_660 })).toEqual([]);
    expect(of({ recordingRetentionDays: 1 })).toEqual([]);
  });

  it('has a code for every message that the schemas write themselves', () => {
    const sources = ['config.ts', 'script.ts']
      .map((file) => readFileSync(new URL(file, import.meta.url), 'utf8'))
      .join('\n');
    // Any text in quotes that begins as a message of ours does, or stands where a message stands.
    const literals = sources.matchAll(
      /(?:message: |regex\([^\n]*, |refine\([^\n]*, |min\(\d+, |refuse\([^\n]*, )(?:'([^'\n]{6,})'|`([^\n]{6,})`)/g,
    );
    const messages = [...literals].map(([, plain, template = '']) => plain ?? template.replace(/\$\{.*/, ''));
    expect(messages.length).toBeGreaterThan(15);
    const unknown = messages.filter(
      (message) => configIssueOf({ code: 'custom', path: [], message, input: undefined }).code === 'other',
    );
    expect(unknown).toEqual([]);
  });
});
