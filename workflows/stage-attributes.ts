/**
 * @module
 */
import { defineSearchAttributeKey } from '@temporalio/common';
import { SEARCH_ATTRIBUTES } from '../contracts/temporal/search-attributes.ts';
import type { CallStage } from '../contracts/model/call.ts';

const STAGE = defineSearchAttributeKey('CallStage', SEARCH_ATTRIBUTES.CallStage);
const STAGE_SINCE = defineSearchAttributeKey('StageSince', SEARCH_ATTRIBUTES.StageSince);

/**
 * Search attributes that say a workflow entered `stage` now. Each upsert is an event and an action, and becomes visible
 * only with the completion of its workflow task: worth it for stages that may last (`wrap-up`, waiting `committing`).
 */
export function stageAttributes(stage: CallStage) {
  return [
    { key: STAGE, value: stage },
    { key: STAGE_SINCE, value: new Date() },
  ];
}
