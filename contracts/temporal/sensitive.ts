/**
 * Values that must not be readable in histories. The payload converter marks them by this brand, the codec encrypts
 * what is marked. A brand, never `instanceof`: the converter is loaded twice (required by the SDK, imported by us).
 * @module
 */
export interface Sensitive<T> {
  readonly $sensitive: true;
  readonly value: T;
}

export function sensitive<T>(value: T): Sensitive<T> {
  return { $sensitive: true, value };
}

export function isSensitive(value: unknown): value is Sensitive<unknown> {
  return typeof value === 'object' && value !== null && '$sensitive' in value && value.$sensitive === true;
}
