/**
 * What the pages of lists, contacts and do-not-call share: a question with a reason, a moment in a table.
 * @module
 */
import type { ComponentChildren, VNode } from 'preact';
import { useState } from 'preact/hooks';
import { DO_NOT_CALL_SOURCES, type DoNotCallSource } from '../../../contracts/model/do-not-call.ts';
import { ApiError, errorWords } from '../../api/problem.ts';
import { useApp } from '../../app-context.ts';
import { Dialog, DialogFoot } from '../../design/dialog.tsx';
import { SelectField, TextAreaField } from '../../design/field.tsx';
import { Notice } from '../../design/parts.tsx';
import type { I18n } from '../../i18n/i18n.ts';

/** The sentence for a refusal that has its own, else that of the problem. */
export function refusalWords(i18n: I18n, error: unknown): string {
  const reason =
    error instanceof ApiError && error.is('conflict') ? error.problem?.params['reason'] : undefined;
  const words = errorWords(i18n, error);
  return typeof reason === 'string' ? i18n.tMaybe(`refusal.${reason}`, words) : words;
}

const SHORTEST = 3;
const LONGEST = 300;

/** @param props.onSubmit throws what is shown in the dialog, which stays open */
export function ReasonDialog(props: {
  title: string;
  verb: string;
  kind?: 'primary' | 'danger';
  /** How the person said so is asked as well. */
  withSource?: boolean;
  onSubmit: (reason: string, source: DoNotCallSource) => Promise<void>;
  onClose: () => void;
  children?: ComponentChildren;
}): VNode {
  const { i18n } = useApp();
  const [reason, setReason] = useState('');
  const [source, setSource] = useState<DoNotCallSource>('phone');
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(undefined);
  const tooShort = reason.trim().length < SHORTEST;

  async function submit(): Promise<void> {
    setTried(true);
    if (tooShort || busy) return;
    setBusy(true);
    try {
      await props.onSubmit(reason.trim(), source);
      props.onClose();
    } catch (cause) {
      setError(cause);
      setBusy(false);
    }
  }

  return (
    <Dialog
      title={props.title}
      onClose={props.onClose}
      onSubmit={() => void submit()}
      foot={
        <DialogFoot onCancel={props.onClose} verb={props.verb} kind={props.kind ?? 'primary'} busy={busy} />
      }
    >
      {props.children}
      {error === undefined ? null : (
        <Notice tone="danger" icon="alert" role="alert" title={refusalWords(i18n, error)} />
      )}
      {props.withSource ? <SourceField value={source} onChange={setSource} /> : null}
      <ReasonField value={reason} onInput={setReason} wrong={tried && tooShort} />
    </Dialog>
  );
}

export function SourceField(props: {
  value: DoNotCallSource;
  onChange: (source: DoNotCallSource) => void;
}): VNode {
  const { t } = useApp().i18n;
  return (
    <SelectField
      label={t('dnc.source')}
      value={props.value}
      onChange={(value) => props.onChange(DO_NOT_CALL_SOURCES.find((one) => one === value) ?? 'other')}
      options={DO_NOT_CALL_SOURCES.map((value) => ({ value, label: t(`dnc.source.${value}`) }))}
    />
  );
}

export function ReasonField(props: {
  value: string;
  onInput: (value: string) => void;
  wrong: boolean;
}): VNode {
  const { t } = useApp().i18n;
  return (
    <TextAreaField
      label={t('live.reason')}
      hint={t('live.reasonHint')}
      error={props.wrong ? t('live.reasonShort') : undefined}
      maxLength={LONGEST}
      value={props.value}
      onInput={props.onInput}
    />
  );
}

/** The date in the table, the time below it. */
export function Moment({ at }: { at: string }): VNode {
  const format = useApp().i18n.format();
  return (
    <>
      {format.date(at)}
      <span class="sub">{format.time(at)}</span>
    </>
  );
}
