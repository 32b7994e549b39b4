/**
 * Names in the metadata of payloads, shared by the sandbox's converter and the codec.
 * @module
 */
export const ENCODING_KEY = 'encoding';
/** JSON that must not be stored in clear. Exists between converter and codec only. */
export const SENSITIVE_ENCODING = 'json/sensitive';
/** What the server stores instead. */
export const ENCRYPTED_ENCODING = 'binary/encrypted';
export const PLAIN_ENCODING = 'json/plain';
/** Which key of the keys file; not a secret. */
export const KEY_ID_KEY = 'encryption-key-id';
