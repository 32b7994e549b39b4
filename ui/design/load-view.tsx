/**
 * One face for everything that is loaded: skeleton after 300 ms, error with retry, old data kept and marked.
 * @module
 */
import type { ComponentChildren, VNode } from 'preact';
import { errorWords, requestIdOf } from '../api/problem.ts';
import { useApp } from '../app-context.ts';
import type { Resource } from '../lib/resource.ts';
import { Icon, type IconName } from './icons.tsx';
import { Notice } from './parts.tsx';

/** @param props.head of a page whose own head comes with the data: stands there until they are here, or instead of them */
export function LoadView<T>(props: {
  resource: Resource<T>;
  rows?: number;
  head?: ComponentChildren;
  children: (data: T) => ComponentChildren;
}): VNode {
  const { resource } = props;
  const data = resource.data.value;
  if (data === undefined) {
    return (
      <>
        {props.head}
        {resource.error.value === undefined ? (
          <Skeleton rows={props.rows ?? 6} />
        ) : (
          <ErrorState resource={resource} />
        )}
      </>
    );
  }
  return (
    <>
      <StaleNotice resource={resource} />
      {props.children(data)}
    </>
  );
}

/** Shown above data that could not be renewed. */
export function StaleNotice<T>({ resource }: { resource: Resource<T> }): VNode | null {
  const { i18n } = useApp();
  if (!resource.stale.value) return null;
  const loadedAt = resource.loadedAt.value;
  return (
    <div class="stale-notice">
      <Notice
        tone="warning"
        icon="clock"
        role="status"
        title={
          loadedAt === undefined
            ? i18n.t('state.stale')
            : i18n.t('state.staleSince', { time: i18n.format().timeSeconds(loadedAt) })
        }
        actions={<RetryButton resource={resource} />}
      >
        {errorWords(i18n, resource.error.value)}
      </Notice>
    </div>
  );
}

function ErrorState<T>({ resource }: { resource: Resource<T> }): VNode {
  const { i18n } = useApp();
  const error = resource.error.value;
  const id = requestIdOf(error);
  return (
    <Void
      icon="alert"
      title={i18n.t('state.failed')}
      role="alert"
      action={<RetryButton resource={resource} />}
    >
      <p>{errorWords(i18n, error)}</p>
      {id === undefined ? null : <p class="muted mono">{i18n.t('error.requestId', { id })}</p>}
    </Void>
  );
}

function RetryButton<T>({ resource }: { resource: Resource<T> }): VNode {
  const { i18n } = useApp();
  const loading = resource.loading.value;
  return (
    <button type="button" class="btn" disabled={loading} onClick={() => void resource.reload()}>
      <span class={loading ? 'spin' : ''}>
        <Icon name="refresh" />
      </span>
      {i18n.t('action.retry')}
    </button>
  );
}

export function Skeleton({ rows }: { rows: number }): VNode {
  const { i18n } = useApp();
  const widths = [92, 78, 85, 64, 88, 71];
  return (
    <div class="skeleton" role="status" aria-label={i18n.t('app.loading')}>
      {Array.from({ length: rows }, (_, row) => (
        <i key={row} style={{ width: `${widths[row % widths.length] ?? 80}%` }} />
      ))}
    </div>
  );
}

/** Nothing to show, and what to do about it. */
export function Void(props: {
  icon: IconName;
  title: string;
  /** It is the whole page, so its title is the page's. */
  page?: boolean;
  role?: 'alert';
  action?: ComponentChildren;
  children?: ComponentChildren;
}): VNode {
  return (
    <div class="void" {...(props.role ? { role: props.role } : {})}>
      <Icon name={props.icon} size={32} />
      {props.page ? <h1>{props.title}</h1> : <h2>{props.title}</h2>}
      {props.children}
      {props.action}
    </div>
  );
}
