// Links within the console: real addresses, followed without loading the page again.
import type { ComponentChildren } from 'preact';
import { navigate } from '../state/router';

export interface LinkProps {
  href: string;
  class?: string;
  current?: 'page' | 'true' | undefined;
  label?: string;
  children: ComponentChildren;
  onFollow?: () => void;
}

export function Link({ href, class: name, current, label, children, onFollow }: LinkProps) {
  return (
    <a
      href={href}
      class={name}
      aria-current={current}
      aria-label={label}
      onClick={(event) => {
        // The browser's own ways to open a link elsewhere stay its own.
        if (
          event.button !== 0 ||
          event.metaKey ||
          event.ctrlKey ||
          event.shiftKey ||
          event.altKey
        ) {
          return;
        }
        event.preventDefault();
        onFollow?.();
        void navigate(href);
      }}
    >
      {children}
    </a>
  );
}
