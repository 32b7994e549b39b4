/**
 * Istoria interacțiunilor: a person found by number or name, and all their calls in the order of time. What was typed is
 * never in the address: `?contact=` and `?numar=` are ids.
 * @module
 */
import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso/router';
import type { FoundPerson, History, HistoryFound, Interaction } from '../../../contracts/http/history.ts';
import type { ExportFormat } from '../../../contracts/http/reports.ts';
import { search } from '../../api/client.ts';
import { errorWords } from '../../api/problem.ts';
import { useApp } from '../../app-context.ts';
import { TextField } from '../../design/field.tsx';
import { Icon } from '../../design/icons.tsx';
import { LoadView, Void } from '../../design/load-view.tsx';
import { PageHead, RefreshButton } from '../../design/page-head.tsx';
import { Badge, Card, Notice } from '../../design/parts.tsx';
import { phoneText } from '../../i18n/format.ts';
import type { Resource } from '../../lib/resource.ts';
import { useStore } from '../../lib/use-store.ts';
import { useTitle } from '../../lib/use-title.ts';
import { FileLinks, PrintButton } from '../reports/report-frame.tsx';
import { createHistorySearch, createHistoryStore, historyAddress, parseHistory } from './store.ts';
import './history.css';

type Of = NonNullable<ReturnType<typeof parseHistory>>;
/** Never asked for. */
const NOBODY: Of = { contact: 0 };

export function HistoryPage(): VNode {
  const { api, i18n } = useApp();
  const { t } = i18n;
  const { query, route } = useLocation();
  const of = parseHistory(query);
  const finding = useStore(() => createHistorySearch({ api }), 'search');
  const key = JSON.stringify(of ?? null);
  const store = useStore(() => createHistoryStore({ api, of: of ?? NOBODY }), key);
  useEffect(() => {
    if (of !== undefined) void store.history.reload();
  }, [store]);
  const [text, setText] = useState('');
  useTitle(t('hist.title'));
  const error = finding.error.value;
  const found = finding.found.value;

  async function submit(): Promise<void> {
    const only = await finding.find(text);
    route(only === undefined ? '/istoric' : historyAddress(only));
  }

  return (
    <>
      <HistoryHead of={of} resource={store.history} />
      <div class="stack">
        <form
          class="card history-search no-print"
          role="search"
          onSubmit={(event) => {
            event.preventDefault();
            void submit();
          }}
        >
          <TextField
            label={t('hist.search')}
            hint={t('hist.hint')}
            name="person"
            value={text}
            onInput={setText}
            error={finding.notNumber.value ? t('hist.notNumber') : undefined}
          />
          <button type="submit" class="btn" data-kind="primary" aria-disabled={finding.busy.value}>
            <Icon name="search" />
            {t('action.search')}
          </button>
        </form>
        {error === undefined ? null : (
          <Notice tone="danger" icon="alert" role="alert" title={errorWords(i18n, error)} />
        )}
        {of !== undefined ? (
          <LoadView resource={store.history} rows={8}>
            {(history) => <HistoryOf history={history} />}
          </LoadView>
        ) : null}
        {of === undefined && found !== undefined ? <Found found={found} /> : null}
        {of === undefined && found === undefined ? (
          <div class="card">
            <Void icon="search" title={t('hist.start')}>
              <p>{t('hist.startText')}</p>
            </Void>
          </div>
        ) : null}
      </div>
    </>
  );
}

function Found({ found }: { found: HistoryFound }): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  if (found.people.length === 0) {
    return (
      <div class="card" role="status">
        <Void icon="search" title={t('hist.none')}>
          <p>{t('hist.noneText')}</p>
        </Void>
      </div>
    );
  }
  return (
    <Card title={t('hist.found', { n: found.people.length })}>
      <ul class="people">
        {found.people.map((person) => (
          <li key={person.contactId}>
            <a href={historyAddress({ contact: person.contactId })}>{person.name ?? t('hist.unnamed')}</a>
            <PersonFacts person={person} />
          </li>
        ))}
      </ul>
      {found.more ? <p class="table-note">{t('hist.more')}</p> : null}
    </Card>
  );
}

function PersonFacts({ person }: { person: FoundPerson }): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  const place = [
    person.locality,
    person.county,
    person.ageBand === null ? null : t('hist.years', { band: person.ageBand }),
  ].filter((part) => part !== null && part !== '');
  return (
    <>
      <span>{place.join(', ')}</span>
      <span class="mono">{person.numbers.map(phoneText).join(' · ')}</span>
      <span class="muted">
        {person.campaign} · {person.list} · {t('count.calls', { n: person.calls })}
        {person.lastCallAt === null ? '' : ` · ${i18n.format().date(person.lastCallAt)}`}
      </span>
    </>
  );
}

