// Reading a panel's options. The server has checked them; an absent or foreign value is the default.

export type Options = Record<string, unknown>;

export function text(options: Options, name: string): string | undefined {
  const value = options[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function number(options: Options, name: string): number | undefined {
  const value = options[name];
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

export function flag(options: Options, name: string, fallback: boolean): boolean {
  const value = options[name];
  return typeof value === 'boolean' ? value : fallback;
}

export function choice<T extends string>(
  options: Options,
  name: string,
  allowed: readonly T[],
  fallback: T,
): T {
  return allowed.find((candidate) => candidate === options[name]) ?? fallback;
}

export function texts(options: Options, name: string): string[] | undefined {
  const value = options[name];
  if (!Array.isArray(value)) return undefined;
  const list = value.filter((item): item is string => typeof item === 'string');
  return list.length > 0 ? list : undefined;
}

function isObject(value: unknown): value is Options {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export interface Threshold {
  /** -Infinity for the base. */
  value: number;
  color: string;
}

export function thresholds(options: Options): Threshold[] {
  const value = options.thresholds;
  if (!Array.isArray(value)) return [];
  return value
    .filter(isObject)
    .map((item) => ({
      value: typeof item.value === 'number' ? item.value : -Infinity,
      color: typeof item.color === 'string' ? item.color : '',
    }))
    .filter((item) => item.color !== '')
    .sort((a, b) => a.value - b.value);
}

/** The colour of the highest threshold that `value` has reached. */
export function thresholdColor(
  list: readonly Threshold[],
  value: number | null,
): string | undefined {
  if (value === null) return undefined;
  return list.filter((item) => value >= item.value).at(-1)?.color;
}

export interface TableColumn {
  name: string;
  title: string | undefined;
  unit: string | undefined;
  decimals: number | undefined;
  align: 'left' | 'center' | 'right' | undefined;
  bar: boolean;
  width: number | undefined;
}

export function tableColumns(options: Options): TableColumn[] | undefined {
  const value = options.columns;
  if (!Array.isArray(value) || value.length === 0) return undefined;
  return value.filter(isObject).map((item) => ({
    name: text(item, 'name') ?? '',
    title: text(item, 'title'),
    unit: text(item, 'unit'),
    decimals: number(item, 'decimals'),
    align: (['left', 'center', 'right'] as const).find((side) => side === item.align),
    bar: flag(item, 'bar', false),
    width: number(item, 'width'),
  }));
}

export function initialSort(
  options: Options,
): { column: string; direction: 'asc' | 'desc' } | null {
  const sort = options.sort;
  if (!isObject(sort)) return null;
  const column = text(sort, 'column');
  return column ? { column, direction: sort.direction === 'desc' ? 'desc' : 'asc' } : null;
}
