/**
 * A modal question. The native element gives the focus trap, Escape and the inert page behind it.
 * @module
 */
import type { ComponentChildren, VNode } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { useApp } from '../app-context.ts';

export function Dialog(props: {
  title: string;
  onClose: () => void;
  onSubmit: () => void;
  children: ComponentChildren;
  foot: ComponentChildren;
}): VNode {
  const ref = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const dialog = ref.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);
  return (
    <dialog
      ref={ref}
      class="dialog"
      aria-labelledby={titleId}
      onClose={props.onClose}
      onCancel={props.onClose}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          props.onSubmit();
        }}
      >
        <div class="dialog-body">
          <h2 id={titleId}>{props.title}</h2>
          {props.children}
        </div>
        <div class="dialog-foot">{props.foot}</div>
      </form>
    </dialog>
  );
}

/** The two ways out of a question: leave it, or do what it asks. */
export function DialogFoot(props: {
  onCancel: () => void;
  /** Word of the button that submits. */
  verb: string;
  kind?: 'primary' | 'danger';
  busy?: boolean;
  autoFocus?: boolean;
}): VNode {
  const { t } = useApp().i18n;
  return (
    <>
      <button type="button" class="btn" data-kind="quiet" onClick={props.onCancel}>
        {t('action.cancel')}
      </button>
      <button
        type="submit"
        class="btn"
        data-kind={props.kind ?? 'primary'}
        aria-disabled={props.busy}
        autoFocus={props.autoFocus}
      >
        {props.verb}
      </button>
    </>
  );
}