function HistoryHead({ of, resource }: { of: Of | undefined; resource: Resource<History> }): VNode {
  const { i18n, session } = useApp();
  const { t } = i18n;
  const loadedAt = resource.loadedAt.value;
  const file = (format: ExportFormat): string =>
    `/api/history.${format}${search({ ...of, lang: i18n.lang.value })}`;
  return (
    <PageHead
      title={t('hist.title')}
      lead={
        <>
          {t('hist.lead')}{' '}
          {of === undefined || loadedAt === undefined ? null : (
            <span class="muted no-print">
              {t('state.updatedAt', { time: i18n.format().timeSeconds(loadedAt) })}
            </span>
          )}
        </>
      }
    >
      {of === undefined ? null : (
        <>
          <RefreshButton resource={resource} words />
          <FileLinks exports={{ csv: file('csv'), xlsx: file('xlsx') }} />
          <PrintButton />
        </>
      )}
      {loadedAt === undefined ? null : (
        <span class="print-only">
          {t('report.generated', {
            at: i18n.format().dateTime(new Date(loadedAt).toISOString()),
            zone: session.session.value?.zone ?? '',
          })}
        </span>
      )}
    </PageHead>
  );
}

function HistoryOf({ history }: { history: History }): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  const names = [...new Set(history.people.map(({ name }) => name ?? t('hist.unnamed')))];
  const several = new Set(history.calls.map(({ number }) => number)).size > 1;
  return (
    <>
      <Card
        title={names.length > 0 ? names.join(' · ') : t('hist.numberOnly')}
        aside={history.number === null ? undefined : <span class="mono">{phoneText(history.number)}</span>}
      >
        <ul class="people" aria-label={t('hist.onLists')}>
          {history.people.map((person) => (
            <li key={person.contactId}>
              <PersonFacts person={person} />
            </li>
          ))}
        </ul>
      </Card>
      <Card
        title={t('hist.calls')}
        aside={<span class="muted">{t('count.calls', { n: history.calls.length })}</span>}
      >
        {history.calls.length === 0 ? (
          <Void icon="phoneOff" title={t('hist.noCalls')}>
            <p>{t('hist.noCallsText')}</p>
          </Void>
        ) : (
          <ol class="interactions">
            {history.calls.map((call) => (
              <Line key={call.callId} call={call} several={several} />
            ))}
          </ol>
        )}
        {history.more ? <p class="table-note">{t('hist.newest')}</p> : null}
      </Card>
    </>
  );
}

/** As people write it: `09.02.2019 Succes – Oradea, Bihor, 40-50 ani`, with what belongs to it. */
function Line({ call, several }: { call: Interaction; several: boolean }): VNode {
  const { i18n, catalogue, session } = useApp();
  const { t } = i18n;
  const format = i18n.format(call.zone);
  const told = [
    call.locality,
    call.county,
    call.ageBand === null ? null : t('hist.years', { band: call.ageBand }),
  ].filter((part) => part !== null && part !== '');
  const at = `${format.date(call.at)}, ${format.time(call.at)}`;
  const more = [
    format.time(call.at),
    call.campaign,
    call.list,
    call.agent,
    several ? phoneText(call.number) : null,
    call.talkMs > 0 ? format.duration(call.talkMs) : null,
  ].filter((part) => part !== null && part !== '');
  return (
    <li>
      <p class="interaction">
        <a href={`/apeluri/${call.callId}`} aria-label={t('hist.openCall', { at })}>
          <time dateTime={call.at}>{format.date(call.at)}</time>
        </a>{' '}
        <Badge look={catalogue.statusLook(call.status)}>{catalogue.statusLabel(call.status)}</Badge>
        {told.length > 0 ? <span>– {told.join(', ')}</span> : null}
        {call.corrected ? <span class="muted">({t('hist.corrected')})</span> : null}
      </p>
      <p class="muted interaction-more">
        {more.map((part) => (
          <span key={part}>{part}</span>
        ))}
      </p>
      {call.recording && session.can('recording.play') ? (
        <a class="btn no-print" href={`/apeluri/${call.callId}`}>
          <Icon name="play" />
          {t('hist.recording')}
          <span class="sr">{at}</span>
        </a>
      ) : null}
    </li>
  );
}
