/**
 * An address that leads nowhere.
 * @module
 */
import type { VNode } from 'preact';
import { useLocation } from 'preact-iso/router';
import { useApp } from '../../app-context.ts';
import { Void } from '../../design/load-view.tsx';
import { useTitle } from '../../lib/use-title.ts';

export function NotFoundPage(): VNode {
  const { i18n } = useApp();
  const { path } = useLocation();
  useTitle(i18n.t('notFound.title'));
  return (
    <Void
      page
      icon="help"
      title={i18n.t('notFound.title')}
      action={
        <a class="btn" data-kind="primary" href="/">
          {i18n.t('notFound.home')}
        </a>
      }
    >
      <p>{i18n.t('notFound.text', { path })}</p>
    </Void>
  );
}
