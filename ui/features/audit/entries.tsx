/**
 * Lines of the journal: who, when, what, and each field before and after.
 * @module
 */
import type { VNode } from 'preact';
import type { AuditEntryView } from '../../../contracts/http/audit.ts';
import type { ConfigKind } from '../../../contracts/model/config.ts';
import { configDifferences, type ConfigDifference } from '../../../domain/config-diff.ts';
import { useApp } from '../../app-context.ts';
import type { I18n } from '../../i18n/i18n.ts';
import { fieldWords, valueWords as configWords } from '../config/difference-list.tsx';
import { kindOf, objectPath } from '../config/kinds.ts';
import './audit.css';

/** More stand behind "and n fields more". */
const MOST_FIELDS = 8;

/** @param compact in a card beside other things: no object, it is the page's own */
export function AuditEntries(props: { entries: readonly AuditEntryView[]; compact?: boolean }): VNode {
  return (
    <ol class="audit" data-compact={props.compact ?? false}>
      {props.entries.map((entry) => (
        <Entry key={entry.id} entry={entry} compact={props.compact ?? false} />
      ))}
    </ol>
  );
}

function Entry({ entry, compact }: { entry: AuditEntryView; compact: boolean }): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  const format = i18n.format();
  return (
    <li>
      <div class="audit-when">
        <time dateTime={entry.at}>{format.timeSeconds(entry.at)}</time>
        <span class="sub">{format.date(entry.at)}</span>
      </div>
      <div class="audit-who">
        <strong>{entry.actor === 'system' ? t('audit.system') : (entry.actorName ?? entry.actor)}</strong>
        <span class="sub">{actorNote(i18n, entry)}</span>
      </div>
      <div class="audit-what">
        {i18n.tMaybe(`audit.do.${entry.action}`, entry.action)}
        {compact ? null : <ObjectOf entry={entry} />}
      </div>
      <Differences entry={entry} more={(n) => t('audit.moreFields', { n })} />
    </li>
  );
}

function actorNote(i18n: I18n, { actor, actorName }: AuditEntryView): string {
  if (actor === 'system') return '';
  if (actor.startsWith('cli:')) return i18n.t('audit.program');
  return actorName === null || actorName === actor ? '' : actor;
}

const PAGES: Readonly<Record<string, (id: string) => string>> = {
  user: (id) => `/utilizatori/${id}`,
  call: (id) => `/apeluri/${id}`,
  contact: (id) => `/contacte/${id}`,
  list: (id) => `/liste/${id}`,
  campaign: (id) => `/campanii/${id}`,
};

/** The page of a thing in the journal; undefined: it has none. */
function pageOf(objectKind: string, objectId: string): string | undefined {
  if (objectId === '***' || objectId === '') return undefined;
  const page = PAGES[objectKind];
  if (page !== undefined) return page(encodeURIComponent(objectId));
  const kind = kindOf(objectKind);
  return kind === undefined ? undefined : objectPath(kind, objectId);
}

function ObjectOf({ entry }: { entry: AuditEntryView }): VNode {
  const { i18n } = useApp();
  const { objectKind, objectId, objectName } = entry;
  const kind = i18n.tMaybe(`audit.kind.${objectKind}`, objectKind);
  const words = objectName ?? (objectId.length > 20 ? `${objectId.slice(0, 8)}…` : objectId);
  const address = pageOf(objectKind, objectId);
  return (
    <span class="sub">
      {kind} · {address === undefined ? words : <a href={address}>{words}</a>}
    </span>
  );
}

function Differences({ entry, more }: { entry: AuditEntryView; more: (n: number) => string }): VNode {
  const { i18n } = useApp();
  const fields = configDifferences(entry.before ?? {}, entry.after ?? {});
  if (fields.length === 0) return <div class="audit-fields" />;
  // What was done to the configuration names its fields as its form does; a pause or a start has its own.
  const kind = /^(config|prompt)\./.test(entry.action) ? kindOf(entry.objectKind) : undefined;
  const first = fields.slice(0, MOST_FIELDS);
  const rest = fields.slice(MOST_FIELDS);
  return (
    <div class="audit-fields">
      <Fields i18n={i18n} kind={kind} fields={first} />
      {rest.length === 0 ? null : (
        <details>
          <summary>{more(rest.length)}</summary>
          <Fields i18n={i18n} kind={kind} fields={rest} />
        </details>
      )}
    </div>
  );
}

function Fields(props: {
  i18n: I18n;
  kind: ConfigKind | undefined;
  fields: readonly ConfigDifference[];
}): VNode {
  const { i18n, kind, fields } = props;
  const value = (path: string, of: unknown): string =>
    kind === undefined || of === null || of === '' || (Array.isArray(of) && of.length === 0)
      ? valueWords(i18n, path, of)
      : configWords(i18n, kind, path, of);
  return (
    <dl>
      {fields.map((field) => (
        <div key={field.path}>
          <dt>
            {i18n.tMaybe(
              `audit.field.${field.path}`,
              kind === undefined ? field.path : fieldWords(i18n, kind, field.path),
            )}
          </dt>
          <dd>
            {field.before === undefined ? null : (
              <>
                <del>{value(field.path, field.before)}</del>
                <span class="arrow">
                  <span aria-hidden="true">→</span>
                  <span class="sr">{i18n.t('audit.became')}</span>
                </span>
              </>
            )}
            {field.after === undefined ? (
              <span class="muted">{i18n.t('audit.nothing')}</span>
            ) : (
              <ins>{value(field.path, field.after)}</ins>
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** Fields whose values are codes with words of their own. */
const GROUPS: Readonly<Record<string, string>> = { role: 'role', grants: 'grant', desk: 'users.ended' };

function valueWords(i18n: I18n, path: string, value: unknown): string {
  if (value === null || value === '' || (Array.isArray(value) && value.length === 0))
    return i18n.t('audit.nothing');
  if (typeof value === 'boolean') return i18n.t(value ? 'audit.yes' : 'audit.no');
  if (Array.isArray(value)) {
    return value.map((item: unknown) => valueWords(i18n, path, item)).join(', ');
  }
  if (typeof value === 'string') {
    const group = GROUPS[path];
    return group === undefined ? value : i18n.tMaybe(`${group}.${value}`, value);
  }
  return typeof value === 'number' ? String(value) : JSON.stringify(value);
}
