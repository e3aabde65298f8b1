// Transformations that choose, name, order and convert columns.
import type { Cell, Column, ColumnType, Frame } from '../../api/wire';
import * as read from '../../data/options';
import { patternDate } from '../../format/date-patterns';
import { safePattern } from '../patterns';
import {
  columnMatcher,
  find,
  frameOf,
  isCalled,
  list,
  names,
  numberOf,
  object,
  timeOf,
  type Transform,
} from './frames';

export const organize: Transform = (frames, options) => {
  const out = object(options.excludeByName);
  const kept = object(options.includeByName);
  const hasKept = Object.values(kept).some(Boolean);
  const places = object(options.indexByName);
  const titles = object(options.renameByName);
  const of = (table: Record<string, unknown>, one: Column): unknown =>
    table[one.name] ?? (one.field ? table[one.field.title] : undefined);
  return frames.map((frame) => {
    const shown = frame.columns.filter((one) => !of(out, one) && (!hasKept || of(kept, one)));
    const place = (one: Column): number => {
      const at = of(places, one);
      return typeof at === 'number' ? at : Infinity;
    };
    const isOrdered = Object.keys(places).length > 0;
    const ordered = isOrdered
      ? shown
          .map((one, index) => ({ one, index }))
          .sort((a, b) => compare(place(a.one), place(b.one)) || a.index - b.index)
          .map(({ one }) => one)
      : shown;
    const named = ordered.map((one) => {
      const title = of(titles, one);
      return typeof title === 'string' && title !== '' ? { ...one, name: title } : one;
    });
    return frameOf(frame.name, named, frame.truncated);
  });
};

