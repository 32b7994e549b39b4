import { describe, expect, it } from 'vitest';
import { ISSUE_CODES } from '../../../contracts/http/config-issues.ts';
import { roConfig } from '../../i18n/ro-config.ts';
import { SPECS } from './specs.ts';

const words: Readonly<Record<string, unknown>> = roConfig;

describe('the words of the forms', () => {
  it('name and explain every setting, its section and its values', () => {
    const keys = Object.entries(SPECS).flatMap(([kind, sections]) =>
      sections.flatMap(({ name, fields }) => [
        `config.s.${kind}.${name}`,
        ...fields.flatMap(({ path, field }) => [
          `config.f.${kind}.${path}`,
          // Labels of one thing in two languages explain themselves.
          ...(path.startsWith('labels.') ? [] : [`config.h.${kind}.${path}`]),
          ...(field.type === 'choice' || field.type === 'values'
            ? field.options.map((option) => `config.o.${kind}.${path}.${option}`)
            : []),
        ]),
      ]),
    );
    expect(keys.filter((key) => words[key] === undefined)).toEqual([]);
  });

  it('say what is wrong for every code', () => {
    expect(ISSUE_CODES.filter((code) => words[`config.issue.${code}`] === undefined)).toEqual([]);
  });
});
