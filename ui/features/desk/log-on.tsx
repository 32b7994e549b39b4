/**
 * The beginning of a shift: what I work on. Also the question whether to take over from another desk.
 * @module
 */
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { WORK_MODES, type WorkMode } from '../../../contracts/model/agent.ts';
import { useApp } from '../../app-context.ts';
import { Icon } from '../../design/icons.tsx';
import { LoadView } from '../../design/load-view.tsx';
import { Notice } from '../../design/parts.tsx';
import { useFirstFocus } from '../../lib/use-focus.ts';
import { useTitle } from '../../lib/use-title.ts';
import { useDesk } from './desk-context.ts';
import { placeWords } from './place-words.ts';

/** Kept by name on this computer (S0-11, S0-13). */
const WORKS_ON_KEY = 'apel.desk.worksOn';
const CAMPAIGNS_KEY = 'apel.desk.campaigns';

export function LogOn({ takeOver }: { takeOver: boolean }): VNode {
  const { i18n, storage, session } = useApp();
  const { t } = i18n;
  const store = useDesk();
  useTitle(t('desk.title'));
  const agent = store.desk.value?.agent;
  const place = placeWords(store.desk.value?.deskPlace ?? '');
  const [worksOn, setWorksOn] = useState<WorkMode>(
    agent?.worksOn ?? rememberedMode(storage.get(WORKS_ON_KEY)),
  );
  const [chosen, setChosen] = useState<readonly string[]>(() => names(storage.get(CAMPAIGNS_KEY)));
  const busy = store.busy.value === 'log-on';
  const go = useFirstFocus<HTMLButtonElement>();
  const available = store.options.data.value?.campaigns ?? [];
  // A campaign that is gone must not be asked for again.
  const campaigns = chosen.filter((name) => available.some((campaign) => campaign.name === name));

  async function submit(): Promise<void> {
    if (busy) return;
    storage.set(WORKS_ON_KEY, worksOn);
    storage.set(CAMPAIGNS_KEY, campaigns.join(' '));
    askToNotify();
    await store.logOn({ worksOn, campaigns, ...(takeOver ? { takeOver: true } : {}) });
  }

  const toggle = (name: string): void =>
    setChosen(campaigns.includes(name) ? campaigns.filter((one) => one !== name) : [...campaigns, name]);
  return (
    <form
      class="log-on card"
      aria-labelledby="log-on-title"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <div class="log-on-head">
        <span class="log-on-icon">
          <Icon name="headphones" size={26} />
        </span>
        <div>
          <h1 id="log-on-title">
            {t('desk.logOn.title', { name: session.session.value?.user.displayName ?? '' })}
          </h1>
          <p class="muted">
            {agent === undefined || agent.extension === ''
              ? t('desk.logOn.lead')
              : t('desk.logOn.extension', { extension: agent.extension })}
          </p>
        </div>
      </div>
      {takeOver ? (
        <Notice tone="warning" icon="system" role="status" title={t('desk.elsewhere.title')}>
          {place === '' ? null : `${t('desk.elsewhere.where', { place })} `}
          {t(store.desk.value?.call === null ? 'desk.elsewhere.text' : 'desk.elsewhere.call')}
        </Notice>
      ) : null}
      <fieldset class="choice-row">
        <legend class="field-label">{t('desk.logOn.worksOn')}</legend>
        <div class="mode-cards">
          {WORK_MODES.map((mode) => (
            <label class="mode-card" key={mode} data-on={worksOn === mode}>
              <input
                type="radio"
                name="worksOn"
                value={mode}
                checked={worksOn === mode}
                onChange={() => setWorksOn(mode)}
              />
              <Icon
                name={mode === 'outbound' ? 'phoneOut' : mode === 'inbound' ? 'phoneIn' : 'phone'}
                size={20}
              />
              <span>
                <strong>{t(`desk.mode.${mode}`)}</strong>
                <small>{t(`desk.mode.${mode}.text`)}</small>
              </span>
            </label>
          ))}
        </div>
      </fieldset>
      <fieldset class="choice-row">
        <legend class="field-label">{t('desk.logOn.campaigns')}</legend>
        <LoadView resource={store.options} rows={2}>
          {(options) =>
            options.campaigns.length === 0 ? (
              <p class="muted">{t('desk.logOn.noCampaigns')}</p>
            ) : (
              <div class="chip-row">
                <label class="chip-check" data-on={campaigns.length === 0}>
                  <input type="checkbox" checked={campaigns.length === 0} onChange={() => setChosen([])} />
                  {t('desk.logOn.allCampaigns')}
                </label>
                {options.campaigns.map((campaign) => (
                  <label class="chip-check" key={campaign.name} data-on={campaigns.includes(campaign.name)}>
                    <input
                      type="checkbox"
                      checked={campaigns.includes(campaign.name)}
                      onChange={() => toggle(campaign.name)}
                    />
                    {campaign.label}
                  </label>
                ))}
              </div>
            )
          }
        </LoadView>
      </fieldset>
      <button ref={go} class="btn log-on-go" data-kind="primary" type="submit" aria-disabled={busy}>
        <Icon name="headphones" />
        {t(busy ? 'desk.logOn.busy' : takeOver ? 'desk.logOn.takeOver' : 'desk.logOn.go')}
      </button>
      <p class="muted log-on-note">{t('desk.logOn.note')}</p>
    </form>
  );
}

/** For a customer who answers behind another window; asked here, where a click explains it. */
function askToNotify(): void {
  if (!('Notification' in window) || Notification.permission !== 'default') return;
  Notification.requestPermission().catch(() => undefined);
}

function rememberedMode(text: string | null): WorkMode {
  return WORK_MODES.find((mode) => mode === text) ?? 'outbound';
}

function names(text: string | null): string[] {
  return (text ?? '').split(' ').filter((name) => name !== '');
}
