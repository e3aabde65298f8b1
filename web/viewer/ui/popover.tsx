// A button with a panel below it: closes on Escape, on a click elsewhere, and when focus leaves.
import type { ComponentChildren, RefObject } from 'preact';
import { useCallback, useEffect, useId, useLayoutEffect, useRef, useState } from 'preact/hooks';

export interface PopoverProps {
  label: string;
  /** The button's face. */
  face: ComponentChildren;
  buttonClass?: string;
  kind: 'dialog' | 'listbox' | 'menu';
  title?: string | undefined;
  children: (close: () => void) => ComponentChildren;
  onClose?: () => void;
}

const kMargin = 8;

export function Popover(props: PopoverProps) {
  const { label, face, buttonClass, kind, title, children, onClose } = props;
  const [isOpen, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const id = useId();

  const close = useCallback(
    (giveFocusBack: boolean) => {
      setOpen(false);
      onClose?.();
      if (giveFocusBack) button.current?.focus();
    },
    [onClose],
  );

  useEffect(() => {
    if (!isOpen) return;
    const onPointer = (event: PointerEvent): void => {
      if (event.target instanceof Node && !root.current?.contains(event.target)) close(false);
    };
    // A click on the host page. (A native date picker takes the window's focus too: it may.)
    const onBlur = (): void => {
      if (!(document.activeElement instanceof HTMLInputElement)) close(false);
    };
    document.addEventListener('pointerdown', onPointer, true);
    window.addEventListener('blur', onBlur);
    return () => {
      document.removeEventListener('pointerdown', onPointer, true);
      window.removeEventListener('blur', onBlur);
    };
  }, [isOpen, close]);

  usePlace(isOpen, button, panel);

  useEffect(() => {
    if (!isOpen) return;
    const first = panel.current?.querySelector<HTMLElement>(
      '[data-autofocus], [aria-checked="true"], button, input',
    );
    first?.focus({ preventScroll: true });
  }, [isOpen]);

  return (
    <div
      class="popover"
      ref={root}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && isOpen) {
          event.stopPropagation();
          close(true);
        }
        if (kind === 'menu' && isOpen) moveFocus(event, panel.current);
      }}
      onFocusOut={(event) => {
        const next = event.relatedTarget;
        if (isOpen && next instanceof Node && !root.current?.contains(next)) close(false);
      }}
    >
      <button
        ref={button}
        type="button"
        class={buttonClass ?? 'button'}
        aria-label={label}
        aria-haspopup={kind}
        aria-expanded={isOpen}
        aria-controls={isOpen ? id : undefined}
        title={title}
        onClick={() => (isOpen ? close(true) : setOpen(true))}
      >
        {face}
      </button>
      {isOpen && (
        <div
          id={id}
          ref={panel}
          class="popover-panel"
          role={kind === 'listbox' ? undefined : kind}
          aria-label={label}
        >
          {children(() => close(true))}
        </div>
      )}
    </div>
  );
}

/** Below the button, inside the window. Fixed, so that no scrolling panel cuts it off. */
function usePlace(
  isOpen: boolean,
  button: RefObject<HTMLButtonElement | null>,
  panel: RefObject<HTMLDivElement | null>,
): void {
  useLayoutEffect(() => {
    if (!isOpen) return;
    const place = (): void => {
      const anchor = button.current?.getBoundingClientRect();
      const element = panel.current;
      if (!anchor || !element) return;
      const view = document.documentElement;
      const width = Math.min(element.offsetWidth, view.clientWidth - 2 * kMargin);
      const isRtl = getComputedStyle(view).direction === 'rtl';
      const wanted =
        anchor.left + width > view.clientWidth - kMargin || isRtl
          ? anchor.right - width
          : anchor.left;
      const left = Math.max(kMargin, Math.min(wanted, view.clientWidth - width - kMargin));
      const below = view.clientHeight - anchor.bottom - 2 * kMargin;
      const above = anchor.top - 2 * kMargin;
      const isAbove = below < Math.min(element.scrollHeight, 240) && above > below;
      const room = Math.max(120, isAbove ? above : below);
      element.style.left = `${left}px`;
      element.style.maxHeight = `${Math.min(room, 440)}px`;
      element.style.top = isAbove ? 'auto' : `${anchor.bottom + 4}px`;
      element.style.bottom = isAbove ? `${view.clientHeight - anchor.top + 4}px` : 'auto';
    };
    place();
    window.addEventListener('resize', place);
    window.addEventListener('scroll', place, true);
    return () => {
      window.removeEventListener('resize', place);
      window.removeEventListener('scroll', place, true);
    };
  }, [isOpen, button, panel]);
}

function moveFocus(event: KeyboardEvent, panel: HTMLElement | null): void {
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  if (step === 0 || !panel) return;
  if (event.target instanceof HTMLInputElement) return;
  const items = [...panel.querySelectorAll<HTMLElement>('[role^="menuitem"]')];
  const at = items.findIndex((item) => item === document.activeElement);
  event.preventDefault();
  items[(at + step + items.length) % items.length]?.focus();
}
