// Lines of a log out of a result: what each says, when, how grave, and with which labels.
import type { Cell, Column, Frame } from '../api/wire';
import { timeColumn } from '../data/frames';
import type { Options } from '../data/options';
import * as read from '../data/options';
import { cellText } from './singles';

export type Level = 'critical' | 'error' | 'warning' | 'info' | 'debug' | 'trace' | 'unknown';

export interface Label {
  name: string;
  value: string;
}

export interface Line {
  time: number | null;
  message: string;
  level: Level;
  /** Every other column, and what the column of labels holds. */
  labels: Label[];
  /** How many alike this one stands for. */
  count: number;
}

export interface Lines {
  lines: Line[];
  /** What all lines have in common. */
  common: Label[];
}

const kMessage = ['line', 'body', 'message', 'msg', 'log', 'text', 'event'];
const kLevel = ['level', 'severity', 'lvl', 'severity_text', 'log_level', 'detected_level'];

const kLevels: [Level, RegExp][] = [
  ['critical', /^(?:crit|critical|fatal|emerg|emergency|alert|panic|0|1|2)$/],
  ['error', /^(?:err|eror|error|errors|3)$/],
  ['warning', /^(?:warn|warning|4)$/],
  ['info', /^(?:info|information|informational|notice|5|6)$/],
  ['debug', /^(?:dbug|debug|7)$/],
  ['trace', /^(?:trace|verbose)$/],
];
const kInMessage =
  /(?:\b(?:level|lvl|severity)["']?\s*[=:]\s*["']?|^\W*(?:\S+\s+){0,3}?\[?)\b(critical|fatal|error|warning|warn|info|debug|trace)\b/i;

export function toLines(frames: readonly Frame[], options: Options): Lines {
  const all = frames.flatMap((frame) => linesOf(frame, options));
  const isAscending = options.sort_order === 'ascending';
  const sorted = all
    .map((line, index) => ({ line, index }))
    .sort((a, b) => {
      const order = (a.line.time ?? 0) - (b.line.time ?? 0);
      return (isAscending ? order : -order) || a.index - b.index;
    })
    .map(({ line }) => line);
  const common = commonLabels(sorted);
  const dedup = read.choice(
    options,
    'dedup',
    ['none', 'exact', 'numbers', 'signature'] as const,
    'none',
  );
  return { lines: deduplicated(sorted, dedup), common };
}

function linesOf(frame: Frame, options: Options): Line[] {
  const time = timeColumn(frame, options);
  const texts = frame.columns.filter((column) => column.type === 'text');
  const named = (name: string | undefined): Column | undefined =>
    name === undefined ? undefined : frame.columns.find((column) => column.name === name);
  const oneOf = (names: readonly string[]): Column | undefined =>
    names
      .map((name) => frame.columns.find((column) => column.name.toLowerCase() === name))
      .find((column) => column !== undefined);
  const level = named(read.text(options, 'level_column')) ?? oneOf(kLevel);
  const message =
    named(read.text(options, 'message_column')) ??
    oneOf(kMessage) ??
    texts.find((column) => column !== level && !isLabels(column)) ??
    texts[0];
  if (!message) return [];
  const others = frame.columns.filter(
    (column) => column !== time && column !== message && column.type !== 'time',
  );
  return Array.from({ length: frame.rows }, (_, row) => {
    const text = cellText(message.values[row]);
    const at = time?.values[row];
    return {
      time: typeof at === 'number' ? at : null,
      message: text,
      level: levelOf(level?.values[row], text),
      labels: others.flatMap((column) => labelsIn(column, column.values[row] ?? null)),
      count: 1,
    };
  });
}

function isLabels(column: Column): boolean {
  return /^(?:labels|tags|attributes)$/i.test(column.name);
}

/** A column of labels holds a JSON object; its members are labels of their own. */
function labelsIn(column: Column, cell: Cell): Label[] {
  if (cell === null) return [];
  if (typeof cell === 'string' && isLabels(column) && cell.startsWith('{')) {
    try {
      const object: unknown = JSON.parse(cell);
      if (typeof object === 'object' && object !== null) {
        return Object.entries(object).map(([name, value]) => ({
          name,
          value: typeof value === 'string' ? value : JSON.stringify(value),
        }));
      }
    } catch {
      // Not JSON after all: shown as it is.
    }
  }
  return [{ name: column.name, value: cellText(cell) }];
}

export function levelOf(cell: Cell | undefined, message: string): Level {
  const said = cell === null || cell === undefined ? '' : String(cell).trim().toLowerCase();
  const named = kLevels.find(([, pattern]) => pattern.test(said));
  if (named) return named[0];
  if (said !== '') return 'unknown';
  const found = kInMessage.exec(message.slice(0, 200))?.[1]?.toLowerCase() ?? '';
  return kLevels.find(([, pattern]) => pattern.test(found))?.[0] ?? 'unknown';
}

function commonLabels(lines: readonly Line[]): Label[] {
  const [first] = lines;
  if (!first || lines.length < 2) return [];
  return first.labels.filter(({ name, value }) =>
    lines.every((line) =>
      line.labels.some((label) => label.name === name && label.value === value),
    ),
  );
}

export type Dedup = 'none' | 'exact' | 'numbers' | 'signature';

function deduplicated(lines: readonly Line[], how: Dedup): Line[] {
  if (how === 'none') return [...lines];
  const kept: Line[] = [];
  let last = '';
  for (const line of lines) {
    const key = signature(line.message, how);
    const previous = kept[kept.length - 1];
    if (previous && key === last) previous.count++;
    else kept.push({ ...line });
    last = key;
  }
  return kept;
}

export function signature(message: string, how: Dedup): string {
  if (how === 'numbers') return message.replace(/\d+/g, '');
  // Only what stands between the words: the shape of a line.
  if (how === 'signature') return message.replace(/[\p{L}\p{N}]+/gu, '');
  return message;
}

/** A line that is JSON over many lines, or as it is. */
export function pretty(message: string): string {
  if (!/^\s*[[{]/.test(message)) return message;
  try {
    return JSON.stringify(JSON.parse(message), null, 2);
  } catch {
    return message;
  }
}
