/**
 * Search attributes: typed keys, and their registration at start.
 * @module
 */
import type { Connection } from '@temporalio/client';
import { defineSearchAttributeKey } from '@temporalio/common';
import { SEARCH_ATTRIBUTES, type SearchAttributeName } from '../contracts/temporal/search-attributes.ts';

/** Keys for `typedSearchAttributes`. */
export const searchAttributeKeys = {
  callKind: defineSearchAttributeKey('CallKind', SEARCH_ATTRIBUTES.CallKind),
  callStage: defineSearchAttributeKey('CallStage', SEARCH_ATTRIBUTES.CallStage),
  campaignId: defineSearchAttributeKey('CampaignId', SEARCH_ATTRIBUTES.CampaignId),
  agentId: defineSearchAttributeKey('AgentId', SEARCH_ATTRIBUTES.AgentId),
  listId: defineSearchAttributeKey('ListId', SEARCH_ATTRIBUTES.ListId),
  stuckReason: defineSearchAttributeKey('StuckReason', SEARCH_ATTRIBUTES.StuckReason),
  stageSince: defineSearchAttributeKey('StageSince', SEARCH_ATTRIBUTES.StageSince),
  attemptCount: defineSearchAttributeKey('AttemptCount', SEARCH_ATTRIBUTES.AttemptCount),
};

/** `temporal.api.enums.v1.IndexedValueType`, and the names the CLI uses. */
const WIRE_TYPES = {
  KEYWORD: { value: 2, cli: 'Keyword' },
  INT: { value: 3, cli: 'Int' },
  DATETIME: { value: 6, cli: 'Datetime' },
} as const;

/** Search attributes are missing and could not be made; the message holds the command that makes them. */
export class SearchAttributesMissing extends Error {
  override readonly name = 'SearchAttributesMissing';
}

const DEADLINE_MS = 10_000;
const VISIBLE_DEADLINE_MS = 15_000;
const POLL_MS = 250;

/**
 * Makes sure that all search attributes exist with their types. Idempotent; two processes may do it at once.
 * @throws SearchAttributesMissing with the exact command for somebody who may do it
 */
export async function ensureSearchAttributes(connection: Connection, namespace: string): Promise<void> {
  const missing = await missingNames(connection, namespace);
  if (missing.length === 0) return;
  try {
    await addSearchAttributes(connection, namespace, missing);
  } catch (error) {
    // Another worker may have been quicker.
    if ((await missingNames(connection, namespace)).length === 0) return;
    throw new SearchAttributesMissing(
      `search attributes cannot be created; run: ${createCommand(namespace, missing)}`,
      { cause: error },
    );
  }
  await untilVisible(connection, namespace);
}

/** Adds them without a look at what is there; fails when the server refuses. */
export async function addSearchAttributes(
  connection: Connection,
  namespace: string,
  names: readonly SearchAttributeName[],
): Promise<void> {
  const searchAttributes = Object.fromEntries(
    names.map((name) => [name, WIRE_TYPES[SEARCH_ATTRIBUTES[name]].value]),
  );
  await connection.withDeadline(Date.now() + DEADLINE_MS, () =>
    connection.operatorService.addSearchAttributes({ namespace, searchAttributes }),
  );
}

/** The command that creates `names`, as an operator would type it. */
export function createCommand(namespace: string, names: readonly SearchAttributeName[]): string {
  const pairs = names.map((name) => `--name ${name} --type ${WIRE_TYPES[SEARCH_ATTRIBUTES[name]].cli}`);
  return `temporal operator search-attribute create --namespace ${namespace} ${pairs.join(' ')}`;
}

async function missingNames(connection: Connection, namespace: string): Promise<SearchAttributeName[]> {
  const { customAttributes } = await connection.withDeadline(Date.now() + DEADLINE_MS, () =>
    connection.operatorService.listSearchAttributes({ namespace }),
  );
  const names = Object.keys(SEARCH_ATTRIBUTES) as SearchAttributeName[];
  for (const name of names) {
    const found: number | null | undefined = customAttributes[name];
    const wanted = WIRE_TYPES[SEARCH_ATTRIBUTES[name]];
    if (found !== undefined && found !== wanted.value) {
      throw new SearchAttributesMissing(
        `search attribute ${name} exists with another type, must be ${wanted.cli}; run: ` +
          `temporal operator search-attribute remove --namespace ${namespace} --name ${name} && ` +
          createCommand(namespace, [name]),
      );
    }
  }
  return names.filter((name) => customAttributes[name] === undefined);
}

/** The server's frontends learn of new attributes with a delay; a start that uses one before is refused. */
async function untilVisible(connection: Connection, namespace: string): Promise<void> {
  const deadline = Date.now() + VISIBLE_DEADLINE_MS;
  for (;;) {
    const missing = await missingNames(connection, namespace);
    if (missing.length === 0) return;
    if (Date.now() > deadline) {
      throw new SearchAttributesMissing(`search attributes do not appear: ${missing.join(', ')}`);
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
