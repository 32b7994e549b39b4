/**
 * @module
 */

/** Plain JSON in which nothing named like a password says anything. */
export function withoutSecrets(body: unknown): Record<string, unknown> {
  return JSON.parse(
    JSON.stringify(body, (key, value: unknown) => (/password|secret/i.test(key) ? '***' : value)),
  ) as Record<string, unknown>;
}
