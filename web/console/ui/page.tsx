// A page's head: where one is, what it is called, and what can be done.
import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { journey } from '../state/router';
import { Link } from './link';

export interface PageProps {
  title: string;
  /** Pages above this one. */
  trail?: { label: string; href: string }[];
  lead?: ComponentChildren;
  actions?: ComponentChildren;
  children: ComponentChildren;
}

export function Page({ title, trail = [], lead, actions, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  const travelled = journey.value;
  useEffect(() => {
    document.title = `${title} · Casement`;
  }, [title]);
  // Before the browser goes on: whoever has begun to write in the new page keeps the focus.
  useLayoutEffect(() => {
    // After a journey a screen reader begins at the new page's name. Not after the first load:
    // there the browser reads the page itself.
    if (travelled > 0) heading.current?.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }, [travelled]);
  return (
    <>
      <header class="head">
        {trail.length > 0 && (
          <nav class="trail" aria-label="Above this page">
            {trail.map((step) => (
              <Link key={step.href} href={step.href}>
                {step.label}
              </Link>
            ))}
          </nav>
        )}
        <div class="head-line">
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
          {actions !== undefined && <div class="head-actions">{actions}</div>}
        </div>
        {lead !== undefined && <p class="lead">{lead}</p>}
      </header>
      {children}
    </>
  );
}

export function Card({
  title,
  hint,
  actions,
  children,
}: {
  title?: string;
  hint?: ComponentChildren;
  actions?: ComponentChildren;
  children?: ComponentChildren;
}) {
  return (
    <section class="card">
      {title !== undefined && (
        <div class="card-head">
          <div>
            <h2>{title}</h2>
            {hint !== undefined && <p class="hint">{hint}</p>}
          </div>
          {actions}
        </div>
      )}
      {children}
    </section>
  );
}

export interface Tab {
  label: string;
  href: string;
  isCurrent: boolean;
}

export function Tabs({ label, tabs }: { label: string; tabs: Tab[] }) {
  const row = useRef<HTMLElement>(null);
  const current = tabs.find((tab) => tab.isCurrent)?.href;
  // On a narrow screen there is no room for all: the one that is shown is seen.
  const reveal = (): void => {
    const tab = row.current?.querySelector<HTMLElement>('[aria-current]');
    if (!row.current || !tab) return;
    const over = tab.getBoundingClientRect().right - row.current.getBoundingClientRect().right;
    const under = tab.getBoundingClientRect().left - row.current.getBoundingClientRect().left;
    row.current.scrollLeft += over > 0 ? over : Math.min(under, 0);
  };
  useLayoutEffect(reveal, [current]);
  useEffect(() => {
    window.addEventListener('resize', reveal);
    return () => window.removeEventListener('resize', reveal);
  }, []);
  return (
    <nav ref={row} class="tabs" aria-label={label}>
      {tabs.map((tab) => (
        <Link key={tab.href} href={tab.href} current={tab.isCurrent ? 'page' : undefined}>
          {tab.label}
        </Link>
      ))}
    </nav>
  );
}
