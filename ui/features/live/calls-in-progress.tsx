/**
 * Calls in progress: stage, time in it, number, attempt. Times tick by the server's clock.
 * @module
 */
import { useComputed, type ReadonlySignal } from '@preact/signals';
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { LiveCall, LiveSnapshot } from '../../../contracts/http/live.ts';
import { useApp } from '../../app-context.ts';
import { Void } from '../../design/load-view.tsx';
import { Badge, Card } from '../../design/parts.tsx';
import { STAGE_LOOKS } from '../../design/tone.ts';
import { phoneText } from '../../i18n/format.ts';
import type { LiveStore } from './store.ts';

/** More rows than a person reads; the rest on request. */
const SHOWN = 60;

export function CallsInProgress({ store, snapshot }: { store: LiveStore; snapshot: LiveSnapshot }): VNode {
  const { t } = useApp().i18n;
  const [all, setAll] = useState(false);
  const calls = all ? snapshot.calls : snapshot.calls.slice(0, SHOWN);
  return (
    <Card
      title={t('live.calls')}
      aside={store.stages.value.map(({ stage, calls }) => (
        <Badge key={stage} look={STAGE_LOOKS[stage]} plain>
          {t(`stage.${stage}`)} {calls}
        </Badge>
      ))}
    >
      {calls.length === 0 ? (
        <Void icon="phone" title={t('live.calls.none.title')}>
          <p>{t('live.calls.none.text')}</p>
        </Void>
      ) : (
        <div class="table-wrap live-calls" tabIndex={0} role="group" aria-label={t('live.calls')}>
          <table class="table">
            <thead>
              <tr>
                <th scope="col">{t('live.col.stage')}</th>
                <th scope="col" class="num">
                  {t('live.col.time')}
                </th>
                <th scope="col">{t('live.col.number')}</th>
                <th scope="col" class="num">
                  {t('live.col.attempt')}
                </th>
                <th scope="col">{t('live.col.started')}</th>
                <th scope="col">{t('live.col.node')}</th>
              </tr>
            </thead>
            <tbody>
              {calls.map((call) => (
                <CallRow key={call.callId} call={call} zone={snapshot.campaign.zone} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {snapshot.calls.length > SHOWN && !all ? (
        <p class="table-note">
          {t('live.calls.capped', { n: SHOWN })}{' '}
          <button type="button" class="link" onClick={() => setAll(true)}>
            {t('action.more')}
          </button>
        </p>
      ) : null}
    </Card>
  );
}

function CallRow({ call, zone }: { call: LiveCall; zone: string }): VNode {
  const { i18n, session } = useApp();
  const { t } = i18n;
  const number =
    call.number === null ? <span class="muted">{t('live.hidden')}</span> : phoneText(call.number);
  return (
    <tr>
      <td>
        <Badge look={STAGE_LOOKS[call.stage]}>{t(`stage.${call.stage}`)}</Badge>
      </td>
      <td class="num">
        <Ticking since={call.since} />
      </td>
      <td class="nowrap">
        {session.can('call.read') ? (
          <a class="row-link" href={`/apeluri/${call.callId}`}>
            {number}
          </a>
        ) : (
          number
        )}
      </td>
      <td class="num">{call.attempt}</td>
      <td class="nowrap">{i18n.format(zone).timeSeconds(call.claimedAt)}</td>
      <td class="muted">{call.node}</td>
    </tr>
  );
}

/** Only the text node changes each second; nothing renders again. */
function Ticking({ since }: { since: string }): VNode {
  const { clock, i18n } = useApp();
  return <TickingText tick={clock.tick} since={since} write={i18n.format().clock} key={since} />;
}

function TickingText(props: {
  tick: ReadonlySignal<number>;
  since: string;
  write: (ms: number) => string;
}): VNode {
  const start = Date.parse(props.since);
  const text = useComputed(() => props.write(props.tick.value - start));
  return <>{text}</>;
}
