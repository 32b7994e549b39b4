/**
 * The password of a trunk on its way into the database.
 * @module
 */
import type { TrunkDef } from '../contracts/model/config.ts';
import { decryptSecret, encryptSecret, isEncrypted } from './secrets.ts';

/**
 * Every encryption gives another text: an unchanged password keeps its stored form, or each apply were a change.
 * @param stored the trunk as it is in the database
 */
export function withEncryptedPassword(trunk: TrunkDef, stored: TrunkDef | undefined, key: Buffer): TrunkDef {
  const { credentials } = trunk;
  if (!credentials || isEncrypted(credentials.password)) return trunk;
  const before = stored?.credentials?.password;
  const password =
    before !== undefined && samePassword(before, credentials.password, key)
      ? before
      : encryptSecret(credentials.password, key);
  return { ...trunk, credentials: { ...credentials, password } };
}

function samePassword(encrypted: string, plain: string, key: Buffer): boolean {
  try {
    return decryptSecret(encrypted, key) === plain;
  } catch {
    return false;
  }
}
