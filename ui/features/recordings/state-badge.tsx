/**
 * In which state a recording is, where it is not simply there.
 * @module
 */
import type { VNode } from 'preact';
import type { RecordingInfo } from '../../../contracts/http/recordings.ts';
import { useApp } from '../../app-context.ts';
import { Badge } from '../../design/parts.tsx';
import type { Look } from '../../design/tone.ts';
import type { Format } from '../../i18n/format.ts';

const ARCHIVED: Look = { tone: 'neutral', icon: 'file' };
const DELETED: Look = { tone: 'neutral', icon: 'calendar' };
const LOST: Look = { tone: 'danger', icon: 'alert' };
const PENDING: Look = { tone: 'info', icon: 'hourglass' };

export function StateBadge({ info, format }: { info: RecordingInfo; format: Format }): VNode | null {
  const { t } = useApp().i18n;
  switch (info.state) {
    case 'ready':
      return info.archivedAt === null && info.form === 'wav' ? null : (
        <span
          title={
            info.archivedAt === null
              ? 'Ogg Opus'
              : t('recs.archiveSince', { date: format.date(info.archivedAt) })
          }
        >
          <Badge look={ARCHIVED}>{t('recs.archive')}</Badge>
        </span>
      );
    case 'deleted':
      return (
        <Badge look={DELETED}>
          {info.deletedAt === null
            ? t('recs.deleted')
            : t('recs.deletedOn', { date: format.date(info.deletedAt) })}
        </Badge>
      );
    case 'lost':
      return <Badge look={LOST}>{t('recs.lost')}</Badge>;
    case 'pending':
      return <Badge look={PENDING}>{t('recs.pending')}</Badge>;
    default:
      return null;
  }
}
