import { randomBytes } from 'node:crypto';
import { assert, property, string } from 'fast-check';
import { expect, it } from 'vitest';
import { decryptSecret, encryptSecret, isEncrypted } from './secrets.ts';

const key = randomBytes(32);

it('any text comes back, and no two encryptions are alike', () => {
  assert(
    property(string({ unit: 'binary' }), (text) => {
      const encrypted = encryptSecret(text, key);
      expect(isEncrypted(encrypted)).toBe(true);
      expect(decryptSecret(encrypted, key)).toBe(text);
      expect(encryptSecret(text, key)).not.toBe(encrypted);
    }),
    { numRuns: 50 },
  );
});

it('another key, a changed text and plain text are refused without any of the secret', () => {
  const encrypted = encryptSecret('parola', key);
  expect(() => decryptSecret(encrypted, randomBytes(32))).toThrow('another key, or damaged');
  const flipped = encrypted.slice(0, -2) + (encrypted.at(-2) === 'A' ? 'B' : 'A') + encrypted.slice(-1);
  expect(() => decryptSecret(flipped, key)).toThrow('another key, or damaged');
  expect(() => decryptSecret('parola', key)).toThrow(/^not an encrypted secret of the form enc:v1$/);
});
