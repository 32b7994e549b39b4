/**
 * A list from a file: choose, look at its first rows, try, import.
 * @module
 */
import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { ImportRun, UploadPreview } from '../../../contracts/http/lists.ts';
import { IMPORT_COLUMNS, LIST_KINDS } from '../../../contracts/model/import.ts';
import { useApp } from '../../app-context.ts';
import { SelectField, TextField } from '../../design/field.tsx';
import { Icon } from '../../design/icons.tsx';
import { Card, Notice, Progress } from '../../design/parts.tsx';
import { pollWhileVisible } from '../../lib/poll.ts';
import { useStore } from '../../lib/use-store.ts';
import { useTitle } from '../../lib/use-title.ts';
import { PageHead } from '../../design/page-head.tsx';
import { refusalWords } from './parts.tsx';
import { RunResult } from './run-result.tsx';
import { createUploadStore, isName, nameOf, type UploadStore } from './upload-store.ts';
import './lists.css';

const LOOK_EVERY_MS = 1_500;

export function UploadPage(): VNode {
  const { api, i18n } = useApp();
  const { t } = i18n;
  const store = useStore(() => createUploadStore(api.request), '');
  useTitle(t('lists.uploadTitle'));
  const stage = store.stage.value;
  const runs = stage === 'trying' || stage === 'importing';
  useEffect(() => (runs ? pollWhileVisible(store.look, LOOK_EVERY_MS) : undefined), [store, runs]);
  return (
    <>
      <PageHead
        title={t('lists.uploadTitle')}
        lead={t('lists.uploadLead')}
        back={{ href: '/liste', label: t('lists.title') }}
      />
      <div class="stack">
        {store.error.value === undefined ? null : (
          <Notice
            tone="danger"
            icon="alert"
            role="alert"
            title={refusalWords(i18n, store.error.value)}
            actions={
              stage === 'uploading' ? (
                <button type="button" class="btn" onClick={() => void store.upload()}>
                  {t('action.retry')}
                </button>
              ) : undefined
            }
          />
        )}
        <FileCard store={store} />
        {store.preview.value ? <PreviewCard store={store} preview={store.preview.value} /> : null}
        {store.preview.value && store.preview.value.problem === null ? <ImportCard store={store} /> : null}
        {store.run.value ? <RunCard store={store} run={store.run.value} /> : null}
      </div>
    </>
  );
}

function FileCard({ store }: { store: UploadStore }): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  const [over, setOver] = useState(false);
  const file = store.file.value;
  const take = (found: File | undefined): void => {
    if (found) void store.choose(found);
  };
  const busy = store.stage.value === 'importing' || store.stage.value === 'trying';
  return (
    <Card title={t('lists.step.file')}>
      <div class="card-body stack">
        <div
          class="drop"
          {...(over ? { 'data-over': '' } : {})}
          onDragOver={(event) => {
            event.preventDefault();
            setOver(true);
          }}
          onDragLeave={() => setOver(false)}
          onDrop={(event) => {
            event.preventDefault();
            setOver(false);
            if (!busy) take(event.dataTransfer?.files[0]);
          }}
        >
          <Icon name="file" size={28} />
          <input
            id="list-file"
            class="sr file-input"
            type="file"
            accept=".csv,.txt,text/csv"
            disabled={busy}
            onChange={(event) => take(event.currentTarget.files?.[0])}
          />
          <label class="btn" for="list-file">
            {t('lists.choose')}
          </label>
          <span class="muted">{t('lists.chooseHint')}</span>
        </div>
        {file === undefined ? null : (
          <>
            <p>
              <strong>{file.name}</strong> <span class="muted">{i18n.format().size(file.size)}</span>
            </p>
            {store.stage.value === 'uploading' ? (
              <Progress
                part={store.bytes.value}
                whole={file.size}
                label={t('lists.uploading', { file: file.name })}
              />
            ) : null}
          </>
        )}
      </div>
    </Card>
  );
}

