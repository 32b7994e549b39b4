/**
 * Rows that were not accepted, with line and reason.
 * @module
 */
import type { VNode } from 'preact';
import { useEffect } from 'preact/hooks';
import type { ImportView, ListDetail, RejectsPage } from '../../../contracts/http/lists.ts';
import type { AdminListsApi } from '../../api/admin-lists.ts';
import { useApp } from '../../app-context.ts';
import { Icon } from '../../design/icons.tsx';
import { LoadView } from '../../design/load-view.tsx';
import { Card } from '../../design/parts.tsx';
import { createPaged } from '../../lib/paged.ts';
import { useStore } from '../../lib/use-store.ts';
import { MoreFoot } from '../../design/more-foot.tsx';

type Reject = RejectsPage['rejects'][number];

export function RejectsCard(props: {
  view: ImportView;
  byReason: ListDetail['byReason'];
  lists: AdminListsApi;
}): VNode | null {
  const { i18n } = useApp();
  const { t } = i18n;
  const { view, lists } = props;
  const store = useStore(
    () =>
      createPaged<undefined, Reject, number, undefined>(undefined, async (_query, afterRow, signal) => {
        const page = await lists.rejects(view.id, afterRow ?? 0, signal);
        return { rows: page.rejects, next: page.nextRow, first: undefined };
      }),
    view.id,
  );
  const rejected = view.rows - view.accepted;
  useEffect(() => {
    if (rejected > 0) void store.pages.reload();
  }, [store, rejected > 0]);
  if (rejected === 0) return null;
  return (
    <Card
      title={t('lists.rejects')}
      aside={
        <a class="btn" href={`/api/imports/${view.id}/rejects.csv`} download>
          <Icon name="download" />
          {t('lists.rejectsCsv')}
        </a>
      }
    >
      <div class="card-body">
        <dl class="facts">
          {Object.entries(props.byReason).map(([reason, n]) => (
            <>
              <dt>{i18n.tMaybe(`reject.${reason}`, reason)}</dt>
              <dd>{i18n.format().number(n ?? 0)}</dd>
            </>
          ))}
        </dl>
      </div>
      <LoadView resource={store.pages} rows={5}>
        {({ rows }) => (
          <>
            <RejectsTable rows={rows} />
            <MoreFoot store={store} shown={t('count.rows', { n: rows.length })} />
          </>
        )}
      </LoadView>
    </Card>
  );
}

function RejectsTable({ rows }: { rows: readonly Reject[] }): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  // The words of the file are Romanian; other languages name the reason.
  const words = (row: Reject): string =>
    i18n.lang.value === 'ro' ? row.words : i18n.tMaybe(`reject.${row.reason}`, row.words);
  return (
    <div class="table-wrap" tabIndex={0} role="group" aria-label={t('lists.rejects')}>
      <table class="table admin-table">
        <thead>
          <tr>
            <th scope="col" class="num">
              {t('lists.line')}
            </th>
            <th scope="col">{t('lists.why')}</th>
            <th scope="col" class="hide-narrow">
              {t('lists.column')}
            </th>
            <th scope="col" class="hide-narrow">
              {t('lists.cells')}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.row}>
              <td class="num">{i18n.format().number(row.line)}</td>
              <td>{words(row)}</td>
              <td class="hide-narrow">{row.column === '' ? '–' : row.column}</td>
              <td class="hide-narrow">
                <div class="reject-cells">{row.cells.filter((cell) => cell !== '').join(' · ')}</div>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
