// How a column is shown, as data say it: its unit, its ends, its limits, what its values are called.
import type { Cell, Column } from '../../api/wire';
import type { Options } from '../../data/options';
import { reduceCells } from '../../data/reducers';
import {
  columnMatcher,
  list,
  numberOf,
  object,
  range,
  Unsupported,
  type Transform,
  word,
} from './frames';

interface Rule {
  handler: string;
  reducer: string | undefined;
  /** Of a threshold. */
  color: string;
}

/** What a column of settings stands for: as the mapping says, else by its own name. */
function ruleOf(one: Column, mappings: readonly Record<string, unknown>[]): Rule {
  const mapping = mappings.find(({ fieldName }) => fieldName === one.name);
  const { threshold } = object(mapping?.handlerArguments);
  return {
    handler: mapping ? word(mapping.handlerKey) : one.name.toLowerCase(),
    reducer: typeof mapping?.reducerId === 'string' ? mapping.reducerId : undefined,
    color: colorOf(object(threshold).color) ?? 'red',
  };
}

/** Data may name a colour; whatever else stands there is none. */
function colorOf(value: unknown): string | undefined {
  const text = word(value);
  return /^(?:#[0-9a-f]{6}|green|yellow|red|blue|orange|purple)$/i.test(text) ? text : undefined;
}

const kPlain: Record<string, (value: Cell) => Options> = {
  min: (value) => present('min', numberOf(value)),
  max: (value) => present('max', numberOf(value)),
  decimals: (value) => {
    const digits = numberOf(value);
    const isFit = digits !== null && Number.isInteger(digits) && digits >= 0 && digits <= 15;
    return isFit ? { decimals: digits } : {};
  },
  unit: (value) => present('unit', String(value).slice(0, 64)),
  displayName: (value) => present('display_name', String(value).slice(0, 256)),
  color: (value) => {
    const color = colorOf(value);
    return color === undefined ? {} : { color: { mode: 'fixed', color } };
  },
};

function present(name: string, value: unknown): Options {
  return value === null ? {} : { [name]: value };
}

const kMostMappings = 500;

/** Whether a column of this name is one of settings, without a mapping that says so. */
export function isSetting(one: Column): boolean {
  return Object.prototype.hasOwnProperty.call(kPlain, one.name.toLowerCase());
}

/** `pick` makes one value of a column's: by its reducer, or out of one row. */
export function settingsOf(
  columns: readonly Column[],
  mappings: readonly Record<string, unknown>[],
  pick: (one: Column, reducer: string) => Cell,
): Options {
  let settings: Options = {};
  const limits: { value: number | null; color: string }[] = [];
  const lists: Record<string, readonly Cell[]> = {};
  for (const one of columns) {
    const { handler, reducer, color } = ruleOf(one, mappings);
    if (handler.startsWith('mappings.')) {
      lists[handler] = one.values;
      continue;
    }
    const value = pick(one, reducer ?? 'lastNotNull');
    if (value === null) continue;
    if (handler === 'threshold1') {
      const limit = numberOf(value);
      if (limit !== null) limits.push({ value: limit, color });
    } else if (Object.prototype.hasOwnProperty.call(kPlain, handler)) {
      settings = { ...settings, ...kPlain[handler]?.(value) };
    }
  }
  const [first] = limits;
  // What is below the first limit has its colour too: there is none before it.
  if (first) settings.thresholds = [{ value: null, color: first.color }, ...limits];
  const values = lists['mappings.value'];
  if (values) {
    settings.mappings = range(Math.min(values.length, kMostMappings)).flatMap((row) => {
      const value = values[row] ?? null;
      const text = lists['mappings.text']?.[row] ?? null;
      const color = colorOf(lists['mappings.color']?.[row]);
      return value === null
        ? []
        : [
            {
              type: 'value',
              value: String(value),
              ...(text === null ? {} : { text: String(text) }),
              ...(color === undefined ? {} : { color }),
            },
          ];
    });
  }
  return settings;
}

/** The table of one query says how the columns of the others are shown. */
export const configFromData: Transform = (frames, options) => {
  const name = word(options.configRefId, 'config');
  const config = frames.find((frame) => frame.name === name);
  if (!config) return frames;
  const matches = columnMatcher(options.applyTo ?? { id: 'numeric' });
  if (!matches) throw new Unsupported('configFromData');
  const settings = settingsOf(config.columns, list(options.mappings).map(object), (one, how) =>
    reduceCells(one.values, how),
  );
  return frames
    .filter((frame) => frame !== config || frames.length === 1)
    .map((frame) => ({
      ...frame,
      columns: frame.columns.map((one) =>
        matches(one, frame) ? { ...one, config: { ...one.config, ...settings } } : one,
      ),
    }));
};
