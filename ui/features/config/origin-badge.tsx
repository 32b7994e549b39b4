/**
 * Where a version comes from.
 * @module
 */
import type { VNode } from 'preact';
import type { ConfigOrigin } from '../../../contracts/http/config-admin.ts';
import { useApp } from '../../app-context.ts';
import { Badge } from '../../design/parts.tsx';
import type { Look } from '../../design/tone.ts';

const LOOKS: Readonly<Record<ConfigOrigin, Look>> = {
  file: { tone: 'neutral', icon: 'file' },
  page: { tone: 'info', icon: 'users' },
  seed: { tone: 'neutral', icon: 'system' },
};

export function OriginBadge({ origin }: { origin: ConfigOrigin }): VNode {
  const { t } = useApp().i18n;
  return (
    <span class="hinted" title={t(`config.origin.${origin}.hint`)}>
      <Badge look={LOOKS[origin]}>{t(`config.origin.${origin}`)}</Badge>
    </span>
  );
}
