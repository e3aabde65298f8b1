import { useEffect, useRef } from 'preact/hooks';
import type { DataLink } from '../data/field';
import type { Hover } from './plot';

interface Row {
  name: string;
  color: string;
  value: string;
  isNearest: boolean;
}

const kMostRows = 14;

export function ValueTooltip({ hover, title, rows }: { hover: Hover; title: string; rows: Row[] }) {
  const isRight = hover.left > hover.width / 2;
  // The one that is pointed at is always among those that fit.
  const first = rows.slice(0, kMostRows);
  const nearest = rows.find((row) => row.isNearest);
  const shown = nearest && !first.includes(nearest) ? [...first.slice(0, -1), nearest] : first;
  return (
    <div
      class={isRight ? 'tooltip to-left' : 'tooltip'}
      style={{ left: `${hover.left}px`, top: '8px' }}
      aria-hidden="true"
    >
      <div class="tooltip-title">{title}</div>
      {shown.map((row) => (
        <div
          key={row.name}
          class={row.isNearest && rows.length > 1 ? 'tooltip-row nearest' : 'tooltip-row'}
        >
          <span class="swatch" style={{ backgroundColor: row.color }} />
          <span class="truncate">{row.name}</span>
          <b>{row.value}</b>
        </div>
      ))}
      {rows.length > shown.length && (
        <div class="tooltip-more">and {rows.length - shown.length} more</div>
      )}
    </div>
  );
}

export interface PickedLinks {
  left: number;
  top: number;
  title: string;
  links: DataLink[];
}

/** What a click on a point leads to. */
export function LinkMenu({ picked, onClose }: { picked: PickedLinks; onClose: () => void }) {
  const menu = useRef<HTMLDivElement>(null);
  useEffect(() => {
    menu.current?.querySelector('a')?.focus();
    const leave = (event: Event): void => {
      const isInside = event.target instanceof Node && menu.current?.contains(event.target);
      if (!isInside) onClose();
    };
    document.addEventListener('pointerdown', leave);
    return () => document.removeEventListener('pointerdown', leave);
  }, []);
  return (
    <div
      class="link-menu"
      ref={menu}
      style={{ left: `${picked.left}px`, top: `${picked.top}px` }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        onClose();
      }}
    >
      <div class="tooltip-title">{picked.title}</div>
      {picked.links.map((link) => (
        <a key={link.href} href={link.href} target="_blank" rel="noopener noreferrer">
          {link.title}
        </a>
      ))}
    </div>
  );
}
