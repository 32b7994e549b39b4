/**
 * Rows of calls. On a phone each row is a small card.
 * @module
 */
import type { VNode } from 'preact';
import { useLocation } from 'preact-iso/router';
import type { CallRow } from '../../../contracts/http/calls.ts';
import { useApp } from '../../app-context.ts';
import { Icon, type IconName } from '../../design/icons.tsx';
import { Badge } from '../../design/parts.tsx';
import { STAGE_LOOKS } from '../../design/tone.ts';
import { phoneText } from '../../i18n/format.ts';

export function CallsTable({ calls, zone }: { calls: readonly CallRow[]; zone: string }): VNode {
  const { session, i18n } = useApp();
  const { t } = i18n;
  const personal = session.canOwn('number.read') || session.canOwn('name.read');
  return (
    <div class="table-wrap">
      <table class="table calls">
        <thead>
          <tr>
            <th scope="col">{t('calls.col.time')}</th>
            {personal ? <th scope="col">{t('calls.col.contact')}</th> : null}
            <th scope="col">{t('calls.campaign')}</th>
            <th scope="col">{t('calls.status')}</th>
            <th scope="col" class="num">
              {t('calls.col.talk')}
            </th>
            <th scope="col" class="num">
              <abbr title={t('calls.col.attemptFull')}>{t('calls.col.attempt')}</abbr>
            </th>
            <th scope="col">
              <span class="sr">{t('calls.col.recording')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {calls.map((call) => (
            <Row key={call.id} call={call} zone={zone} personal={personal} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ call, zone, personal }: { call: CallRow; zone: string; personal: boolean }): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  const { route } = useLocation();
  const format = i18n.format(zone);
  const at = call.invitedAt ?? call.claimedAt;
  const href = `/apeluri/${call.id}`;
  return (
    <tr
      data-href=""
      onClick={(event) => {
        const target = event.target as Element;
        if (!target.closest('a') && getSelection()?.toString() === '') route(href);
      }}
    >
      <td class="nowrap c-time">
        <a class="row-link" href={href} aria-label={t('calls.open', { time: format.dateTime(at) })}>
          {format.timeSeconds(at)}
        </a>
        <span class="sub">{format.date(at)}</span>
      </td>
      {personal ? (
        <td class="c-contact">
          {call.number === null ? <span class="muted">{t('live.hidden')}</span> : phoneText(call.number)}
          {call.contactName === null ? null : <span class="sub">{call.contactName}</span>}
        </td>
      ) : null}
      <td class="c-campaign">
        {call.campaignLabel}
        <span class="sub">
          {[t(`kind.${call.kind}`), call.agent, call.list?.name].filter(Boolean).join(' · ')}
        </span>
      </td>
      <td class="c-status">
        <StatusBadge call={call} />
      </td>
      <td class="num nowrap">
        {call.answeredAt === null ? (
          <span class="muted">–</span>
        ) : call.talkMs === null ? (
          '…'
        ) : (
          format.length(call.talkMs)
        )}
      </td>
      <td class="num c-attempt">{call.attempt}</td>
      <td class="c-rec">
        <RecordingMark state={call.recording} />
      </td>
    </tr>
  );
}

/** The status, or the stage of a call that is still open. */
export function StatusBadge({ call }: { call: Pick<CallRow, 'status' | 'stage' | 'result'> }): VNode {
  const { i18n, catalogue } = useApp();
  if (call.status !== null) {
    return <Badge look={catalogue.statusLook(call.status)}>{catalogue.statusLabel(call.status)}</Badge>;
  }
  if (call.stage !== null) {
    return <Badge look={STAGE_LOOKS[call.stage]}>{i18n.t(`stage.${call.stage}`)}</Badge>;
  }
  return <Badge look={{ tone: 'neutral', icon: 'minus' }}>{i18n.t('calls.notPlaced')}</Badge>;
}

const MARKS: Readonly<Record<'ready' | 'lost', IconName>> = { ready: 'headphones', lost: 'alert' };

function RecordingMark({ state }: { state: CallRow['recording'] }): VNode | null {
  const { t } = useApp().i18n;
  if (state !== 'ready' && state !== 'lost') return null;
  const words = t(`recording.${state}`);
  return (
    <span class="rec-mark" data-state={state} title={words}>
      <Icon name={MARKS[state]} size={16} />
      <span class="sr">{words}</span>
    </span>
  );
}
