import type { Variable } from '../api/wire';
import { kAll } from '../data/variables';

/** What is chosen after a click on one choice. */
export function toggled(variable: Variable, chosen: readonly string[], value: string): string[] {
  if (!variable.multi || value === kAll) return [value];
  const rest = chosen.filter((item) => item !== kAll);
  return rest.includes(value) ? rest.filter((item) => item !== value) : [...rest, value];
}
