import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Column, Frame } from '../api/wire';
import { sortedRows } from '../data/frames';
import { nextSort } from '../data/interaction';
import * as read from '../data/options';
import type { Options } from '../data/options';
import { reduceCells, reducerName, reducerUnit } from '../data/reducers';
import { formatNumber } from '../format/numbers';
import { Quiet, type PictureProps } from '../panels/common';
import { Glyph } from '../ui/icons';
import { Popover } from '../ui/popover';
import { useSize } from '../ui/use-size';
import { cellKind, frozenStyle, RichCell } from './cells';
import { list, object } from './transformations/frames';

/** More rows than this on one page: only those in sight are in the document. */
const kWindowFrom = 150;
const kSpare = 12;
const kHeights = { sm: 30, md: 38, lg: 52 };
const kMostChoices = 500;

export function RichTable(props: PictureProps) {
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
              key={index}
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
      <FrameTable key={chosen} {...props} frame={frame} />
    </div>
  );
}

/** `columns` chooses and orders; then whatever an override hides is gone. */
export function shownColumns(frame: Frame, options: Options): Column[] {
  const settings = read.tableColumns(options);
  const of = (name: string): Column | undefined =>
    frame.columns.find((one) => one.field?.source === name || one.name === name);
  const columns = settings
    ? settings.flatMap((item): Column[] => {
        const one = of(item.name);
        if (!one?.field) return [];
        const { field } = one;
        const own = {
          ...field.options,
          ...(item.width === undefined ? {} : { width: item.width }),
          ...(item.align === undefined ? {} : { align: item.align }),
          ...(item.bar ? { cell: { type: 'gauge', value_mode: 'text' } } : {}),
        };
        const style = { unit: item.unit, decimals: item.decimals };
        const hasStyle = item.unit !== undefined || item.decimals !== undefined;
        return [
          {
            ...one,
            name: item.title ?? one.name,
            field: {
              ...field,
              options: own,
              show: (value, row) => {
                const shown = field.show(value, row);
                return hasStyle && typeof value === 'number'
                  ? { ...shown, text: formatNumber(value, style) }
                  : shown;
              },
            },
          },
        ];
      })
    : frame.columns;
  return columns.filter((one) => one.field && one.field.options.hidden !== true);
}

function alignOf({ field, type }: Column): string {
  const own = field?.options.align;
  return own === 'left' || own === 'center' || own === 'right'
    ? own
    : type === 'number'
      ? 'right'
      : 'left';
}

