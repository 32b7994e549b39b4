/**
 * What is wrong with a config object, in codes that the page has words for (`config.issue.<code>`). The messages of the
 * schemas are for files and logs: English, one line.
 * @module
 */
import { z } from 'zod';

export const ISSUE_CODES = [
  'missing',
  'type',
  'empty',
  'min',
  'max',
  'few',
  'many',
  'long',
  'option',
  'unknown',
  'name',
  'name-differs',
  'e164',
  'prefix',
  'time',
  'zone',
  'date',
  'later',
  'overlap',
  'max-delay',
  'cap-total',
  'archive-late',
  'host',
  'credentials',
  'password',
  'sound',
  'sound-hash',
  'key',
  'no-keys',
  'ring',
  'robot-desk',
  'robot-prompt',
  'robot-consent',
  'agent-menu',
  'options-needed',
  'options-extra',
  'min-max',
  'page-twice',
  'field-twice',
  'no-field',
  'later-page',
  'kept-name',
  'control',
  'reference',
  'side',
  'other',
] as const;
export type IssueCode = (typeof ISSUE_CODES)[number];

export const configIssueSchema = z.object({
  /** Dotted, such as `hours.monday.0.to`; empty: the object as a whole. */
  path: z.string(),
  code: z.enum(ISSUE_CODES),
  params: z.record(z.string(), z.union([z.string(), z.number()])),
  /** English. */
  message: z.string(),
});
export type ConfigIssue = z.infer<typeof configIssueSchema>;

/** Beginnings of the messages of `config.ts` and `script.ts`; the longer one first where one begins another. */
const BY_MESSAGE: readonly (readonly [string, IssueCode])[] = [
  ['must not be empty', 'empty'],
  ['must not hold control characters', 'control'],
  ['must be E.164', 'e164'],
  ['must be an E.164 prefix', 'prefix'],
  ['must be HH:MM', 'time'],
  ['is not an IANA time zone', 'zone'],
  ['must not be before', 'date'],
  ['must be later than `from`', 'later'],
  ['overlaps or comes before', 'overlap'],
  ['must be at least `delaySeconds`', 'max-delay'],
  ['must be at least `perNumberPerDay`', 'cap-total'],
  ['must be less than `recordingRetentionDays`', 'archive-late'],
  ['must be a host name', 'host'],
  ['must permit at least one prefix', 'few'],
  ['are needed when `register`', 'credentials'],
  ['must name a sound file', 'sound'],
  ['must be a SHA-256', 'sound-hash'],
  ['keys are single ones', 'key'],
  ['must name at least one key', 'no-keys'],
  ['must be at least 15', 'ring'],
  ['is only for agent campaigns', 'robot-desk'],
  ['is needed by a robot campaign', 'robot-prompt'],
  ['must be true for a robot campaign', 'robot-consent'],
  ['is only for robot campaigns', 'agent-menu'],
  ['are needed by a choice', 'options-needed'],
  ['are only for choices', 'options-extra'],
  ['must be at least `min`', 'min-max'],
  ['page "', 'page-twice'],
  ['field "', 'field-twice'],
  ['there is no field', 'no-field'],
  ['must name a later page', 'later-page'],
  ['is kept for lost connections', 'kept-name'],
  ['use 1 to 63 lower-case letters', 'name'],
  ['must be at least `amber`', 'side'],
  ['must be at most `amber`', 'side'],
];

/** @param issue as zod gives it */
export function configIssueOf(issue: z.core.$ZodIssue): ConfigIssue {
  // A bad key of a record says only "invalid key"; why is in the issue below it.
  const inner = issue.code === 'invalid_key' ? issue.issues[0] : undefined;
  const told = inner ?? issue;
  const { code, params } = codeOf(told);
  return { path: issue.path.map(String).join('.'), code, params, message: told.message };
}

function codeOf(issue: z.core.$ZodIssue): Pick<ConfigIssue, 'code' | 'params'> {
  const known = BY_MESSAGE.find(([beginning]) => issue.message.startsWith(beginning))?.[1];
  if (known !== undefined) return { code: known, params: quoted(issue.message) };
  switch (issue.code) {
    case 'invalid_type':
      return { code: issue.message.endsWith('received undefined') ? 'missing' : 'type', params: {} };
    case 'too_small': {
      const min = Number(issue.minimum);
      if (issue.origin === 'string') return { code: 'empty', params: {} };
      return { code: issue.origin === 'array' ? 'few' : 'min', params: { min } };
    }
    case 'too_big': {
      const max = Number(issue.maximum);
      const code = issue.origin === 'string' ? 'long' : issue.origin === 'array' ? 'many' : 'max';
      return { code, params: { max } };
    }
    case 'invalid_value':
      return { code: 'option', params: {} };
    case 'unrecognized_keys':
      return { code: 'unknown', params: { keys: issue.keys.join(', ') } };
    case 'invalid_format':
      return { code: issue.format === 'date' ? 'date' : 'other', params: {} };
    default:
      return { code: 'other', params: {} };
  }
}

function quoted(message: string): Record<string, string> {
  const name = /"([^"]+)"/.exec(message)?.[1];
  return name === undefined ? {} : { name };
}
