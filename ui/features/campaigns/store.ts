/**
 * Campaigns with their day so far.
 * @module
 */
import type { CampaignSummary } from '../../../contracts/http/campaigns.ts';
import type { Api } from '../../api/client.ts';
import { pollWhileVisible } from '../../lib/poll.ts';
import { createResource, type Resource } from '../../lib/resource.ts';

const REFRESH_MS = 5_000;

export interface CampaignsStore {
  cards: Resource<readonly CampaignSummary[]>;
  dispose: () => void;
}

export function createCampaignsStore(deps: { api: Pick<Api, 'campaigns'> }): CampaignsStore {
  const cards = createResource<readonly CampaignSummary[]>(async (signal) =>
    (await deps.api.campaigns(signal)).campaigns.filter(({ retired }) => !retired),
  );
  const stop = pollWhileVisible(cards.reload, REFRESH_MS);
  return {
    cards,
    dispose: () => {
      stop();
      cards.dispose();
    },
  };
}
