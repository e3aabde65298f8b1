// The open panel of a popover: closes on Escape, on a click elsewhere, and when focus leaves.
import type { ComponentChildren, RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

export interface MenuPanelProps {
  id: string;
  kind: 'dialog' | 'listbox' | 'menu';
  label: string;
  /** Holds the button, and this panel. */
  root: RefObject<HTMLElement | null>;
  onClose: (giveFocusBack: boolean) => void;
  children: ComponentChildren;
}

const kMargin = 8;

export function MenuPanel({ id, kind, label, root, onClose, children }: MenuPanelProps) {
  const panel = useRef<HTMLDivElement>(null);
  const close = useRef(onClose);
  close.current = onClose;

  // Before the browser goes on: a key pressed right after the click is meant for this panel.
  useLayoutEffect(() => {
    const around = root.current;
    if (!around) return;
    const gone = new AbortController();
    const { signal } = gone;
    const onPointer = (event: PointerEvent): void => {
      if (event.target instanceof Node && !around.contains(event.target)) close.current(false);
    };
    // A click on the host page. (A native date picker takes the window's focus too: it may.)
    const onBlur = (): void => {
      if (!(document.activeElement instanceof HTMLInputElement)) close.current(false);
    };
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') {
        event.stopPropagation();
        close.current(true);
      }
      if (kind === 'menu') moveFocus(event, panel.current);
    };
    const onFocusOut = (event: FocusEvent): void => {
      const next = event.relatedTarget;
      // A click on what takes no focus gives it to what stands around all of this, where that does.
      if (next instanceof Node && !around.contains(next) && !next.contains(around)) {
        close.current(false);
      }
    };
    document.addEventListener('pointerdown', onPointer, { capture: true, signal });
    window.addEventListener('blur', onBlur, { signal });
    around.addEventListener('keydown', onKey, { signal });
    around.addEventListener('focusout', onFocusOut, { signal });
    const first = panel.current?.querySelector<HTMLElement>(
      '[data-autofocus], [aria-checked="true"], button, input',
    );
    first?.focus({ preventScroll: true });
    return () => gone.abort();
  }, []);

  usePlace(root, panel);

  return (
    <div
      id={id}
      ref={panel}
      class="popover-panel"
      role={kind === 'listbox' ? undefined : kind}
      aria-label={kind === 'listbox' ? undefined : label}
    >
      {children}
    </div>
  );
}

/** Below the button, inside the window. Fixed, so that no scrolling panel cuts it off. */
function usePlace(
  root: RefObject<HTMLElement | null>,
  panel: RefObject<HTMLDivElement | null>,
): void {
  useLayoutEffect(() => {
    const place = (): void => {
      const anchor = root.current?.querySelector('button')?.getBoundingClientRect();
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
  }, []);
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
