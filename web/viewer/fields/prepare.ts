// From a panel's result to what its picture shows: transformations, then for every column its own
// options, name, colour and way of writing a value.
import type { Cell, Column, Frame, Override, Panel } from '../api/wire';
import type { Options } from '../data/options';
import * as read from '../data/options';
import { reduceCells } from '../data/reducers';
import { namedColor, seriesColor } from '../state/theme';
import { schemeColor, shadeOf } from './colors';
import { colorMode, shower, valueColor, type Look } from './display';
import { fillLink, fillText, type LinkScope } from './links';
import { safePattern } from './patterns';
import { pivot } from './pivot';
import { applyTransformations } from './transformations/apply';
import { list, numberOf, object, word } from './transformations/frames';

export interface Context extends Look {
  from: number;
  to: number;
  variables: Record<string, string[]>;
}

export interface Prepared {
  frames: Frame[];
  /** The transformation that is not known here, or null. */
  trouble: string | null;
}

export function prepare(panel: Panel, frames: Frame[], context: Context): Prepared {
  const named = withQueryInValue(frames);
  const { frames: changed, trouble } = applyTransformations(named, panel.transformations);
  const hidden = panel.hidden ?? [];
  const shown = changed.filter((frame) => !(hidden.includes(frame.name) && named.includes(frame)));
  const isChart = panel.type === 'timeseries';
  const wide = isChart ? shown.map((frame) => pivot(frame, panel.options ?? {})) : shown;
  return { frames: withFields(panel, wide, context), trouble };
}

/** Tables of several queries have a column "Value" each: in one table they need their own names. */
function withQueryInValue(frames: Frame[]): Frame[] {
  const isTable = (frame: Frame): boolean =>
    frame.columns.some((one) => one.name === 'Value' && one.type === 'number') &&
    frame.columns[0]?.name === 'Time';
  if (frames.filter(isTable).length < 2) return frames;
  return frames.map((frame) =>
    isTable(frame)
      ? {
          ...frame,
          columns: frame.columns.map((one) =>
            one.name === 'Value' ? { ...one, name: `Value #${frame.name}` } : one,
          ),
        }
      : frame,
  );
}

function limitsOf(columns: readonly Column[]): [number, number] | null {
  let least = Infinity;
  let most = -Infinity;
  for (const { values } of columns) {
    for (const value of values) {
      if (typeof value !== 'number' || !Number.isFinite(value)) continue;
      if (value < least) least = value;
      if (value > most) most = value;
    }
  }
  return least <= most ? [least, most] : null;
}

function withFields(panel: Panel, frames: Frame[], context: Context): Frame[] {
  const defaults = panel.options ?? {};
  const numbers = frames.flatMap((frame) => frame.columns.filter((one) => one.type === 'number'));
  const all = limitsOf(numbers);
  const colors = read.texts(defaults, 'colors') ?? [];
  let index = 0;
  return frames.map((frame) => {
    const scope: LinkScope = { ...context, frame };
    const made: Frame = { ...frame, columns: [] };
    made.columns = frame.columns.map((one): Column => {
      const place = one.type === 'number' ? index++ : 0;
      const options = settledOptions(panel, one, frame);
      const limits = (panel.type === 'table' ? limitsOf([one]) : all) ?? [0, 1];
      const range: [number, number] = [
        read.number(options, 'min') ?? limits[0],
        read.number(options, 'max') ?? limits[1],
      ];
      const color = colorOf(one, options, place, range, colors, context.isDark);
      const template = read.text(options, 'display_name');
      const title = template === undefined ? one.name : fillName(template, one, frame);
      const links = list(options.links).map(object);
      const show = shower(one, options, color, range, context);
      const column: Column = {
        ...one,
        name: title,
        field: {
          title,
          source: one.name,
          query: frame.name,
          options,
          color,
          range,
          show,
          links: (row) =>
            links.flatMap(
              (link) =>
                fillLink(
                  { title: word(link.title), url: word(link.url) },
                  {
                    ...scope,
                    frame: made,
                    column,
                    row,
                    text: show(one.values[row] ?? null, row).text,
                  },
                ) ?? [],
            ),
        },
      };
      return column;
    });
    return made;
  });
}

function fillName(template: string, column: Column, frame: Frame): string {
  const labels = (): string =>
    Object.entries(column.labels ?? {})
      .map(([name, value]) => `${name}="${value}"`)
      .join(', ');
  return fillText(
    template.replace(/\$\{__field\.labels\}/g, () => labels()),
    {
      from: 0,
      to: 0,
      variables: {},
      frame,
      column,
    },
  );
}

function settledOptions(panel: Panel, column: Column, frame: Frame): Options {
  let options = { ...panel.options, ...column.config };
  for (const { match, set } of panel.overrides ?? []) {
    if (fits(match, column, frame, options)) options = { ...options, ...set };
  }
  return options;
}

function fits(match: Override['match'], column: Column, frame: Frame, options: Options): boolean {
  const { by, value, except } = match;
  const title = read.text(options, 'display_name');
  const called = [column.name, ...(title === undefined ? [] : [fillName(title, column, frame)])];
  switch (by) {
    case 'name':
      return called.includes(String(value));
    case 'names':
      return (
        list(value).some((name) => called.includes(String(name))) !== (except === true) &&
        (column.type !== 'time' || except !== true)
      );
    case 'regexp': {
      const pattern = safePattern(String(value));
      return pattern !== null && called.some((name) => pattern.test(name.slice(0, 512)));
    }
    case 'type':
      return column.type === value;
    case 'query':
      return frame.name === value && column.type !== 'time';
    case 'value': {
      if (column.type !== 'number') return false;
      const { reducer, op, value: wanted } = object(value);
      const own = numberOf(reduceCells(column.values, String(reducer)));
      const bound = numberOf(wanted);
      if (own === null || bound === null) return false;
      switch (op) {
        case 'eq':
          return own === bound;
        case 'neq':
          return own !== bound;
        case 'gt':
          return own > bound;
        case 'gte':
          return own >= bound;
        case 'lt':
          return own < bound;
        default:
          return op === 'lte' && own <= bound;
      }
    }
    default:
      return false;
  }
}

function colorOf(
  column: Column,
  options: Options,
  index: number,
  range: [number, number],
  colors: readonly string[],
  isDark: boolean,
): string {
  const rule = object(options.color);
  const own = typeof rule.color === 'string' ? namedColor(rule.color, isDark) : undefined;
  const palette = seriesColor(index, isDark, colors);
  const mode = colorMode(options);
  if (mode === 'fixed') return own ?? palette;
  if (mode === 'shades') return shadeOf(own ?? palette, index);
  if (mode === 'palette-by-name') return seriesColor(hashOf(column.name), isDark, colors);
  if (mode === 'thresholds' || mode.startsWith('continuous-')) {
    const cells: Cell[] = column.values;
    const by = rule.by === 'min' || rule.by === 'max' ? rule.by : 'last';
    const value = numberOf(reduceCells(cells, by));
    const scale = { thresholds: read.thresholds(options), range };
    return (
      valueColor(options, value, scale, isDark) ??
      (mode === 'thresholds' ? palette : schemeColor(mode, 0, isDark))
    );
  }
  return palette;
}

/** The same name has the same colour in every panel. */
function hashOf(text: string): number {
  let hash = 0;
  for (const letter of text) hash = (hash * 31 + (letter.codePointAt(0) ?? 0)) >>> 0;
  return hash;
}
