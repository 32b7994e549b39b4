/**
 * The script: pages in their order, text with the contact's own words, fields; back and on.
 * @module
 */
import type { VNode } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { DeskCall } from '../../../contracts/http/desk.ts';
import { fillText, problemOf } from '../../../domain/script.ts';
import { useApp } from '../../app-context.ts';
import { Icon } from '../../design/icons.tsx';
import { useDesk } from './desk-context.ts';
import { variablesOf } from './known.ts';
import { ScriptFieldView } from './script-field.tsx';

export function ScriptCard({ call }: { call: DeskCall }): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  const store = useDesk();
  const draft = store.draft.value;
  const lang = i18n.lang.value;
  const body = useRef<HTMLDivElement>(null);
  const shown = draft?.page.value;
  const pageName = shown?.page.name;
  const moved = useRef(false);
  // With the page itself, not a frame later: whoever presses Enter twice must not press it into nothing.
  useLayoutEffect(() => {
    if (!moved.current) return;
    moved.current = false;
    const first = body.current?.querySelector<HTMLElement>('input, select, textarea');
    (first ?? body.current)?.focus();
  }, [pageName]);

  if (call.script === null || draft === undefined || shown === undefined) {
    return (
      <section class="card script" aria-label={t('desk.script')}>
        <p class="script-none muted">{t('desk.script.none')}</p>
      </section>
    );
  }
  const pages = draft.pages.value;
  const here = pages.findIndex(({ page }) => page.name === pageName);
  const problems = store.problems.value?.answers ?? {};
  const go = (step: number): void => {
    const target = pages[here + step];
    if (target) {
      moved.current = true;
      draft.goTo(target.page.name);
    } else if (step > 0) {
      document.querySelector<HTMLElement>('[data-focus="outcome"]')?.focus();
    }
  };
  const agentName = store.desk.value?.agent.name ?? '';
  const text = fillText(shown.page.text[lang], variablesOf(call, agentName));
  return (
    <section class="card script" aria-label={t('desk.script')}>
      <header class="script-head">
        <h2>{shown.page.title[lang]}</h2>
        <ol class="script-steps" aria-label={t('desk.script.steps')}>
          {pages.map(({ page, fields }, index) => (
            <li key={page.name}>
              <button
                type="button"
                title={page.title[lang]}
                data-wrong={fields.some(({ name }) => problems[name] !== undefined)}
                data-done={
                  (fields.length > 0 || index < here) &&
                  fields.every(
                    (field) => problemOf(field, draft.answers.value[field.name], true) === undefined,
                  )
                }
                {...(index === here ? { 'aria-current': 'step' as const } : {})}
                onClick={() => go(index - here)}
              >
                <span class="sr">{t('desk.script.step', { n: index + 1, title: page.title[lang] })}</span>
                <span aria-hidden="true">{index + 1}</span>
              </button>
            </li>
          ))}
        </ol>
      </header>
      <form
        class="script-page"
        onSubmit={(event) => {
          event.preventDefault();
          go(1);
        }}
      >
        <div ref={body} tabIndex={-1} class="script-body" key={pageName}>
          {text.trim() === '' ? null : (
            <div class="script-text">
              {text.split(/\n{2,}/).map((paragraph, index) => (
                <p key={index}>{paragraph}</p>
              ))}
            </div>
          )}
          <div class="script-fields">
            {shown.fields.map((field) => (
              <ScriptFieldView
                key={field.name}
                field={field}
                value={draft.answers.value[field.name]}
                answers={draft.answers.value}
                problem={problems[field.name]}
                disabled={draft.saved.value !== null}
                script={call.script}
                onChange={(value) => draft.setAnswer(field.name, value)}
              />
            ))}
          </div>
        </div>
        <footer class="script-foot">
          <button type="button" class="btn" disabled={here <= 0} onClick={() => go(-1)}>
            <Icon name="arrowLeft" />
            {t('desk.script.back')}
          </button>
          <span class="muted">{t('desk.script.of', { n: here + 1, all: pages.length })}</span>
          <button type="submit" class="btn" data-kind={here < pages.length - 1 ? 'primary' : 'plain'}>
            {t(here < pages.length - 1 ? 'desk.script.next' : 'desk.script.toOutcome')}
            <Icon name="arrowRight" />
          </button>
        </footer>
      </form>
    </section>
  );
}