function compare(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

export const renameByRegex: Transform = (frames, options) => {
  const pattern = safePattern(read.text(options, 'regex') ?? '');
  const text = typeof options.renamePattern === 'string' ? options.renamePattern : '';
  if (!pattern || !options.regex) return frames;
  return frames.map((frame) => ({
    ...frame,
    columns: frame.columns.map((one) =>
      one.type === 'time' && !pattern.test(one.name)
        ? one
        : { ...one, name: one.name.slice(0, 512).replace(pattern, text).trim() || one.name },
    ),
  }));
};

/** `{names, pattern}` as a test. */
function chooser(rule: unknown): ((one: Column) => boolean) | null {
  const { pattern } = object(rule);
  const wanted = names(object(rule).names);
  const expression = typeof pattern === 'string' && pattern !== '' ? safePattern(pattern) : null;
  if (wanted.length === 0 && !expression) return null;
  return (one) =>
    wanted.some((name) => isCalled(one, name)) || expression?.test(one.name.slice(0, 512)) === true;
}

export const filterFieldsByName: Transform = (frames, options) => {
  const isIn = chooser(options.include);
  const isOut = chooser(options.exclude);
  if (!isIn && !isOut) return frames;
  return frames
    .map((frame) =>
      frameOf(
        frame.name,
        frame.columns.filter((one) => (!isIn || isIn(one)) && !isOut?.(one)),
        frame.truncated,
      ),
    )
    .filter((frame) => frame.columns.length > 0);
};

export const filterByRefId: Transform = (frames, options) => {
  const wanted = typeof options.include === 'string' ? options.include : '';
  const pattern = safePattern(wanted.startsWith('/') ? wanted : `^(?:${wanted})$`);
  return wanted === '' || !pattern ? frames : frames.filter((frame) => pattern.test(frame.name));
};

const kConvertedTypes: Record<string, ColumnType> = {
  time: 'time',
  number: 'number',
  string: 'text',
  boolean: 'boolean',
};

export const convertFieldType: Transform = (frames, options) => {
  const wanted = list(options.conversions).map(object);
  return frames.map((frame) => ({
    ...frame,
    columns: frame.columns.map((one) => {
      const rule = wanted.find(({ targetField }) => isCalled(one, String(targetField)));
      const type = kConvertedTypes[String(rule?.destinationType)];
      if (!type || type === one.type) return one;
      const { exact, ...rest } = one;
      const values = one.values.map((value, row) => converted(exact?.[row] ?? value, type));
      return { ...rest, type, values };
    }),
  }));
};

function converted(value: Cell, type: ColumnType): Cell {
  if (value === null) return null;
  switch (type) {
    case 'number':
      return numberOf(value);
    case 'text':
      return String(value);
    case 'boolean':
      return typeof value === 'string' ? !/^(?:false|0|no|)$/i.test(value) : Boolean(value);
    case 'time': {
      const number = numberOf(value);
      if (number !== null) return number;
      const instant = Date.parse(String(value));
      return Number.isNaN(instant) ? null : instant;
    }
  }
}

export const formatTime: Transform = (frames, options) => {
  const pattern = read.text(options, 'outputFormat') ?? 'YYYY-MM-DD HH:mm:ss';
  const zone = read.text(options, 'timezone');
  return mapColumn(frames, options.timeField, (value) =>
    typeof value === 'number'
      ? patternDate(value, pattern, zone === 'utc' ? 'UTC' : zone === 'browser' ? undefined : zone)
      : value,
  );
};

function mapColumn(frames: Frame[], name: unknown, map: (value: Cell) => Cell): Frame[] {
  return frames.map((frame) => ({
    ...frame,
    columns: frame.columns.map((one) =>
      typeof name === 'string' && isCalled(one, name)
        ? { name: one.name, type: 'text' as const, values: one.values.map(map) }
        : one,
    ),
  }));
}

const upper = (word: string): string => word.slice(0, 1).toUpperCase() + word.slice(1);
const wordsOf = (text: string): string[] => text.split(/[\s_-]+/).filter(Boolean);

const kTextFormats: Record<string, (text: string) => string> = {
  'Upper Case': (text) => text.toUpperCase(),
  'Lower Case': (text) => text.toLowerCase(),
  'Sentence Case': upper,
  'Title Case': (text) => text.split(' ').map(upper).join(' '),
  'Pascal Case': (text) => wordsOf(text).map(upper).join(''),
  'Camel Case': (text) =>
    wordsOf(text)
      .map((word, index) => (index === 0 ? word.toLowerCase() : upper(word)))
      .join(''),
  'Snake Case': (text) => wordsOf(text).join('_').toLowerCase(),
  'Kebab Case': (text) => wordsOf(text).join('-').toLowerCase(),
  Trim: (text) => text.trim(),
};

export const formatString: Transform = (frames, options) => {
  const how = String(options.outputFormat);
  const from = read.number(options, 'substringStart') ?? 0;
  const to = read.number(options, 'substringEnd') ?? 100;
  const format =
    how === 'Substring' ? (text: string): string => text.slice(from, to) : kTextFormats[how];
  if (!format) return frames;
  return mapColumn(frames, options.stringField, (value) =>
    typeof value === 'string' ? format(value) : value,
  );
};

export const labelsToFields: Transform = (frames, options) => {
  const kept = names(options.keepLabels);
  const keeps = (name: string): boolean => kept.length === 0 || kept.includes(name);
  const series = frames.flatMap(seriesFrames);
  if (options.mode === 'rows') {
    const rows = series.flatMap((frame) =>
      frame.columns.flatMap((one) =>
        Object.entries(one.labels ?? {}).filter(([name]) => keeps(name)),
      ),
    );
    return [
      frameOf('labels', [
        { name: 'label', type: 'text', values: rows.map(([name]) => name) },
        { name: 'value', type: 'text', values: rows.map(([, value]) => value) },
      ]),
    ];
  }
  const valueLabel = read.text(options, 'valueLabel');
  return series.map((frame) => {
    const labels: Record<string, string> = {};
    const own: Column[] = frame.columns.map((one) => {
      const { labels: its, field: _field, ...rest } = one;
      if (!its) return one;
      Object.assign(labels, its);
      const name = valueLabel === undefined ? undefined : its[valueLabel];
      return { ...rest, name: name ?? (one.type === 'number' ? kValue : one.name) };
    });
    const added = Object.keys(labels)
      .filter((name) => keeps(name) && name !== valueLabel)
      .sort()
      .map((name): Column => ({
        name,
        type: 'text',
        values: Array.from({ length: frame.rows }, () => labels[name] ?? null),
      }));
    const time = timeOf(frame);
    const rest = own.filter((one) => one.name !== time?.name);
    return frameOf(frame.name, [...(time ? [time] : []), ...added, ...rest], frame.truncated);
  });
};

const kValue = 'Value';

/** A table whose number columns are labelled series, as one table each; others as they are. */
export function seriesFrames(frame: Frame): Frame[] {
  const time = timeOf(frame);
  const series = frame.columns.filter((one) => one.type === 'number' && one.labels);
  if (!time || series.length < 2) return [frame];
  return series.map((one) => {
    const rows = one.values.flatMap((value, row) => (value === null ? [] : [row]));
    const at = (column: Column): Column => ({
      ...column,
      values: rows.map((row) => column.values[row] ?? null),
    });
    return frameOf(frame.name, [at(time), at(one)], frame.truncated);
  });
}

export const extractFields: Transform = (frames, options) =>
  frames.map((frame) => {
    const source = find(frame, options.source);
    if (!source) return frame;
    const rows = source.values.map((value) => parsed(String(value ?? ''), options));
    const paths = list(options.jsonPaths)
      .map(object)
      .filter(({ path }) => typeof path === 'string' && path !== '');
    const wanted: [string, (row: Record<string, unknown>) => unknown][] =
      paths.length > 0
        ? paths.map(({ path, alias }) => [
            typeof alias === 'string' && alias !== '' ? alias : String(path),
            (row) => atPath(row, String(path)),
          ])
        : [...new Set(rows.flatMap((row) => Object.keys(row)))]
            .slice(0, 200)
            .map((name) => [name, (row) => row[name]]);
    const added = wanted.map(([name, pick]): Column => {
      const values = rows.map((row) => cellOf(pick(row)));
      const present = values.filter((value) => value !== null);
      const isNumeric = present.length > 0 && present.every((value) => numberOf(value) !== null);
      return isNumeric
        ? { name, type: 'number', values: values.map(numberOf) }
        : {
            name,
            type: 'text',
            values: values.map((value) => (value === null ? null : String(value))),
          };
    });
    const time = options.keepTime === true ? timeOf(frame) : undefined;
    const before = options.replace === true ? (time ? [time] : []) : frame.columns;
    return frameOf(frame.name, [...before, ...added], frame.truncated);
  });

function cellOf(value: unknown): Cell {
  if (value === undefined || value === null) return null;
  if (typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean') {
    return value;
  }
  return JSON.stringify(value);
}

function atPath(row: unknown, path: string): unknown {
  return path
    .replace(/\[(\w+)\]/g, '.$1')
    .split('.')
    .reduce<unknown>(
      (value, name) =>
        Array.isArray(value)
          ? value[Number(name)]
          : Object.prototype.hasOwnProperty.call(object(value), name)
            ? object(value)[name]
            : undefined,
      row,
    );
}

function parsed(text: string, options: read.Options): Record<string, unknown> {
  const format = options.format ?? 'auto';
  if (format === 'json' || format === 'auto') {
    try {
      const value: unknown = JSON.parse(text);
      return Array.isArray(value) ? Object.fromEntries(value.entries()) : object(value);
    } catch {
      if (format === 'json') return {};
    }
  }
  if (format === 'regexp') {
    const written = typeof options.regExp === 'string' ? options.regExp : '';
    return { ...(safePattern(written)?.exec(text.slice(0, 4096))?.groups ?? {}) };
  }
  if (format === 'delimiter') {
    const parts = text.split(typeof options.delimiter === 'string' ? options.delimiter : ',');
    return Object.fromEntries(parts.slice(0, 200).map((part) => [part.trim(), true]));
  }
  const pairs = [
    ...text.slice(0, 16_384).matchAll(/([^\s=,;&]{1,128})[=:]\s*("[^"]*"|[^\s,;&]*)/g),
  ];
  return Object.fromEntries(
    pairs.map(([, name = '', value = '']) => [name, value.replace(/^"|"$/g, '')]),
  );
}

/** Which frames a transformation is for. */
export function frameFilter(filter: unknown): (frame: Frame) => boolean {
  if (Object.keys(object(filter)).length === 0) return () => true;
  const { id, options } = object(filter);
  if (id === 'byRefId' || id === 'byFrameRefID') {
    const wanted = String(options);
    const pattern = safePattern(wanted.startsWith('/') ? wanted : `^(?:${wanted})$`);
    return (frame) => pattern?.test(frame.name) === true;
  }
  const matches = columnMatcher(filter);
  return (frame) => !matches || frame.columns.some((one) => matches(one, frame));
}
