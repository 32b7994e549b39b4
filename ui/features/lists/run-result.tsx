/**
 * How far a run of the import is, or what came of it.
 * @module
 */
import type { VNode } from 'preact';
import type { ImportRun } from '../../../contracts/http/lists.ts';
import { useApp } from '../../app-context.ts';
import { Notice, Progress, Stat } from '../../design/parts.tsx';

export function RunResult({ run, onForce }: { run: ImportRun; onForce: () => void }): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  const { import: view } = run;
  const { number } = i18n.format();
  const toList = run.listId === null ? null : <a href={`/liste/${run.listId}`}>{t('lists.openList')}</a>;
  if (run.state === 'failed') {
    return (
      <Notice tone="danger" icon="alert" role="alert" title={t('lists.failed')}>
        {run.failure}
      </Notice>
    );
  }
  if (run.outcome === 'already-imported') {
    return (
      <Notice
        tone="warning"
        icon="alert"
        role="status"
        title={t('lists.again', { list: run.list ?? '' })}
        actions={
          <button type="button" class="btn" onClick={onForce}>
            {t('lists.force')}
          </button>
        }
      >
        {t('lists.againText')} {toList}
      </Notice>
    );
  }
  return (
    <>
      {run.outcome === null ? (
        <>
          <p role="status">
            {run.state === 'unknown' ? t('lists.runUnknown') : t(`lists.stage.${run.stage ?? 'opening'}`)}
          </p>
          {view ? (
            <Progress
              part={view.bytesDone}
              whole={view.bytesTotal}
              label={t('import.progress', { file: view.file })}
            />
          ) : null}
        </>
      ) : (
        <Notice
          tone={run.outcome === 'cancelled' ? 'warning' : 'positive'}
          icon={run.outcome === 'cancelled' ? 'minus' : 'check'}
          role="status"
          title={t(`lists.outcome.${run.outcome}`)}
        >
          {toList}
        </Notice>
      )}
      {view ? (
        <div class="stat-row">
          <Stat label={t('lists.rows')} value={number(view.rows)} />
          <Stat label={t('import.accepted')} value={number(view.accepted)} />
          <Stat label={t('import.duplicate')} value={number(view.duplicate)} />
          <Stat label={t('import.invalid')} value={number(view.invalid)} />
          <Stat label={t('import.suppressed')} value={number(view.suppressed)} />
        </div>
      ) : null}
      {Object.keys(run.byReason).length === 0 ? null : (
        <dl class="facts">
          {Object.entries(run.byReason).map(([reason, n]) => (
            <>
              <dt>{i18n.tMaybe(`reject.${reason}`, reason)}</dt>
              <dd>{number(n ?? 0)}</dd>
            </>
          ))}
        </dl>
      )}
      {run.outcome === 'dry-run' && view && view.rows > view.accepted ? (
        <p>
          <a href={`/api/imports/${view.id}/rejects.csv`} download>
            {t('lists.rejectsCsv')}
          </a>
        </p>
      ) : null}
    </>
  );
}
