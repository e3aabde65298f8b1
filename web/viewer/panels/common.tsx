// What the panels' pictures have in common.
import type { ComponentChildren } from 'preact';
import type { Frame, Panel } from '../api/wire';
import type { Options } from '../data/options';
import * as read from '../data/options';
import type { NumberStyle } from '../format/numbers';

export interface PictureProps {
  panel: Panel;
  options: Options;
  frames: Frame[];
  from: number;
  to: number;
  zone: string | undefined;
  isDark: boolean;
  variables?: Record<string, string[]>;
  /** Null when the viewer may not change the time range. */
  onZoom: ((from: number, to: number) => void) | null;
}

export function numberStyle(options: Options): NumberStyle {
  return { unit: read.text(options, 'unit'), decimals: read.number(options, 'decimals') };
}

export interface LegendItem {
  name: string;
  color: string;
  value?: string;
}

export interface LegendProps {
  items: LegendItem[];
  hidden: ReadonlySet<string>;
  /** `only`: show nothing but this one, or everything again. */
  onToggle: (name: string, only: boolean) => void;
}

export function Legend({ items, hidden, onToggle }: LegendProps) {
  return (
    <ul class="legend" aria-label="Series">
      {items.map((item) => (
        <li key={item.name}>
          <button
            type="button"
            aria-pressed={!hidden.has(item.name)}
            title={`${item.name}: click to show it alone, with Ctrl or Shift to hide or show it`}
            onClick={(event) =>
              onToggle(item.name, !(event.ctrlKey || event.metaKey || event.shiftKey))
            }
          >
            <span class="swatch" style={{ backgroundColor: item.color }} />
            <span class="truncate">{item.name}</span>
            {item.value !== undefined && <span class="legend-value">{item.value}</span>}
          </button>
        </li>
      ))}
    </ul>
  );
}

export interface TooltipProps {
  /** Where the pointed-at thing stands, in the picture's own pixels. */
  left: number;
  width: number;
  top?: number;
  title: string;
  rows: { name: string; color: string; value: string }[];
}

const kMostRows = 10;

export function Tooltip({ left, width, top, title, rows }: TooltipProps) {
  const isRight = left > width / 2;
  return (
    <div
      class={isRight ? 'tooltip to-left' : 'tooltip'}
      style={{ left: `${left}px`, top: `${top ?? 8}px` }}
      aria-hidden="true"
    >
      <div class="tooltip-title">{title}</div>
      {rows.slice(0, kMostRows).map((row) => (
        <div key={row.name} class="tooltip-row">
          <span class="swatch" style={{ backgroundColor: row.color }} />
          <span class="truncate">{row.name}</span>
          <b>{row.value}</b>
        </div>
      ))}
      {rows.length > kMostRows && (
        <div class="tooltip-more">and {rows.length - kMostRows} more</div>
      )}
    </div>
  );
}

export const kNoData = 'No data in this time range.';

export function Quiet({ children }: { children: ComponentChildren }) {
  return <div class="quiet-state">{children}</div>;
}
