/**
 * Pages of a script: added, moved, taken away; text in both languages, fields, conditions and jumps.
 * @module
 */
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { ScriptDef, ScriptPage } from '../../../contracts/model/script.ts';
import { useApp } from '../../app-context.ts';
import { Icon } from '../../design/icons.tsx';
import { Card } from '../../design/parts.tsx';
import { freeName, moved } from './body.ts';
import { ConditionEditor } from './condition-editor.tsx';
import { useEdit } from './edit-context.ts';
import { Setting, textOf } from './fields.tsx';
import { ScriptFields } from './script-field-editor.tsx';
import { ScriptPreview } from './script-preview.tsx';

export function ScriptEditor(): VNode {
  const { t } = useApp().i18n;
  const edit = useEdit();
  const pages = (edit.at('pages') ?? []) as readonly ScriptPage[];
  const [open, setOpen] = useState<string | undefined>(pages[0]?.name);
  const wrong = edit.problem('pages');
  const add = (): void => {
    const name = freeName(
      'pagina',
      pages.map((page) => page.name),
    );
    const title = t('config.script.newPage');
    edit.set('pages', [
      ...pages,
      { name, title: { ro: title, en: title }, text: { ro: '', en: '' }, fields: [] },
    ]);
    setOpen(name);
  };
  return (
    <div class="script-edit">
      <div class="stack">
        <Card title={t('config.s.script.what')}>
          <div class="card-body settings">
            <Setting path="label" label={t('config.f.script.label')} hint={t('config.h.script.label')}>
              {({ id, describedBy, invalid }) => (
                <input
                  id={id}
                  class="input"
                  disabled={edit.disabled}
                  value={textOf(edit.at('label'))}
                  aria-invalid={invalid}
                  aria-describedby={describedBy}
                  onInput={(event) => edit.set('label', event.currentTarget.value)}
                />
              )}
            </Setting>
            {wrong === undefined ? null : (
              <span class="field-error" role="alert">
                <Icon name="alert" size={14} />
                {wrong}
              </span>
            )}
          </div>
        </Card>
        {pages.map((page, index) => (
          <PageCard
            key={page.name}
            page={page}
            index={index}
            pages={pages}
            open={open === page.name}
            onOpen={() => setOpen(open === page.name ? undefined : page.name)}
          />
        ))}
        {edit.disabled ? null : (
          <div>
            <button type="button" class="btn" onClick={add}>
              {t('config.script.addPage')}
            </button>
          </div>
        )}
      </div>
      <ScriptPreview script={edit.body as unknown as ScriptDef} page={open} onPage={setOpen} />
    </div>
  );
}

function PageCard(props: {
  page: ScriptPage;
  index: number;
  pages: readonly ScriptPage[];
  open: boolean;
  onOpen: () => void;
}): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  const edit = useEdit();
  const { page, index, pages, open } = props;
  const path = `pages.${index}`;
  const put = (next: readonly ScriptPage[]): void => edit.set('pages', next);
  const wrong = edit.problem(path) !== undefined;
  const title = page.title[i18n.lang.value] || page.name;
  return (
    <section class="card page-card" aria-label={title}>
      <div class="card-head">
        <h2>
          <button type="button" class="fold" aria-expanded={open} onClick={props.onOpen}>
            <span class="fold-mark" data-open={open}>
              <Icon name="chevron" size={16} />
            </span>
            {index + 1}. {title}
          </button>
        </h2>
        <span class="aside">
          {wrong ? (
            <span class="field-error">
              <Icon name="alert" size={14} />
              {t('config.script.wrongPage')}
            </span>
          ) : null}
          <span>{t('config.count.fields', { n: page.fields.length })}</span>
          {edit.disabled ? null : (
            <MoveButtons
              what={title}
              first={index === 0}
              last={index === pages.length - 1}
              only={pages.length === 1}
              onMove={(step) => put(moved(pages, index, step))}
              onRemove={() => put(pages.filter((_, at) => at !== index))}
            />
          )}
        </span>
      </div>
      {open ? (
        <div class="card-body settings">
          <Both path={`${path}.title`} label={t('config.script.title')} />
          <Both
            path={`${path}.text`}
            label={t('config.script.text')}
            long
            hint={t('config.script.variables')}
          />
          <ScriptFields page={index} />
          <ConditionEditor path={`${path}.showIf`} label={t('config.script.pageIf')} before={[index, 0]} />
          <Jumps index={index} page={page} pages={pages} />
        </div>
      ) : null}
    </section>
  );
}

