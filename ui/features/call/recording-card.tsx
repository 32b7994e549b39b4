/**
 * The recording of a call, or why there is none.
 * @module
 */
import type { VNode } from 'preact';
import type { CallDetail } from '../../../contracts/http/calls.ts';
import { useApp } from '../../app-context.ts';
import { Void } from '../../design/load-view.tsx';
import { Card } from '../../design/parts.tsx';
import { DownloadLink } from '../recordings/player-controls.tsx';
import { Player } from '../recordings/player.tsx';
import { AbsentRecording, recordingFacts } from '../recordings/recording-words.tsx';

export function RecordingCard({ call }: { call: CallDetail }): VNode {
  const app = useApp();
  const { t } = app.i18n;
  const info = call.recordingInfo;
  if (info.state !== 'ready') {
    return (
      <Card title={t('call.recording')}>
        <AbsentRecording info={info} zone={call.zone} />
      </Card>
    );
  }
  return (
    <Card title={t('call.recording')} aside={recordingFacts(app, info)}>
      {info.url === null ? (
        <Void
          icon="ban"
          title={t('rec.noPermission')}
          action={info.downloadUrl === null ? null : <DownloadLink url={info.downloadUrl} />}
        />
      ) : (
        <Player key={info.sha256} info={info} url={info.url} />
      )}
    </Card>
  );
}