function FrameTable(props: PictureProps & { frame: Frame }) {
  const { frame, options, isDark, panel } = props;
  const [sort, setSort] = useState(read.initialSort(options));
  const [page, setPage] = useState(0);
  const [filters, setFilters] = useState<ReadonlyMap<string, ReadonlySet<string>>>(new Map());
  const scroller = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState({ scroll: 0, height: 600 });
  const rowHeight =
    kHeights[read.choice(options, 'cell_height', ['sm', 'md', 'lg'] as const, 'sm')];

  const columns = useMemo(() => shownColumns(frame, options), [frame, options]);
  const order = useMemo(() => {
    const column = columns.find(
      (one) => one.name === sort?.column || one.field?.source === sort?.column,
    );
    const all = column
      ? sortedRows(
          { ...frame, columns },
          { column: column.name, direction: sort?.direction ?? 'asc' },
        )
      : sortedRows(frame, null);
    return all.filter((row) =>
      columns.every((one) => {
        const wanted = filters.get(one.name);
        return !wanted || wanted.has(textOf(one, row));
      }),
    );
  }, [frame, columns, sort, filters]);
  const pageSize = Math.max(1, read.number(options, 'page_size') ?? frame.rows);
  const pages = Math.max(1, Math.ceil(order.length / pageSize));
  const current = Math.min(page, pages - 1);
  const rows = order.slice(current * pageSize, (current + 1) * pageSize);

  useEffect(() => {
    scroller.current?.scrollTo({ top: 0 });
  }, [current, sort, filters]);

  const isWindowed = rows.length > kWindowFrom;
  const first = isWindowed ? Math.max(0, Math.floor(top.scroll / rowHeight) - kSpare) : 0;
  const visible = isWindowed
    ? rows.slice(first, first + Math.ceil(top.height / rowHeight) + 2 * kSpare)
    : rows;
  const after = rows.length - first - visible.length;
  const painting = columns.find(
    (one) =>
      cellKind(one).type === 'color-background' &&
      object(one.field?.options.cell).apply_to_row === true,
  );
  const footer = object(options.footer);
  const reducers = list(footer.reducers).map(String);
  const hasHead = read.flag(options, 'show_header', true);
  const frozen = read.number(options, 'frozen_columns') ?? 0;
  useFrozenPlaces(scroller, frozen);

  return (
    <>
      <div
        class="table-scroller rich-table"
        ref={scroller}
        tabIndex={0}
        role="region"
        aria-label={panel.title ? `Table: ${panel.title}` : 'Table'}
        style={{ '--row-height': `${rowHeight}px` }}
        onScroll={(event) => {
          if (!isWindowed) return;
          const { scrollTop, clientHeight } = event.currentTarget;
          setTop({ scroll: scrollTop, height: clientHeight });
        }}
      >
        <table aria-rowcount={order.length + 1} class={isWindowed ? 'windowed' : ''}>
          {hasHead && (
            <thead>
              <tr>
                {columns.map((column, index) => (
                  <Head
                    key={column.name}
                    column={column}
                    place={placeOf(index, frozen)}
                    sort={
                      sort && (sort.column === column.name || sort.column === column.field?.source)
                        ? sort.direction
                        : null
                    }
                    onSort={() => setSort(nextSort(sort, column))}
                    isFilterable={
                      column.field?.options.filterable === true || filters.has(column.name)
                    }
                    filter={filters.get(column.name)}
                    onFilter={(wanted) => {
                      const next = new Map(filters);
                      if (wanted) next.set(column.name, wanted);
                      else next.delete(column.name);
                      setFilters(next);
                      setPage(0);
                    }}
                  />
                ))}
              </tr>
            </thead>
          )}
          <tbody>
            {first > 0 && <Spacer height={first * rowHeight} columns={columns.length} />}
            {visible.map((row, index) => {
              const rowColor = painting?.field?.show(painting.values[row] ?? null, row).color;
              return (
                <tr key={row} aria-rowindex={current * pageSize + first + index + 2}>
                  {columns.map((column, at) => (
                    <RichCell
                      key={column.name}
                      frame={frame}
                      column={column}
                      row={row}
                      align={alignOf(column)}
                      isDark={isDark}
                      rowColor={column === painting ? undefined : rowColor}
                      place={placeOf(at, frozen)}
                    />
                  ))}
                </tr>
              );
            })}
            {after > 0 && <Spacer height={after * rowHeight} columns={columns.length} />}
          </tbody>
          {reducers.length > 0 && (
            <tfoot>
              {reducers.map((how) => (
                <tr key={how}>
                  {columns.map((column, index) => (
                    <td
                      key={column.name}
                      class={`align-${alignOf(column)}${index < frozen ? ' frozen' : ''}`}
                      style={frozenStyle(placeOf(index, frozen))}
                    >
                      {footText(column, order, how, footer, index === 0)}
                    </td>
                  ))}
                </tr>
              ))}
            </tfoot>
          )}
        </table>
        {order.length === 0 && <p class="quiet-state">No row has all of the chosen values.</p>}
      </div>
      {(pages > 1 || frame.truncated || filters.size > 0) && (
        <div class="table-foot">
          <span aria-live="polite">
            {frame.truncated
              ? `The first ${order.length.toLocaleString()} rows`
              : order.length === 0
                ? `None of ${frame.rows.toLocaleString()}`
                : `${(current * pageSize + 1).toLocaleString()}–${Math.min(order.length, (current + 1) * pageSize).toLocaleString()} of ${order.length.toLocaleString()}`}
          </span>
          {filters.size > 0 && (
            <button type="button" class="button quiet" onClick={() => setFilters(new Map())}>
              Show all
            </button>
          )}
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

function textOf({ field, values }: Column, row: number): string {
  return field?.show(values[row] ?? null, row).text ?? '';
}

function footText(
  column: Column,
  rows: readonly number[],
  how: string,
  footer: Options,
  isFirst: boolean,
): string {
  const wanted = list(footer.columns);
  const isIn =
    wanted.length === 0
      ? column.type === 'number'
      : wanted.includes(column.name) || wanted.includes(column.field?.source);
  if (!isIn) return isFirst ? reducerName(how) : '';
  const value = reduceCells(
    rows.map((row) => column.values[row] ?? null),
    how,
  );
  const kind = reducerUnit(how);
  if (typeof value === 'number' && kind !== 'own') return formatNumber(value, { unit: kind });
  return column.field?.show(value).text ?? '';
}

function Spacer({ height, columns }: { height: number; columns: number }) {
  return (
    <tr aria-hidden="true" class="spacer">
      <td colSpan={columns} style={{ height: `${height}px` }} />
    </tr>
  );
}

function placeOf(index: number, frozen: number): number | null {
  return index < frozen ? index : null;
}

/** Each frozen column stays where those before it end: how wide they are, the browser decides. */
function useFrozenPlaces(scroller: RefObject<HTMLElement | null>, frozen: number): void {
  // Drawn again with another width, where other columns end.
  useSize(scroller);
  useLayoutEffect(() => {
    const element = scroller.current;
    const cells = element?.querySelector('tr:not(.spacer)')?.children;
    if (!element || !cells || frozen === 0) return;
    let place = 0;
    for (let index = 0; index < Math.min(frozen, cells.length); index++) {
      element.style.setProperty(`--frozen-${index}`, `${place}px`);
      place += cells[index]?.getBoundingClientRect().width ?? 0;
    }
  });
}

interface HeadProps {
  column: Column;
  place: number | null;
  sort: 'asc' | 'desc' | null;
  onSort: () => void;
  isFilterable: boolean;
  filter: ReadonlySet<string> | undefined;
  onFilter: (wanted: ReadonlySet<string> | null) => void;
}

function Head({ column, place, sort, onSort, isFilterable, filter, onFilter }: HeadProps) {
  const own = column.field?.options ?? {};
  const width = read.number(own, 'width');
  const least = read.number(own, 'min_width');
  return (
    <th
      scope="col"
      class={`align-${alignOf(column)}${place === null ? '' : ' frozen'}`}
      style={{
        ...frozenStyle(place),
        ...(width === undefined ? {} : { inlineSize: `${width}px`, maxInlineSize: `${width}px` }),
        ...(least === undefined ? {} : { minInlineSize: `${least}px` }),
      }}
      aria-sort={sort === 'asc' ? 'ascending' : sort === 'desc' ? 'descending' : undefined}
    >
      <span class="head-cell">
        <button type="button" class={sort ? 'sorted' : ''} onClick={onSort}>
          {column.name}
          <Glyph name={sort === 'desc' ? 'down' : 'up'} />
        </button>
        {isFilterable && <Filter column={column} filter={filter} onFilter={onFilter} />}
      </span>
    </th>
  );
}

type FilterProps = Pick<HeadProps, 'column' | 'filter' | 'onFilter'>;

function Filter({ column, filter, onFilter }: FilterProps) {
  const [search, setSearch] = useState('');
  const choices = useMemo(
    () =>
      [...new Set(Array.from(column.values.keys(), (row) => textOf(column, row)))]
        .sort((a, b) => a.localeCompare(b, undefined, { numeric: true }))
        .slice(0, kMostChoices),
    [column],
  );
  const found = choices.filter((choice) => choice.toLowerCase().includes(search.toLowerCase()));
  const toggle = (choice: string): void => {
    const next = new Set(filter ?? []);
    if (!next.delete(choice)) next.add(choice);
    onFilter(next.size === 0 ? null : next);
  };
  return (
    <Popover
      label={`Filter ${column.name}`}
      kind="dialog"
      buttonClass={filter ? 'head-filter active' : 'head-filter'}
      face={
        <svg viewBox="0 0 12 12" aria-hidden="true">
          <path d="M1 2h10L7.2 6.6V10L4.8 9V6.6z" />
        </svg>
      }
    >
      {() => (
        <div class="filter-box">
          <input
            type="search"
            value={search}
            placeholder="Find a value"
            aria-label={`Find a value of ${column.name}`}
            onInput={(event) => setSearch(event.currentTarget.value)}
          />
          <ul>
            {found.map((choice) => (
              <li key={choice}>
                <label>
                  <input
                    type="checkbox"
                    checked={filter?.has(choice) ?? false}
                    onChange={() => toggle(choice)}
                  />
                  <span class="truncate">{choice === '' ? '(empty)' : choice}</span>
                </label>
              </li>
            ))}
          </ul>
          <button type="button" class="button quiet" onClick={() => onFilter(null)}>
            Clear
          </button>
        </div>
      )}
    </Popover>
  );
}
