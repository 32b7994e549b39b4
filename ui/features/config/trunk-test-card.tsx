/**
 * A test call over a trunk: whom, as whom, what is played; its steps while it goes on; what came of it and what to do.
 * @module
 */
import type { VNode } from 'preact';
import { useEffect, useId, useState } from 'preact/hooks';
import type { FieldIssue } from '../../../contracts/http/problem.ts';
import { ApiError, errorWords } from '../../api/problem.ts';
import { useApp } from '../../app-context.ts';
import { Field, SelectField } from '../../design/field.tsx';
import { Icon } from '../../design/icons.tsx';
import { LoadView } from '../../design/load-view.tsx';
import { Card, Notice } from '../../design/parts.tsx';
import type { I18n } from '../../i18n/i18n.ts';
import { pollWhileVisible } from '../../lib/poll.ts';
import { useStore } from '../../lib/use-store.ts';
import type { ConfigItem } from './api.ts';
import { labelIn } from './body.ts';
import { EarlierTests, TestProgress } from './trunk-test-progress.tsx';
import { createTrunkTestStore, type TrunkTestStore } from './trunk-test-store.ts';
import './trunk-test.css';

const LOOK_MS = 1_000;

export function TrunkTestCard(props: {
  trunk: string;
  objects: readonly ConfigItem[];
  /** Something on the page is not saved. */
  dirty: boolean;
}): VNode {
  const { api, i18n } = useApp();
  const { t } = i18n;
  const store = useStore(() => createTrunkTestStore(api.request, props.trunk), props.trunk);
  useEffect(() => pollWhileVisible(store.look, LOOK_MS), [store]);
  const test = store.shown.value;
  return (
    <Card title={t('config.test.title')}>
      <div class="card-body trunk-test">
        <p class="muted">{t('config.test.lead')}</p>
        <LoadView resource={store.tests} rows={2}>
          {({ tests, callerIds }) => (
            <>
              <TestForm {...props} store={store} callerIds={callerIds} running={test?.endedAt === null} />
              {test === undefined ? null : <TestProgress test={test} store={store} />}
              <EarlierTests tests={tests.filter(({ id }) => id !== test?.id)} />
            </>
          )}
        </LoadView>
      </div>
    </Card>
  );
}

function TestForm(props: {
  store: TrunkTestStore;
  objects: readonly ConfigItem[];
  callerIds: readonly string[];
  dirty: boolean;
  running: boolean;
}): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  const { store, callerIds, running } = props;
  const [number, setNumber] = useState('');
  const [typedCallerId, setCallerId] = useState<string | undefined>(undefined);
  const [prompt, setPrompt] = useState('');
  const [tried, setTried] = useState(false);
  const options = useId();
  const callerId = typedCallerId ?? callerIds[0] ?? '';
  const wrong = wrongFields(i18n, store.error.value);
  const empty = (value: string): string | undefined =>
    tried && value.trim() === '' ? t('config.test.bad.number') : undefined;
  const busy = store.busy.value || running;
  return (
    // The page around it is a form of its own; this one stands beside it.
    <form
      class="trunk-test-form"
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (busy || number.trim() === '' || callerId.trim() === '') return;
        void store.start({ number, callerId, ...(prompt !== '' && { prompt }) });
      }}
    >
      <PhoneField
        label={t('config.test.number')}
        hint={t('config.test.numberHint')}
        error={wrong.number ?? empty(number)}
        value={number}
        onInput={setNumber}
      />
      <PhoneField
        label={t('config.test.callerId')}
        hint={t('config.test.callerIdHint')}
        error={wrong.callerId ?? empty(callerId)}
        value={callerId}
        onInput={setCallerId}
        list={options}
      />
      <datalist id={options}>
        {callerIds.map((one) => (
          <option key={one} value={one} />
        ))}
      </datalist>
      <SelectField
        label={t('config.test.prompt')}
        value={prompt}
        onChange={setPrompt}
        options={[
          { value: '', label: t('config.test.ownSound') },
          ...props.objects
            .filter(({ kind }) => kind === 'prompt')
            .map((one) => ({ value: one.name, label: labelIn(one.body, i18n.lang.value, one.name) })),
        ]}
      />
      {props.dirty ? <p class="hint">{t('config.test.dirty')}</p> : null}
      {wrong.other === undefined ? null : (
        <Notice tone="danger" icon="alert" role="alert" title={wrong.other} />
      )}
      <div class="buttons">
        <button type="submit" class="btn" data-kind="primary" aria-disabled={busy}>
          <Icon name="phone" />
          {t(
            store.busy.value
              ? 'config.test.calling'
              : store.shown.value
                ? 'config.test.again'
                : 'config.test.call',
          )}
        </button>
        {running ? (
          <button
            type="button"
            class="btn"
            data-kind="danger"
            disabled={store.busy.value}
            onClick={() => void store.hangUp()}
          >
            <Icon name="hangUp" />
            {t('config.test.hangUp')}
          </button>
        ) : null}
      </div>
    </form>
  );
}

function PhoneField(props: {
  label: string;
  hint: string;
  error: string | undefined;
  value: string;
  onInput: (value: string) => void;
  list?: string;
}): VNode {
  return (
    <Field label={props.label} hint={props.hint} error={props.error}>
      {({ id, describedBy }) => (
        <input
          id={id}
          class="input"
          type="tel"
          inputMode="tel"
          autocomplete="off"
          maxLength={40}
          list={props.list}
          value={props.value}
          aria-invalid={props.error !== undefined}
          aria-describedby={describedBy}
          onInput={(event) => props.onInput(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

interface WrongFields {
  number?: string;
  callerId?: string;
  other?: string;
}

function wrongFields(i18n: I18n, error: unknown): WrongFields {
  if (error === undefined) return {};
  if (!(error instanceof ApiError)) return { other: errorWords(i18n, error) };
  if (error.is('conflict')) {
    const reason = error.problem?.params['reason'];
    const key = `config.test.no.${typeof reason === 'string' ? reason : ''}`;
    return { other: i18n.tMaybe(key, errorWords(i18n, error)) };
  }
  const issues = issuesOf(error).filter(({ path }) => path === 'number' || path === 'callerId');
  if (issues.length === 0) return { other: errorWords(i18n, error) };
  return Object.fromEntries(issues.map(({ path, message }) => [path, numberWords(i18n, message)]));
}

function issuesOf(error: ApiError): FieldIssue[] {
  const issues = error.problem?.params['issues'];
  return Array.isArray(issues) ? issues.filter((one): one is FieldIssue => typeof one !== 'string') : [];
}

function numberWords({ t }: I18n, problem: string): string {
  if (problem === 'emergency-or-short') return t('config.test.bad.emergency');
  return t(problem === 'premium' ? 'config.test.bad.premium' : 'config.test.bad.number');
}
