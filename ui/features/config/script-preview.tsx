/**
 * The script as an agent sees it, with the desk's own fields: conditions and jumps follow what is answered here.
 * @module
 */
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { AnswerValue, ScriptDef } from '../../../contracts/model/script.ts';
import { fillText, shownPages } from '../../../domain/script.ts';
import { useApp } from '../../app-context.ts';
import { Icon } from '../../design/icons.tsx';
import { ScriptFieldView } from '../desk/script-field.tsx';
import '../desk/script.css';

/** A made-up contact. */
const EXAMPLE: Readonly<Record<string, string>> = {
  'contact.firstName': 'Ana',
  'contact.lastName': 'Popescu',
  'contact.locality': 'Oradea',
  'agent.name': 'Ioana Marin',
  'campaign.label': 'Oradea',
};

export function ScriptPreview(props: {
  script: ScriptDef;
  /** The page being edited; shown where it is not jumped over. */
  page: string | undefined;
  onPage: (name: string) => void;
}): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  const lang = i18n.lang.value;
  const [answers, setAnswers] = useState<Readonly<Record<string, AnswerValue>>>({});
  const { script } = props;
  const pages = shownPages(script, answers);
  const found = pages.findIndex(({ page }) => page.name === props.page);
  const here = Math.max(0, found);
  const shown = pages[here];
  const set = (name: string, value: AnswerValue | undefined): void => {
    const { [name]: _old, ...others } = answers;
    setAnswers(value === undefined ? others : { ...others, [name]: value });
  };
  const go = (step: number): void => {
    const next = pages[here + step];
    if (next) props.onPage(next.page.name);
  };
  return (
    <section class="card script preview" aria-label={t('config.script.preview')}>
      <p class="preview-mark">
        {t('config.script.preview')}
        {found < 0 && props.page !== undefined ? ` · ${t('config.script.jumpedOver')}` : ''}
      </p>
      {shown === undefined ? null : (
        <>
          <header class="script-head">
            <h2>{shown.page.title[lang]}</h2>
            <span class="muted">{t('desk.script.of', { n: here + 1, all: pages.length })}</span>
          </header>
          <div class="script-body">
            <div class="script-text">
              {fillText(shown.page.text[lang], EXAMPLE)
                .split(/\n{2,}/)
                .map((paragraph, index) => (
                  <p key={index}>{paragraph}</p>
                ))}
            </div>
            <div class="script-fields">
              {shown.fields.map((field) => (
                <ScriptFieldView
                  key={`${field.name} ${field.type}`}
                  field={field}
                  value={answers[field.name]}
                  answers={answers}
                  problem={undefined}
                  disabled={false}
                  script={script}
                  onChange={(value) => set(field.name, value)}
                />
              ))}
            </div>
          </div>
          <footer class="script-foot">
            <button type="button" class="btn" disabled={here <= 0} onClick={() => go(-1)}>
              <Icon name="arrowLeft" />
              {t('desk.script.back')}
            </button>
            <button type="button" class="btn" disabled={here >= pages.length - 1} onClick={() => go(1)}>
              {t('desk.script.next')}
              <Icon name="arrowRight" />
            </button>
          </footer>
        </>
      )}
    </section>
  );
}
