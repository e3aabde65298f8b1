// A button with a panel below it. What stands in the panel, and how it opens and closes, comes with the
// part "menus" as soon as somebody goes to such a button: the first picture needs none of it.
import type { ComponentChildren } from 'preact';
import { useId, useRef, useState } from 'preact/hooks';
import type { Menus } from '../menus/start';
import { parts } from '../state/parts';

export interface PopoverProps {
  label: string;
  /** The button's face. */
  face: ComponentChildren;
  buttonClass?: string;
  kind: 'dialog' | 'listbox' | 'menu';
  title?: string | undefined;
  children: (close: () => void, menus: Menus) => ComponentChildren;
  onClose?: () => void;
}

export function Popover(props: PopoverProps) {
  const { label, face, buttonClass, kind, title, children, onClose } = props;
  const [isOpen, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const id = useId();
  const part = isOpen ? parts.get('menus') : null;
  const menus = typeof part === 'object' && part?.menus;
  const load = (): void => void parts.get('menus');
  const close = (giveFocusBack: boolean): void => {
    setOpen(false);
    onClose?.();
    if (giveFocusBack) root.current?.querySelector('button')?.focus();
  };
  return (
    <div class="popover" ref={root} onPointerEnter={load} onFocusIn={load}>
      <button
        type="button"
        class={buttonClass ?? 'button'}
        aria-label={label}
        aria-haspopup={kind}
        aria-expanded={isOpen}
        aria-controls={menus ? id : undefined}
        title={title}
        onClick={() => {
          if (isOpen) close(true);
          else {
            parts.retry('menus');
            setOpen(true);
          }
        }}
      >
        {face}
      </button>
      {part === 'failed' && <p role="alert">This could not be loaded. Please try again.</p>}
      {menus && (
        <menus.MenuPanel id={id} kind={kind} label={label} root={root} onClose={close}>
          {children(() => close(true), menus)}
        </menus.MenuPanel>
      )}
    </div>
  );
}
