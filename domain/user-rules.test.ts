import { describe, expect, it } from 'vitest';
import { USER_NAME } from '../contracts/model/user.ts';
import { passwordFault } from './user-rules.ts';

describe('a password', () => {
  it.each([
    ['parola-lunga-1', undefined],
    ['ț'.repeat(9) + 'a', undefined],
    ['nouă char', 'too-short'],
    ['ab'.repeat(101), 'too-long'],
    ['aaaaaaaaaaaa', 'one-character'],
    ['Maria.Popescu', 'user-name'],
  ])('%s is %s', (password, fault) => {
    expect(passwordFault(password, 'maria.popescu')).toBe(fault);
  });
});

describe('a user name', () => {
  it.each(['ana', 'Ștefan_2', 'maria.popescu', '7a'])('may be %s', (name) => {
    expect(USER_NAME.test(name)).toBe(true);
  });
  it.each(['', ' ana', 'ana maria', '.ana', '-ana', 'a'.repeat(65), 'ana\u0000', 'a/b', 'cli:root'])(
    'may not be %j',
    (name) => {
      expect(USER_NAME.test(name)).toBe(false);
    },
  );
});
