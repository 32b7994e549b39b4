/**
 * Search attributes: one list drives registration, typed keys and the documents. SQL visibility allows 10 Keyword and 3
 * of each other type. No personal data.
 * @module
 */
import type { SearchAttributeType } from '@temporalio/common';

export const SEARCH_ATTRIBUTES = {
  CallKind: 'KEYWORD',
  CallStage: 'KEYWORD',
  CampaignId: 'KEYWORD',
  AgentId: 'KEYWORD',
  ListId: 'KEYWORD',
  StuckReason: 'KEYWORD',
  StageSince: 'DATETIME',
  AttemptCount: 'INT',
} as const satisfies Record<string, SearchAttributeType>;

export type SearchAttributeName = keyof typeof SEARCH_ATTRIBUTES;
