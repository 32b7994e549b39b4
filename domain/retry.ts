/**
 * When a contact is called again.
 * @module
 */
import type { RetryRule, RetryRulesDef } from '../contracts/model/config.ts';

/** The rule of a status, else the default of the set. */
export function retryRuleFor(rules: RetryRulesDef, status: string): RetryRule {
  return Object.hasOwn(rules.byStatus, status) ? (rules.byStatus[status] ?? rules.default) : rules.default;
}

/**
 * Seconds until the next attempt: `delaySeconds * multiplier^(nth-1)`, at most `maxDelaySeconds`.
 * @param nth how many calls of the contact have ended with this status, this one included; 1 or more.
 */
export function retryDelaySeconds(rule: RetryRule, nth: number): number {
  const delay = rule.delaySeconds * rule.multiplier ** Math.max(0, nth - 1);
  return Math.min(rule.maxDelaySeconds, Number.isFinite(delay) ? delay : rule.maxDelaySeconds);
}
