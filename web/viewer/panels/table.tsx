import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Cell, Column, Frame } from '../api/wire';
import { sortedRows } from '../data/frames';
import { nextSort } from '../data/interaction';
import * as read from '../data/options';
import type { Options, TableColumn } from '../data/options';
import { instantFormat } from '../format/dates';
import { formatNumber } from '../format/numbers';
import { namedColor, seriesColor } from '../state/theme';
import { Glyph } from '../ui/icons';
import { Quiet, type PictureProps } from './common';

/** More rows than this on one page: only those in sight are in the document. */
const kWindowFrom = 150;
const kRowHeight = 30;
const kSpare = 12;

export function TablePicture(props: PictureProps) {
  const { frames } = props;
  const [chosen, setChosen] = useState(0);
  const frame = frames[chosen] ?? frames[0];
  if (!frame || frame.columns.length === 0) return <Quiet>No columns.</Quiet>;
  return (
    <div class="picture">
      {frames.length > 1 && (
        <div class="tabs" role="tablist">
          {frames.map((candidate, index) => (
            <button
              key={candidate.name}
              type="button"
              role="tab"
              aria-selected={index === chosen}
              onClick={() => setChosen(index)}
            >
              {candidate.name}
            </button>
          ))}
        </div>
      )}
      <FrameTable key={frame.name} {...props} frame={frame} />
    </div>
  );
}

interface Shown {
  column: Column;
  settings: TableColumn;
  align: 'left' | 'center' | 'right';
  /** Least and greatest, for bars. */
  range: [number, number];
  instant: (value: number) => string;
}

function shownColumns(frame: Frame, options: Options, zone: string | undefined): Shown[] {
  const plain = (name: string): TableColumn => ({
    name,
    title: undefined,
    unit: read.text(options, 'unit'),
    decimals: read.number(options, 'decimals'),
    align: undefined,
    bar: false,
    width: undefined,
  });
  const settings = read.tableColumns(options) ?? frame.columns.map((column) => plain(column.name));
  return settings.flatMap((item) => {
    const column = frame.columns.find((candidate) => candidate.name === item.name);
    if (!column) return [];
    let most = 0;
    let least = 0;
    if (item.bar) {
      for (const value of column.values) {
        if (typeof value !== 'number') continue;
        most = Math.max(most, value);
        least = Math.min(least, value);
      }
    }
    const align = item.align ?? (column.type === 'number' ? 'right' : 'left');
    const instant = instantFormat(column.type === 'time' ? column.values : [], zone);
    return [{ column, settings: item, align, range: [least, most] as [number, number], instant }];
  });
}

