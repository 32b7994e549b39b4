/**
 * The payload converter of clients, workers and the workflow sandbox: marks values that hold something sensitive, so that
 * the codec (which alone has keys) encrypts these and leaves all others readable for the operator's CLI.
 *
 * Loaded by path (`require`d by the SDK, bundled into the sandbox): no Node, no crypto, no `instanceof`.
 * @module
 */
import {
  BinaryPayloadConverter,
  CompositePayloadConverter,
  JsonPayloadConverter,
  UndefinedPayloadConverter,
  type Payload,
  type PayloadConverterWithEncoding,
} from '@temporalio/common';
import { isSensitive } from '../contracts/temporal/sensitive.ts';
import { ENCODING_KEY, SENSITIVE_ENCODING } from './encodings.ts';

/**
 * A sensitive part anywhere inside marks the whole payload. Throwing instead would leave a workflow task failing for
 * ever; so what is sensitive travels as an argument of its own, and everything beside it stays readable.
 */
class SensitivePayloadConverter implements PayloadConverterWithEncoding {
  readonly encodingType = SENSITIVE_ENCODING;
  readonly #json = new JsonPayloadConverter();
  readonly #encoding = new TextEncoder().encode(SENSITIVE_ENCODING);

  toPayload(value: unknown): Payload | undefined {
    if (!holdsSensitive(value)) return undefined;
    const plain = this.#json.toPayload(value);
    return plain && { ...plain, metadata: { ...plain.metadata, [ENCODING_KEY]: this.#encoding } };
  }

  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the SDK's interface
  fromPayload<T>(payload: Payload): T {
    return this.#json.fromPayload(payload);
  }
}

function holdsSensitive(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return isSensitive(value) || Object.values(value).some(holdsSensitive);
}

/** The name under which the SDK looks for it. */
export const payloadConverter = new CompositePayloadConverter(
  new UndefinedPayloadConverter(),
  new BinaryPayloadConverter(),
  new SensitivePayloadConverter(),
  new JsonPayloadConverter(),
);
