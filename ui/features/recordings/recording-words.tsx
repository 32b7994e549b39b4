/**
 * What became of a recording, in words.
 * @module
 */
import type { VNode } from 'preact';
import type { RecordingInfo } from '../../../contracts/http/recordings.ts';
import { useApp, type App } from '../../app-context.ts';
import type { IconName } from '../../design/icons.tsx';
import { Void } from '../../design/load-view.tsx';

type Absent = Exclude<RecordingInfo, { state: 'ready' }>;

export const RECORDING_ICONS: Readonly<Record<Absent['state'], IconName>> = {
  lost: 'alert',
  pending: 'hourglass',
  deleted: 'calendar',
  none: 'headphones',
};

/** Why there is nothing to hear: a title, and a sentence with the day or the reason. */
export function absentWords(
  { i18n }: Pick<App, 'i18n'>,
  info: Absent,
  zone?: string,
): { title: string; text: string } {
  const { t, tMaybe } = i18n;
  const title = t(`rec.${info.state}.title`);
  if (info.state === 'pending') return { title, text: t('rec.pending.text') };
  if (info.state === 'deleted') {
    const reason = tMaybe(`rec.deleted.${info.reason ?? ''}`, t('rec.deleted.other'));
    if (info.deletedAt === null) return { title, text: reason };
    const date = i18n.format(zone).date(info.deletedAt);
    return { title: t('rec.deleted.on', { date }), text: reason };
  }
  return { title, text: tMaybe(`rec.${info.state}.${info.reason ?? ''}`, t('rec.reasonUnknown')) };
}

export function AbsentRecording({ info, zone }: { info: Absent; zone?: string }): VNode {
  const app = useApp();
  const { title, text } = absentWords(app, info, zone);
  return (
    <Void icon={RECORDING_ICONS[info.state]} title={title}>
      <p>{text}</p>
    </Void>
  );
}

/** Length, form and size: beside the title of a recording. */
export function recordingFacts(
  { i18n }: Pick<App, 'i18n'>,
  info: Extract<RecordingInfo, { state: 'ready' }>,
): string {
  const format = i18n.format();
  const facts = { duration: format.duration(info.durationMs), size: format.size(info.bytes) };
  if (info.form === 'wav') return i18n.t('rec.facts', facts);
  if (info.archivedAt === null) return i18n.t('rec.facts.opus', facts);
  return i18n.t('rec.facts.archived', { ...facts, date: format.date(info.archivedAt) });
}