function Jumps({
  index,
  page,
  pages,
}: {
  index: number;
  page: ScriptPage;
  pages: readonly ScriptPage[];
}): VNode | null {
  const { i18n } = useApp();
  const { t } = i18n;
  const edit = useEdit();
  const path = `pages.${index}.jumps`;
  const jumps = page.jumps ?? [];
  const later = pages.slice(index + 1);
  const field = pages
    .slice(0, index + 1)
    .flatMap(({ fields }) => fields)
    .at(-1)?.name;
  if (later.length === 0 || field === undefined) return null;
  const put = (next: typeof jumps): void => edit.set(path, next.length === 0 ? undefined : next);
  return (
    <div class="field">
      <span class="field-label">{t('config.script.jumps')}</span>
      {jumps.map((jump, at) => (
        <div class="jump" key={at}>
          <ConditionEditor
            path={`${path}.${at}.when`}
            label={t('config.script.jumpIf')}
            before={[index + 1, 0]}
            always
          />
          <label class="field">
            <span class="field-label">{t('config.script.jumpTo')}</span>
            <select
              class="input"
              disabled={edit.disabled}
              value={jump.to}
              onChange={(event) => edit.set(`${path}.${at}.to`, event.currentTarget.value)}
            >
              {later.map(({ name, title }) => (
                <option key={name} value={name} selected={name === jump.to}>
                  {title[i18n.lang.value] || name}
                </option>
              ))}
            </select>
          </label>
          <button
            type="button"
            class="btn"
            data-kind="quiet"
            disabled={edit.disabled}
            onClick={() => put(jumps.filter((_, other) => other !== at))}
          >
            {t('config.remove')}
          </button>
        </div>
      ))}
      {edit.disabled ? null : (
        <div>
          <button
            type="button"
            class="btn"
            data-kind="quiet"
            onClick={() => put([...jumps, { when: { field, in: [] }, to: later[0]?.name ?? '' }])}
          >
            {t('config.script.addJump')}
          </button>
        </div>
      )}
    </div>
  );
}

/** Text in both languages, side by side. */
export function Both(props: { path: string; label: string; long?: boolean; hint?: string }): VNode {
  const edit = useEdit();
  return (
    <div class="both">
      {(['ro', 'en'] as const).map((lang) => (
        <Setting
          key={lang}
          path={`${props.path}.${lang}`}
          label={`${props.label} (${lang})`}
          {...(props.hint === undefined || lang === 'en' ? {} : { hint: props.hint })}
        >
          {({ id, describedBy, invalid }) => {
            const common = {
              id,
              class: 'input',
              lang,
              disabled: edit.disabled,
              value: textOf(edit.at(`${props.path}.${lang}`)),
              'aria-invalid': invalid,
              'aria-describedby': describedBy,
              onInput: (event: { currentTarget: { value: string } }) =>
                edit.set(`${props.path}.${lang}`, event.currentTarget.value),
            };
            return props.long ? <textarea {...common} rows={5} /> : <input {...common} type="text" />;
          }}
        </Setting>
      ))}
    </div>
  );
}

export function MoveButtons(props: {
  what: string;
  first: boolean;
  last: boolean;
  only?: boolean;
  onMove: (step: -1 | 1) => void;
  onRemove: () => void;
}): VNode {
  const { t } = useApp().i18n;
  const button = (label: string, icon: VNode, disabled: boolean, onClick: () => void): VNode => (
    <button
      type="button"
      class="btn small"
      data-kind="quiet"
      data-icon=""
      disabled={disabled}
      title={label}
      aria-label={`${label}: ${props.what}`}
      onClick={onClick}
    >
      {icon}
    </button>
  );
  return (
    <span class="move">
      {button(
        t('config.up'),
        <span class="turned">
          <Icon name="chevron" size={16} />
        </span>,
        props.first,
        () => props.onMove(-1),
      )}
      {button(t('config.down'), <Icon name="chevron" size={16} />, props.last, () => props.onMove(1))}
      {button(t('config.remove'), <Icon name="close" size={16} />, props.only === true, props.onRemove)}
    </span>
  );
}
