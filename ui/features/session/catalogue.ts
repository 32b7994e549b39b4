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

export function createCatalogue(deps: { api: Api; i18n: I18n }): CatalogueStore {
  const statuses = createResource(async (signal) => (await deps.api.statuses(signal)).statuses);
  const campaigns = createResource<readonly CampaignSummary[]>(
    async (signal) => (await deps.api.campaigns(signal)).campaigns,
  );
  const sorted = computed(() => (statuses.data.value ?? []).toSorted((a, b) => a.sort - b.sort));
  const byCode = computed(
    () => new Map(sorted.value.map((status, index) => [status.code, { status, index }])),
  );

  return {
    statuses: sorted,
    campaigns,
    load: async (may) => {
      await Promise.all([statuses.reload(), may.campaigns ? campaigns.reload() : undefined]);
    },
    statusLabel: (code) => byCode.value.get(code)?.status.labels[deps.i18n.lang.value] ?? code,
    statusLook: (code) =>
      statusLook(byCode.value.get(code)?.status ?? { code, positive: false, reachedPerson: false }),
    statusColour: (code) => statusColour(code, byCode.value.get(code)?.index ?? 0),
    campaignLabel: (name) => campaigns.data.value?.find((campaign) => campaign.name === name)?.label ?? name,
  };
}
