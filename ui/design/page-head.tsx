/**
 * The head of a page: where it comes from, its title, when its data were read, what can be done.
 * @module
 */
import type { ComponentChildren, VNode } from 'preact';
import { useApp } from '../app-context.ts';
import type { Resource } from '../lib/resource.ts';
import { Icon } from './icons.tsx';

export function PageHead<T>(props: {
  title: ComponentChildren;
  lead?: ComponentChildren;
  back?: { href: string; label: string };
  /** Shows when it was read, and a button that reads it again. */
  resource?: Resource<T>;
  children?: ComponentChildren;
}): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  const loadedAt = props.resource?.loadedAt.value;
  return (
    <header class="page-head">
      <div>
        {props.back === undefined ? null : (
          <a class="crumb" href={props.back.href}>
            <Icon name="arrowLeft" size={16} />
            {props.back.label}
          </a>
        )}
        <h1>{props.title}</h1>
        {props.lead === undefined ? null : <p class="lead">{props.lead}</p>}
      </div>
      <div class="page-actions">
        {loadedAt === undefined ? null : (
          <span class="muted">{t('state.updatedAt', { time: i18n.format().timeSeconds(loadedAt) })}</span>
        )}
        {props.resource === undefined ? null : <RefreshButton resource={props.resource} />}
        {props.children}
      </div>
    </header>
  );
}

/** @param props.words beside its sign */
export function RefreshButton<T>(props: { resource: Resource<T>; words?: boolean }): VNode {
  const { i18n } = useApp();
  const words = i18n.t('action.refresh');
  const loading = props.resource.loading.value;
  return (
    <button
      type="button"
      class="btn no-print"
      {...(props.words ? {} : { 'data-icon': '', 'aria-label': words, title: words })}
      disabled={loading}
      onClick={() => void props.resource.reload()}
    >
      <span class={loading ? 'spin' : ''}>
        <Icon name="refresh" />
      </span>
      {props.words ? words : null}
    </button>
  );
}
