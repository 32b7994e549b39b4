/**
 * Passwords that are made here and shown once.
 * @module
 */
import { randomInt } from 'node:crypto';

/** No letters or digits that are mistaken for one another when read aloud or from paper. */
const ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789';

/** 16 characters out of 31, about 79 bits, in groups of four. */
export function randomPassword(): string {
  const letters = Array.from({ length: 16 }, () => ALPHABET[randomInt(ALPHABET.length)] ?? 'x').join('');
  return letters.match(/.{4}/g)?.join('-') ?? letters;
}
