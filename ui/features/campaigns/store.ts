/**
 * Campaigns with their day so far.
 * @module
 */
import type { CampaignSummary } from '../../../contracts/http/campaigns.ts';
import type { DailyReport } from '../../../contracts/http/reports.ts';
import type { Api } from '../../api/client.ts';
import { createFormat } from '../../i18n/format.ts';
import { pollWhileVisible } from '../../lib/poll.ts';
import { createResource, type Resource } from '../../lib/resource.ts';

const REFRESH_MS = 15_000;
/** Reports asked for at once and in all; a site with more campaigns sees the first ones' day. */
const AT_ONCE = 4;
const MOST_DAYS = 24;

export interface CampaignCard extends CampaignSummary {
  today: DailyReport | undefined;
}

export interface CampaignsStore {
  cards: Resource<readonly CampaignCard[]>;
  dispose: () => void;
}

/** `withDay`: the role may read reports. A day that cannot be read leaves its card without figures. */
export function createCampaignsStore(deps: {
  api: Pick<Api, 'campaigns' | 'daily'>;
  withDay: boolean;
  now: () => number;
}): CampaignsStore {
  async function load(signal: AbortSignal): Promise<readonly CampaignCard[]> {
    const { campaigns } = await deps.api.campaigns(signal);
    const cards: CampaignCard[] = campaigns.map((campaign) => ({ ...campaign, today: undefined }));
    if (!deps.withDay) return cards;
    for (let start = 0; start < Math.min(cards.length, MOST_DAYS); start += AT_ONCE) {
      await Promise.all(
        cards.slice(start, start + AT_ONCE).map(async (card) => {
          const date = createFormat('ro', card.zone).localDate(deps.now());
          card.today = await deps.api.daily({ date, campaign: card.name }, signal).catch(() => undefined);
        }),
      );
    }
    return cards;
  }

  const cards = createResource(load);
  const stop = pollWhileVisible(cards.reload, REFRESH_MS);
  return {
    cards,
    dispose: () => {
      stop();
      cards.dispose();
    },
  };
}
