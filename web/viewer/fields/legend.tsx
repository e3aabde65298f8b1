import { useState } from 'preact/hooks';
import type { Cell } from '../api/wire';
import type { Options } from '../data/options';
import * as read from '../data/options';
import { reduceCells, reducerName, reducerUnit } from '../data/reducers';
import { formatNumber } from '../format/numbers';
import type { Line } from './series';
import { object } from './transformations/frames';

interface SeriesLegendProps {
  lines: Line[];
  options: Options;
  hidden: ReadonlySet<string>;
  onToggle: (name: string, only: boolean) => void;
}

function calculated(line: Line, how: string): { number: Cell; text: string } {
  const cells = line.values.map((value) => value ?? null);
  const number = reduceCells(cells, how);
  if (typeof number !== 'number') return { number, text: number === null ? '–' : String(number) };
  const kind = reducerUnit(how);
  return {
    number,
    text: kind === 'own' ? line.show(number).text : formatNumber(number, { unit: kind }),
  };
}

/** A list, or a table with a column for each calculation; a click shows one series alone. */
export function SeriesLegend({ lines, options, hidden, onToggle }: SeriesLegendProps) {
  const calcs = read.texts(options, 'legend_calcs') ?? [];
  const written = object(options.legend_sort);
  const [sort, setSort] = useState<{ by: string; isUp: boolean } | null>(
    typeof written.by === 'string'
      ? { by: written.by.toLowerCase(), isUp: written.direction === 'asc' }
      : null,
  );
  const width = read.number(options, 'legend_width');
  const style =
    width !== undefined && options.legend_placement === 'right'
      ? { inlineSize: `${width}px`, maxInlineSize: '60%' }
      : {};
  const rows = lines.map((line) => ({
    line,
    values: calcs.map((how) => calculated(line, how)),
  }));
  const isTable = options.legend_mode === 'table';
  if (sort) {
    const at = calcs.findIndex((how) => isBy(how, sort.by));
    const sign = sort.isUp ? 1 : -1;
    rows.sort((a, b) => {
      if (at < 0)
        return sign * a.line.name.localeCompare(b.line.name, undefined, { numeric: true });
      const x = a.values[at]?.number ?? null;
      const y = b.values[at]?.number ?? null;
      if (x === null || y === null) return x === y ? 0 : x === null ? 1 : -1;
      return sign * (Number(x) - Number(y));
    });
  }
  const item = (line: Line) => (
    <button
      type="button"
      aria-pressed={!hidden.has(line.name)}
      title={`${line.name}: click to show it alone, with Ctrl or Shift to hide or show it`}
      onClick={(event) => onToggle(line.name, !(event.ctrlKey || event.metaKey || event.shiftKey))}
    >
      <span class={`swatch swatch-${lineKind(line)}`} style={{ '--swatch': line.color }} />
      <span class="truncate">{line.name}</span>
    </button>
  );
  if (!isTable) {
    return (
      <ul class="legend rich" aria-label="Series" style={style}>
        {rows.map(({ line, values }) => (
          <li key={line.name}>
            {item(line)}
            {values.map((value, index) => (
              <span key={calcs[index]} class="legend-calc">
                {reducerName(calcs[index] ?? '')}: <b>{value.text}</b>
              </span>
            ))}
          </li>
        ))}
      </ul>
    );
  }
  const head = (by: string, label: string) => (
    <th
      key={by}
      scope="col"
      aria-sort={sort?.by === by ? (sort.isUp ? 'ascending' : 'descending') : undefined}
    >
      <button
        type="button"
        onClick={() => setSort({ by, isUp: sort?.by === by ? !sort.isUp : by === 'name' })}
      >
        {label}
      </button>
    </th>
  );
  return (
    <div class="legend-table" style={style} tabIndex={0} role="region" aria-label="Series">
      <table>
        <thead>
          <tr>
            {head('name', 'Name')}
            {calcs.map((how) => head(how.toLowerCase(), reducerName(how)))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ line, values }) => (
            <tr key={line.name}>
              <td>{item(line)}</td>
              {values.map((value, index) => (
                <td key={calcs[index]}>{value.text}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function isBy(how: string, by: string): boolean {
  return how.toLowerCase() === by || reducerName(how).toLowerCase() === by;
}

function lineKind({ options }: Line): string {
  if (options.style === 'bars' || options.style === 'area') return 'block';
  return options.line_style === 'dash' || options.line_style === 'dot' ? 'dash' : 'line';
}
