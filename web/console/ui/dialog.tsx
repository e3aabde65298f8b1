// The browser's own modal dialog: it keeps the focus inside and gives it back.
import type { ComponentChildren } from 'preact';
import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { question } from '../state/confirming';
import { TextField } from './fields';
import { Glyph } from './icons';

export interface DialogProps {
  title: string;
  onClose: () => void;
  children: ComponentChildren;
  /** Buttons at its end. */
  actions?: ComponentChildren;
  width?: 'narrow' | 'wide';
  /** With it the dialog is a form, and Enter sends it. */
  onSubmit?: (() => void) | undefined;
}

export function Dialog({ title, onClose, children, actions, width, onSubmit }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  // Before the browser goes on: what is typed right after the click belongs here.
  useLayoutEffect(() => {
    const element = dialog.current;
    if (!element) return;
    const before = document.activeElement;
    element.showModal();
    element.querySelector<HTMLElement>('[data-autofocus]')?.focus();
    return () => {
      element.close();
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  const body = (
    <>
      <div class="dialog-body">{children}</div>
      {actions !== undefined && <div class="dialog-actions">{actions}</div>}
    </>
  );
  return (
    <dialog
      ref={dialog}
      class={`dialog ${width ?? ''}`}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <div class="dialog-head">
        <h2 id={id}>{title}</h2>
        <button type="button" class="button quiet icon-only" aria-label="Close" onClick={onClose}>
          <Glyph name="close" />
        </button>
      </div>
      {onSubmit ? (
        <form
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            onSubmit();
          }}
        >
          {body}
        </form>
      ) : (
        body
      )}
    </dialog>
  );
}

/** Where the questions of `confirm` appear. */
export function Confirming() {
  const open = question.value;
  return open && <Asked key={open.title} />;
}

function Asked() {
  const open = question.value;
  const [typed, setTyped] = useState('');
  if (!open) return null;
  const isReady = open.typed === undefined || typed.trim() === open.typed;
  return (
    <Dialog
      title={open.title}
      width="narrow"
      onClose={() => open.answer(false)}
      onSubmit={() => {
        if (isReady) open.answer(true);
      }}
      actions={
        <>
          <button type="button" class="button" onClick={() => open.answer(false)}>
            Cancel
          </button>
          <button
            type="submit"
            class={`button primary ${open.tone === 'plain' ? '' : 'danger'}`}
            disabled={!isReady}
            data-autofocus={open.typed === undefined ? true : undefined}
          >
            {open.act}
          </button>
        </>
      }
    >
      <p>{open.text}</p>
      {open.typed !== undefined && (
        <TextField
          label={`Type “${open.typed}” to confirm`}
          value={typed}
          onInput={setTyped}
          autofocus
          autocomplete="off"
        />
      )}
    </Dialog>
  );
}