function FrameTable(props: PictureProps & { frame: Frame }) {
  const { frame, options, zone, isDark, panel } = props;
  const [sort, setSort] = useState(read.initialSort(options));
  const [page, setPage] = useState(0);
  const scroller = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState({ scroll: 0, height: 600 });

  const columns = useMemo(() => shownColumns(frame, options, zone), [frame, options, zone]);
  const order = useMemo(() => sortedRows(frame, sort), [frame, sort]);
  const pageSize = Math.max(1, read.number(options, 'page_size') ?? frame.rows);
  const pages = Math.max(1, Math.ceil(order.length / pageSize));
  const current = Math.min(page, pages - 1);
  const rows = order.slice(current * pageSize, (current + 1) * pageSize);
  const thresholds = read.thresholds(options);

  useEffect(() => {
    scroller.current?.scrollTo({ top: 0 });
  }, [current, sort]);

  const isWindowed = rows.length > kWindowFrom;
  const first = isWindowed ? Math.max(0, Math.floor(top.scroll / kRowHeight) - kSpare) : 0;
  const visible = isWindowed
    ? rows.slice(first, first + Math.ceil(top.height / kRowHeight) + 2 * kSpare)
    : rows;
  const after = rows.length - first - visible.length;

  return (
    <>
      <div
        class="table-scroller"
        ref={scroller}
        tabIndex={0}
        role="region"
        aria-label={panel.title ? `Table: ${panel.title}` : 'Table'}
        onScroll={(event) => {
          if (!isWindowed) return;
          const { scrollTop, clientHeight } = event.currentTarget;
          setTop({ scroll: scrollTop, height: clientHeight });
        }}
      >
        <table aria-rowcount={order.length + 1} class={isWindowed ? 'windowed' : ''}>
          <thead>
            <tr>
              {columns.map(({ column, settings, align }) => {
                const isSorted = sort?.column === column.name;
                const direction = isSorted ? sort.direction : null;
                return (
                  <th
                    key={column.name}
                    scope="col"
                    class={`align-${align}`}
                    style={settings.width ? { width: `${settings.width}px` } : {}}
                    aria-sort={
                      direction === 'asc'
                        ? 'ascending'
                        : direction === 'desc'
                          ? 'descending'
                          : undefined
                    }
                  >
                    <button
                      type="button"
                      class={isSorted ? 'sorted' : ''}
                      onClick={() => setSort(nextSort(sort, column))}
                    >
                      {settings.title ?? column.name}
                      <Glyph name={direction === 'desc' ? 'down' : 'up'} />
                    </button>
                  </th>
                );
              })}
            </tr>
          </thead>
          <tbody>
            {first > 0 && <Spacer rows={first} columns={columns.length} />}
            {visible.map((row, index) => (
              <tr key={row} aria-rowindex={current * pageSize + first + index + 2}>
                {columns.map((shown) => (
                  <TableCell
                    key={shown.column.name}
                    shown={shown}
                    row={row}
                    value={shown.column.values[row] ?? null}
                    barColor={barColor(
                      shown.column.values[row] ?? null,
                      thresholds,
                      isDark,
                      options,
                    )}
                  />
                ))}
              </tr>
            ))}
            {after > 0 && <Spacer rows={after} columns={columns.length} />}
          </tbody>
        </table>
      </div>
      {(pages > 1 || frame.truncated) && (
        <div class="table-foot">
          <span aria-live="polite">
            {frame.truncated
              ? `The first ${order.length.toLocaleString()} rows`
              : `${(current * pageSize + 1).toLocaleString()}–${Math.min(order.length, (current + 1) * pageSize).toLocaleString()} of ${order.length.toLocaleString()}`}
          </span>
          {pages > 1 && (
            <span class="button-group">
              <button
                type="button"
                class="button icon-only"
                aria-label="Previous page"
                disabled={current === 0}
                onClick={() => setPage(current - 1)}
              >
                <Glyph name="back" />
              </button>
              <button
                type="button"
                class="button icon-only"
                aria-label="Next page"
                disabled={current === pages - 1}
                onClick={() => setPage(current + 1)}
              >
                <Glyph name="next" />
              </button>
            </span>
          )}
        </div>
      )}
    </>
  );
}

function barColor(
  value: Cell,
  thresholds: read.Threshold[],
  isDark: boolean,
  options: Options,
): string {
  const reached = read.thresholdColor(thresholds, typeof value === 'number' ? value : null);
  return reached === undefined
    ? seriesColor(0, isDark, read.texts(options, 'colors') ?? [])
    : namedColor(reached, isDark);
}

function Spacer({ rows, columns }: { rows: number; columns: number }) {
  return (
    <tr aria-hidden="true" class="spacer">
      <td colSpan={columns} style={{ height: `${rows * kRowHeight}px` }} />
    </tr>
  );
}

function cellText({ column, settings, instant }: Shown, value: Cell, row: number): string {
  if (value === null) return '–';
  const exact = column.exact?.[row];
  if (exact !== undefined && !settings.unit) return exact;
  if (typeof value === 'boolean') return value ? 'Yes' : 'No';
  if (typeof value === 'string') return value;
  if (column.type === 'time') return instant(value);
  return formatNumber(value, { unit: settings.unit, decimals: settings.decimals });
}

interface TableCellProps {
  shown: Shown;
  row: number;
  value: Cell;
  barColor: string;
}

function TableCell({ shown, row, value, barColor: color }: TableCellProps) {
  const text = cellText(shown, value, row);
  const [least, most] = shown.range;
  const hasBar = shown.settings.bar && typeof value === 'number' && most > least;
  const className = `align-${shown.align}${value === null ? ' missing' : ''}`;
  if (!hasBar) {
    return (
      <td class={className} title={text.length > 40 ? text : undefined}>
        {text}
      </td>
    );
  }
  const start = (Math.min(0, value) - least) / (most - least);
  const share = Math.abs(value) / (most - least);
  return (
    <td class={`${className} with-bar`}>
      <span class="cell-bar-track" aria-hidden="true">
        <span
          class="cell-bar"
          style={{
            insetInlineStart: `${start * 100}%`,
            width: `${share * 100}%`,
            backgroundColor: color,
          }}
        />
      </span>
      <span class="cell-text">{text}</span>
    </td>
  );
}