function PreviewCard({ store, preview }: { store: UploadStore; preview: UploadPreview }): VNode {
  const { t } = useApp().i18n;
  const fixed = store.busy.value || ['trying', 'importing', 'over'].includes(store.stage.value);
  return (
    <Card
      title={t('lists.step.preview')}
      aside={t('lists.format', {
        encoding: preview.encoding,
        delimiter: preview.delimiter === '\t' ? 'tab' : preview.delimiter,
      })}
    >
      {preview.problem === null ? null : (
        <div class="card-body">
          <Notice tone="danger" icon="alert" role="alert" title={t('lists.problem')}>
            {preview.problem.message}
          </Notice>
        </div>
      )}
      {preview.columns.length === 0 ? null : (
        <div class="card-body columns-hint">
          <p class="muted">
            {t(
              preview.remembered !== null
                ? 'lists.columnsRemembered'
                : store.columns.value === undefined
                  ? 'lists.columnsFound'
                  : 'lists.columnsChosen',
            )}
          </p>
          {store.columns.value === undefined ? null : (
            <button type="button" class="btn" disabled={fixed} onClick={() => void store.findColumns()}>
              {t('lists.columnsAuto')}
            </button>
          )}
        </div>
      )}
      {preview.columns.length === 0 ? null : (
        <div class="table-wrap" tabIndex={0} role="group" aria-label={t('lists.step.preview')}>
          <table class="table preview-table admin-table">
            <thead>
              <tr>
                {preview.columns.map((column, at) => (
                  <th scope="col" key={at}>
                    {column.header || '–'}
                    <select
                      class="input column-choice"
                      aria-label={t('lists.columnIs', { header: column.header || String(at + 1) })}
                      disabled={fixed}
                      value={column.known ?? ''}
                      onChange={(event) => {
                        const { value } = event.currentTarget;
                        void store.setColumn(at, IMPORT_COLUMNS.find((one) => one === value) ?? null);
                      }}
                    >
                      <option value="" selected={column.known === null}>
                        {t(column.header === '' ? 'lists.notKept' : 'lists.keptAsIs')}
                      </option>
                      {IMPORT_COLUMNS.map((one) => (
                        <option key={one} value={one} selected={one === column.known}>
                          {t(`column.${one}`)}
                        </option>
                      ))}
                    </select>
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {preview.rows.map((row, at) => (
                <tr key={at}>
                  {row.map((cell, index) => (
                    <td key={index}>{cell}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Card>
  );
}

function ImportCard({ store }: { store: UploadStore }): VNode {
  const { i18n, catalogue } = useApp();
  const { t } = i18n;
  const form = store.form.value;
  const busy = store.stage.value === 'trying' || store.stage.value === 'importing' || store.busy.value;
  const wrongName = !isName(form.name);
  const ready = form.campaign !== '' && !wrongName && !busy;
  const imported = store.run.value?.outcome === 'imported';
  return (
    <Card title={t('lists.step.import')}>
      <form
        class="card-body upload-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) void store.start(true);
        }}
      >
        <TextField
          label={t('lists.name')}
          hint={t('lists.nameHint', { id: `import:${form.name}` })}
          error={wrongName ? t('lists.nameWrong') : undefined}
          name="list-name"
          value={form.name}
          onInput={(name) => store.put({ name: nameOf(name) })}
        />
        <SelectField
          label={t('calls.campaign')}
          value={form.campaign}
          onChange={(campaign) => store.put({ campaign })}
          options={[
            { value: '', label: t('lists.chooseCampaign') },
            ...(catalogue.campaigns.data.value ?? [])
              .filter(({ retired }) => !retired)
              .map(({ name, label }) => ({ value: name, label })),
          ]}
        />
        <SelectField
          label={t('lists.kind')}
          hint={t(`lists.kindHint.${form.kind}`)}
          value={form.kind}
          onChange={(kind) => store.put({ kind: LIST_KINDS.find((one) => one === kind) ?? 'normal' })}
          options={LIST_KINDS.map((kind) => ({ value: kind, label: t(`list.${kind}`) }))}
        />
        {imported ? null : (
          <div class="wide buttons-row">
            <button
              type="submit"
              class="btn"
              {...(store.tried.value ? {} : { 'data-kind': 'primary' })}
              disabled={!ready}
            >
              <Icon name="search" />
              {t('lists.try')}
            </button>
            <button
              type="button"
              class="btn"
              {...(store.tried.value ? { 'data-kind': 'primary' } : {})}
              disabled={!ready || !store.tried.value}
              onClick={() => void store.start(false)}
            >
              <Icon name="upload" />
              {t('lists.importNow')}
            </button>
            {store.tried.value ? null : <span class="muted">{t('lists.tryFirst')}</span>}
          </div>
        )}
      </form>
    </Card>
  );
}

function RunCard({ store, run }: { store: UploadStore; run: ImportRun }): VNode {
  const { t } = useApp().i18n;
  return (
    <Card title={t(store.isTrial.value ? 'lists.trial' : 'lists.import')}>
      <div class="card-body stack">
        <RunResult run={run} onForce={() => void store.start(false, true)} />
      </div>
    </Card>
  );
}
