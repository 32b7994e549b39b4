/**
 * Rows of recordings; one of them plays in place. On a phone each row is a small card.
 * @module
 */
import { Fragment, type VNode } from 'preact';
import { useRef } from 'preact/hooks';
import type { RecordingRow } from '../../../contracts/http/recordings.ts';
import { useApp } from '../../app-context.ts';
import { Icon } from '../../design/icons.tsx';
import { Badge } from '../../design/parts.tsx';
import { phoneText, type Format } from '../../i18n/format.ts';
import { Player } from './player.tsx';
import { absentWords, recordingFacts } from './recording-words.tsx';
import { StateBadge } from './state-badge.tsx';

export interface RecordingsTableProps {
  rows: readonly RecordingRow[];
  zone: string;
  /** The call whose recording is open. */
  open: string | undefined;
  onToggle: (callId: string) => void;
}

export function RecordingsTable(props: RecordingsTableProps): VNode {
  const { session, i18n } = useApp();
  const { t } = i18n;
  const personal = session.canOwn('number.read') || session.canOwn('name.read');
  const agents = session.can('agent.read');
  const columns = 6 + (personal ? 1 : 0) + (agents ? 1 : 0);
  return (
    <div class="table-wrap">
      <table class="table recs">
        <thead>
          <tr>
            <th scope="col">
              <span class="sr">{t('recs.col.listen')}</span>
            </th>
            <th scope="col">{t('recs.col.time')}</th>
            {personal ? <th scope="col">{t('recs.col.contact')}</th> : null}
            <th scope="col">{t('calls.campaign')}</th>
            {agents ? <th scope="col">{t('recs.col.agent')}</th> : null}
            <th scope="col">{t('calls.status')}</th>
            <th scope="col" class="num">
              {t('recs.col.length')}
            </th>
            <th scope="col">
              <span class="sr">{t('recs.col.actions')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {props.rows.map((row) => (
            <Row
              key={row.callId}
              row={row}
              columns={columns}
              personal={personal}
              agents={agents}
              format={i18n.format(props.zone)}
              open={props.open === row.callId}
              onToggle={() => props.onToggle(row.callId)}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface RowProps {
  row: RecordingRow;
  columns: number;
  personal: boolean;
  agents: boolean;
  format: Format;
  open: boolean;
  onToggle: () => void;
}

function Row({ row, columns, personal, agents, format, open, onToggle }: RowProps): VNode {
  const app = useApp();
  const { i18n, catalogue } = app;
  const { t } = i18n;
  const info = row.recording;
  const url = info.state === 'ready' ? info.url : null;
  const button = useRef<HTMLButtonElement>(null);
  return (
    <Fragment>
      <tr data-open={open ? '' : undefined}>
        <td class="c-play">
          {url === null ? null : (
            <button
              ref={button}
              type="button"
              class="btn"
              data-icon=""
              {...(open ? { 'data-kind': 'primary' } : {})}
              aria-expanded={open}
              aria-label={t(open ? 'recs.close' : 'recs.listen', { time: format.dateTime(row.at) })}
              onClick={onToggle}
            >
              <Icon name={open ? 'close' : 'play'} />
            </button>
          )}
        </td>
        <td class="nowrap c-time">
          <a
            class="row-link"
            href={`/apeluri/${row.callId}`}
            aria-label={t('calls.open', { time: format.dateTime(row.at) })}
          >
            {format.timeSeconds(row.at)}
          </a>
          <span class="sub">{format.date(row.at)}</span>
        </td>
        {personal ? (
          <td class="c-contact">
            <span class="nowrap">
              {row.number === null ? <span class="muted">{t('live.hidden')}</span> : phoneText(row.number)}
            </span>
            {row.contactName === null ? null : <span class="sub">{row.contactName}</span>}
          </td>
        ) : null}
        <td class="c-campaign">
          {catalogue.campaignLabel(row.campaign)}
          <span class="sub">
            {t(`kind.${row.kind}`)}
            {row.list === null ? '' : ` · ${row.list}`}
          </span>
        </td>
        {agents ? <td class="c-agent">{row.agent ?? <span class="muted">{t('recs.robot')}</span>}</td> : null}
        <td class="c-status">
          {row.status === null ? null : (
            <Badge look={catalogue.statusLook(row.status)}>{catalogue.statusLabel(row.status)}</Badge>
          )}
          <StateBadge info={info} format={format} />
          {info.state === 'ready' ? null : <span class="sub">{absentWords(app, info).text}</span>}
        </td>
        <td class="num nowrap c-length">
          <Length row={row} format={format} />
        </td>
        <td class="c-actions">
          {info.state === 'ready' && info.downloadUrl !== null ? (
            <a
              class="btn"
              data-kind="quiet"
              data-icon=""
              href={info.downloadUrl}
              download
              aria-label={t('recs.download', { time: format.dateTime(row.at) })}
              title={t('rec.download')}
            >
              <Icon name="download" />
            </a>
          ) : null}
        </td>
      </tr>
      {info.state === 'ready' && open && url !== null ? (
        <tr class="recs-player">
          <td colSpan={columns}>
            <div
              class="recs-player-box"
              onKeyDown={(event) => {
                if (event.key !== 'Escape') return;
                onToggle();
                button.current?.focus();
              }}
            >
              <p class="recs-facts">
                {recordingFacts(app, info)}
                <a href={`/apeluri/${row.callId}`}>{t('recs.openCall')}</a>
              </p>
              <Player info={info} url={url} atOnce />
            </div>
          </td>
        </tr>
      ) : null}
    </Fragment>
  );
}

function Length({ row, format }: { row: RecordingRow; format: Format }): VNode {
  const info = row.recording;
  const ms = info.state === 'ready' || info.state === 'deleted' ? info.durationMs : null;
  return ms === null ? <span class="muted">–</span> : <>{format.length(ms)}</>;
}
