/**
 * A prompt: its name for people, its sound to hear, and another one to upload.
 * @module
 */
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { MAX_PROMPT_UPLOAD_BYTES } from '../../../contracts/model/config.ts';
import { ApiError, errorWords } from '../../api/problem.ts';
import { useApp } from '../../app-context.ts';
import { Icon } from '../../design/icons.tsx';
import { Card, Notice } from '../../design/parts.tsx';
import type { ConfigApi } from './api.ts';
import { useEdit } from './edit-context.ts';
import { Setting, textOf } from './fields.tsx';

export function PromptEditor({ api }: { api: ConfigApi }): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  const edit = useEdit();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | undefined>(undefined);
  const sha256 = textOf(edit.at('sha256'));
  const durationMs = edit.at('durationMs');

  async function take(file: File | undefined): Promise<void> {
    if (file === undefined) return;
    setError(undefined);
    if (file.size > MAX_PROMPT_UPLOAD_BYTES) return setError(t('config.prompt.tooLarge'));
    setBusy(true);
    try {
      const sound = await api.upload(file);
      edit.set('file', sound.file);
      edit.set('sha256', sound.sha256);
      edit.set('durationMs', sound.durationMs);
    } catch (cause) {
      const noSound = cause instanceof ApiError && cause.is('invalid-request');
      setError(noSound ? t('config.prompt.noSound') : errorWords(i18n, cause));
    } finally {
      setBusy(false);
    }
  }

  return (
    <Card title={t('config.s.prompt.what')}>
      <div class="card-body settings">
        <Setting path="label" label={t('config.f.prompt.label')} hint={t('config.h.prompt.label')}>
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
        <Setting path="sha256" label={t('config.f.prompt.sound')} hint={t('config.h.prompt.sound')} group>
          {() => (
            <div class="sound">
              {sha256 === '' ? (
                <span class="muted">{t('config.prompt.none')}</span>
              ) : (
                <>
                  <audio
                    controls
                    preload="none"
                    src={`/api/prompts/sound/${sha256}`}
                    aria-label={t('config.prompt.listen')}
                  />
                  <span class="muted">
                    {textOf(edit.at('file'))}
                    {typeof durationMs === 'number' ? ` · ${i18n.format().length(durationMs)}` : ''}
                  </span>
                </>
              )}
              {edit.disabled ? null : (
                <label class="btn" data-busy={busy}>
                  <span class={busy ? 'spin' : ''}>
                    <Icon name={busy ? 'refresh' : 'upload'} />
                  </span>
                  {t(busy ? 'config.prompt.converting' : 'config.prompt.upload')}
                  <input
                    type="file"
                    class="sr"
                    accept="audio/*,video/*"
                    disabled={busy}
                    onChange={(event) => {
                      const { currentTarget } = event;
                      void take(currentTarget.files?.[0]).finally(() => (currentTarget.value = ''));
                    }}
                  />
                </label>
              )}
            </div>
          )}
        </Setting>
        {error === undefined ? null : <Notice tone="danger" icon="alert" role="alert" title={error} />}
      </div>
    </Card>
  );
}
