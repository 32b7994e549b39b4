/**
 * A report without calls: says for which choices, and offers to let them go.
 * @module
 */
import type { VNode } from 'preact';
import { useApp } from '../../app-context.ts';
import { Void } from '../../design/load-view.tsx';

export function ReportEmpty(props: { chips: readonly string[]; onReset: (() => void) | undefined }): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  return (
    <div class="card">
      <Void
        icon="calendar"
        title={t('report.empty.title')}
        action={
          props.onReset && (
            <button type="button" class="btn" data-kind="primary" onClick={props.onReset}>
              {t('action.reset')}
            </button>
          )
        }
      >
        <p>{t('report.empty.text')}</p>
        <p class="chips">
          {props.chips.map((words) => (
            <span class="badge" key={words}>
              {words}
            </span>
          ))}
        </p>
      </Void>
    </div>
  );
}
