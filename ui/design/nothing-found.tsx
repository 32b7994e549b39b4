/**
 * A search that found nothing, in words, with the way back.
 * @module
 */
import type { VNode } from 'preact';
import { useApp } from '../app-context.ts';
import { Void } from './load-view.tsx';

/** @param props.filters what was asked for, each in words */
export function NothingFound(props: {
  title: string;
  text: string;
  filters: readonly string[];
  onReset: () => void;
}): VNode {
  const { t } = useApp().i18n;
  return (
    <Void
      icon="search"
      title={props.title}
      action={
        <button type="button" class="btn" data-kind="primary" onClick={props.onReset}>
          {t('action.reset')}
        </button>
      }
    >
      <p>{props.text}</p>
      <p class="chips">
        {props.filters.map((words) => (
          <span class="badge" key={words}>
            {words}
          </span>
        ))}
      </p>
    </Void>
  );
}
