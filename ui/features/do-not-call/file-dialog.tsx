/**
 * Many numbers at once, from a file.
 * @module
 */
import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { DoNotCallImported } from '../../../contracts/http/do-not-call.ts';
import type { DoNotCallSource } from '../../../contracts/model/do-not-call.ts';
import type { AdminListsApi } from '../../api/admin-lists.ts';
import { useApp } from '../../app-context.ts';
import { Dialog } from '../../design/dialog.tsx';
import { Field } from '../../design/field.tsx';
import { Icon } from '../../design/icons.tsx';
import { Notice, Progress } from '../../design/parts.tsx';
import { ReasonField, refusalWords, SourceField } from '../lists/parts.tsx';
import { createUpload } from '../lists/upload.ts';

type Total = Pick<DoNotCallImported, 'lines' | 'added' | 'known' | 'rejected' | 'rejects'>;
const NOTHING: Total = { lines: 0, added: 0, known: 0, rejected: 0, rejects: [] };
const MOST_SHOWN = 50;

export function FileDialog(props: { api: AdminListsApi; onDone: () => void; onClose: () => void }): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  const [file, setFile] = useState<File | undefined>(undefined);
  const [reason, setReason] = useState('');
  const [source, setSource] = useState<DoNotCallSource>('register');
  const [tried, setTried] = useState(false);
  const [progress, setProgress] = useState<number | undefined>(undefined);
  const [total, setTotal] = useState<Total | undefined>(undefined);
  const [error, setError] = useState<unknown>(undefined);
  const cancel = useRef(new AbortController());
  useEffect(() => () => cancel.current.abort(), []);
  const busy = progress !== undefined;
  const wrong = reason.trim().length < 3;

  async function submit(): Promise<void> {
    setTried(true);
    if (total !== undefined) return props.onClose();
    if (wrong || file === undefined || busy) return;
    setError(undefined);
    setProgress(0);
    try {
      setTotal(await importFile(file));
    } catch (cause) {
      setError(cause);
    }
    setProgress(undefined);
    props.onDone();
  }

  /** The first half of the bar is the upload. */
  async function importFile(chosen: File): Promise<Total> {
    const { signal } = cancel.current;
    const upload = createUpload(props.api, chosen);
    await upload.run(signal, (bytes) => setProgress(bytes / chosen.size / 2));
    let sum = NOTHING;
    for (let from: DoNotCallImported['next'] = null; ;) {
      signal.throwIfAborted();
      const part: DoNotCallImported = await props.api.importDoNotCall({
        upload: upload.id,
        reason: reason.trim(),
        source,
        ...(from !== null && { from }),
      });
      sum = added(sum, part);
      if (part.next === null) return sum;
      from = part.next;
      setProgress(0.5 + part.next.bytes / part.bytesTotal / 2);
    }
  }

  return (
    <Dialog
      title={t('dnc.importTitle')}
      onClose={props.onClose}
      onSubmit={() => void submit()}
      foot={
        <>
          {total === undefined ? (
            <button type="button" class="btn" data-kind="quiet" onClick={props.onClose}>
              {t('action.cancel')}
            </button>
          ) : null}
          <button type="submit" class="btn" data-kind="primary" aria-disabled={busy}>
            {t(total === undefined ? 'dnc.import' : 'action.close')}
          </button>
        </>
      }
    >
      {error === undefined ? null : (
        <Notice tone="danger" icon="alert" role="alert" title={refusalWords(i18n, error)} />
      )}
      {total === undefined ? (
        <>
          <p>{t('dnc.importText')}</p>
          <Field label={t('dnc.file')} error={tried && file === undefined ? t('dnc.fileMissing') : undefined}>
            {({ id, describedBy }) => (
              <span class="file-choice">
                {/* The browser's own button speaks the browser's language. */}
                <input
                  id={id}
                  class="sr file-input"
                  type="file"
                  accept=".csv,.txt,text/csv"
                  aria-describedby={describedBy}
                  disabled={busy}
                  onChange={(event) => setFile(event.currentTarget.files?.[0])}
                />
                <label class="btn" for={id}>
                  <Icon name="file" />
                  {t('dnc.chooseFile')}
                </label>
                <span class="muted">{file?.name ?? t('dnc.noFile')}</span>
              </span>
            )}
          </Field>
          <SourceField value={source} onChange={setSource} />
          <ReasonField value={reason} onInput={setReason} wrong={tried && wrong} />
          {progress === undefined ? null : <Progress part={progress} whole={1} label={t('dnc.importing')} />}
        </>
      ) : (
        <Result total={total} />
      )}
    </Dialog>
  );
}

function Result({ total }: { total: Total }): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  const { number } = i18n.format();
  return (
    <div role="status">
      <dl class="facts">
        <dt>{t('lists.rows')}</dt>
        <dd>{number(total.lines)}</dd>
        <dt>{t('dnc.result.added')}</dt>
        <dd>{number(total.added)}</dd>
        <dt>{t('dnc.result.known')}</dt>
        <dd>{number(total.known)}</dd>
        <dt>{t('dnc.result.rejected')}</dt>
        <dd>{number(total.rejected)}</dd>
      </dl>
      {total.rejects.length === 0 ? null : (
        <ul>
          {total.rejects.slice(0, MOST_SHOWN).map(({ line, problem }) => (
            <li key={line}>
              {t('dnc.line', { n: line })}: {i18n.tMaybe(`phone.${problem}`, problem)}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function added(sum: Total, part: Total): Total {
  return {
    lines: sum.lines + part.lines,
    added: sum.added + part.added,
    known: sum.known + part.known,
    rejected: sum.rejected + part.rejected,
    rejects: [...sum.rejects, ...part.rejects],
  };
}
