/**
 * Statuses and campaigns by code and name: the words behind the codes, and the choices of the filters.
 * @module
 */
import { computed, type ReadonlySignal } from '@preact/signals';
import type { CampaignSummary } from '../../../contracts/http/campaigns.ts';
import type { StatusView } from '../../../contracts/http/statuses.ts';
import type { Api } from '../../api/client.ts';
import { statusColour, statusLook, type Look } from '../../design/tone.ts';
import type { I18n } from '../../i18n/i18n.ts';
import { createResource, type Resource } from '../../lib/resource.ts';

export interface CatalogueStore {
  statuses: ReadonlySignal<readonly StatusView[]>;
  campaigns: Resource<readonly CampaignSummary[]>;
  load: (may: { campaigns: boolean }) => Promise<void>;
  statusLabel: (code: string) => string;
  statusLook: (code: string) => Look;
  statusColour: (code: string) => string;
  campaignLabel: (name: string) => string;
}

const ASK_AGAIN_MS = 10_000;

export function createCatalogue(deps: {
  api: Pick<Api, 'statuses' | 'campaigns'>;
  i18n: I18n;
  now?: () => number;
}): CatalogueStore {
  const now = deps.now ?? Date.now;
  const statuses = createResource(async (signal) => (await deps.api.statuses(signal)).statuses);
  const campaigns = createResource<readonly CampaignSummary[]>(
    async (signal) => (await deps.api.campaigns(signal)).campaigns,
  );
  const sorted = computed(() => (statuses.data.value ?? []).toSorted((a, b) => a.sort - b.sort));
  const byCode = computed(
    () => new Map(sorted.value.map((status, index) => [status.code, { status, index }])),
  );

  let asked = 0;

  /** A code that came after the list: the list is asked for again, not more than once in a while. */
  function find(code: string): { status: StatusView; index: number } | undefined {
    const found = byCode.value.get(code);
    if (found === undefined && statuses.data.value !== undefined && now() - asked > ASK_AGAIN_MS) {
      asked = now();
      // Not while a component renders: loading changes signals that it reads.
      queueMicrotask(() => void statuses.reload());
    }
    return found;
  }

  return {
    statuses: sorted,
    campaigns,
    load: async (may) => {
      await Promise.all([statuses.reload(), may.campaigns ? campaigns.reload() : undefined]);
    },
    statusLabel: (code) => find(code)?.status.labels[deps.i18n.lang.value] ?? code,
    statusLook: (code) => statusLook(find(code)?.status ?? { code, positive: false, reachedPerson: false }),
    statusColour: (code) => statusColour(code, find(code)?.index ?? 0),
    campaignLabel: (name) => campaigns.data.value?.find((campaign) => campaign.name === name)?.label ?? name,
  };
}
