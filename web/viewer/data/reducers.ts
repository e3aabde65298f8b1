// How many values become one. Names as Grafana's; "last" and "first" skip what is missing, as they
// always did here.
import type { Cell } from '../api/wire';

function numeric(cell: Cell | undefined): number | null {
  if (typeof cell === 'number') return Number.isFinite(cell) ? cell : null;
  if (typeof cell === 'boolean') return cell ? 1 : 0;
  return null;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function least(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((a, b) => (b < a ? b : a));
}

function most(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((a, b) => (b > a ? b : a));
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : sum(values) / values.length;
}

/** Of all values, not of a sample. */
function variance(values: readonly number[]): number | null {
  const middle = mean(values);
  if (middle === null) return null;
  return sum(values.map((value) => (value - middle) ** 2)) / values.length;
}

function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  const above = sorted[half];
  if (above === undefined) return null;
  return sorted.length % 2 === 1 ? above : ((sorted[half - 1] ?? above) + above) / 2;
}

function percentile(values: readonly number[], percent: number): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.round((sorted.length - 1) * (percent / 100))] ?? null;
}

/** What was added in all; where the value falls, a counter has started anew. */
function delta(values: readonly number[]): number {
  let total = 0;
  for (let index = 1; index < values.length; index++) {
    const before = values[index - 1] ?? 0;
    const value = values[index] ?? 0;
    total += value >= before ? value - before : value;
  }
  return total;
}

function smallestStep(values: readonly number[]): number | null {
  let step: number | null = null;
  for (let index = 1; index < values.length; index++) {
    const one = (values[index] ?? 0) - (values[index - 1] ?? 0);
    if (step === null || one < step) step = one;
  }
  return step;
}

function difference(values: readonly number[]): number | null {
  const first = values[0];
  const last = values[values.length - 1];
  return first === undefined || last === undefined ? null : last - first;
}

function changes(values: readonly Cell[]): number {
  return values.filter((value, index) => index > 0 && value !== values[index - 1]).length;
}

type Reducer = (numbers: number[], cells: readonly Cell[]) => number | null;

const kReducers: Record<string, Reducer> = {
  sum: (numbers) => (numbers.length === 0 ? null : sum(numbers)),
  min: least,
  max: most,
  logmin: (numbers) => least(numbers.filter((value) => value > 0)),
  mean,
  median,
  variance,
  stdDev: (numbers) => {
    const squares = variance(numbers);
    return squares === null ? null : Math.sqrt(squares);
  },
  count: (_, cells) => cells.filter((cell) => cell !== null).length,
  countAll: (_, cells) => cells.length,
  range: (numbers) => {
    const low = least(numbers);
    const high = most(numbers);
    return low === null || high === null ? null : high - low;
  },
  diff: difference,
  diffperc: (numbers) => {
    const change = difference(numbers);
    const first = numbers[0];
    return change === null || first === undefined || first === 0 ? null : change / first;
  },
  delta: (numbers) => (numbers.length === 0 ? null : delta(numbers)),
  step: smallestStep,
  changeCount: (_, cells) => changes(cells),
  distinctCount: (_, cells) => new Set(cells).size,
  allIsZero: (_, cells) => Number(cells.length > 0 && cells.every((cell) => cell === 0)),
  allIsNull: (_, cells) => Number(cells.every((cell) => cell === null)),
};

/** One value of many, in the order of time: a number, or for last and first whatever stands there. */
export function reduceCells(cells: readonly Cell[], how: string): Cell {
  switch (how) {
    case 'last':
    case 'lastNotNull':
      return [...cells].reverse().find((cell) => cell !== null) ?? null;
    case 'first':
    case 'firstNotNull':
      return cells.find((cell) => cell !== null) ?? null;
    case 'allValues':
      return cells.slice(0, 1000).map(String).join(', ');
    case 'uniqueValues':
      return [...new Set(cells)].slice(0, 1000).map(String).join(', ');
  }
  const numbers = cells.map(numeric).filter((value): value is number => value !== null);
  const percent = /^p(\d{1,2})$/.exec(how)?.[1];
  if (percent !== undefined) return percentile(numbers, Number(percent));
  return kReducers[how]?.(numbers, cells) ?? null;
}

const kNames: Record<string, string> = {
  last: 'Last',
  lastNotNull: 'Last',
  first: 'First',
  firstNotNull: 'First',
  sum: 'Total',
  logmin: 'Min (above zero)',
  stdDev: 'StdDev',
  countAll: 'All rows',
  diff: 'Difference',
  diffperc: 'Difference %',
  changeCount: 'Changes',
  distinctCount: 'Distinct',
  allIsZero: 'All zeros',
  allIsNull: 'All nulls',
  allValues: 'All values',
  uniqueValues: 'Unique values',
};

/** As heads of columns and legends call it. */
export function reducerName(how: string): string {
  const percent = /^p(\d{1,2})$/.exec(how)?.[1];
  if (percent !== undefined) return `${percent}th %`;
  return kNames[how] ?? how.slice(0, 1).toUpperCase() + how.slice(1);
}

/** What its result is measured in: the column's own unit, a plain number, or a share. */
export function reducerUnit(how: string): 'own' | 'none' | 'percentunit' {
  if (how === 'diffperc') return 'percentunit';
  return /count|Count|allIs|variance/.test(how) ? 'none' : 'own';
}
