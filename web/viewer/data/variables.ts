import type { Variable } from '../api/wire';

/** Every choice at once. */
export const kAll = '*';

/** What is chosen, in words. Also what `${name}` stands for in texts. */
export function valueText(variable: Variable, values: readonly string[]): string {
  if (values.includes(kAll) && variable.include_all !== false) return 'All';
  const labels = values.map(
    (value) => variable.choices?.find((choice) => choice.value === value)?.label || value,
  );
  if (labels.length === 0) return 'None';
  if (labels.length <= 2) return labels.join(', ');
  return `${labels.slice(0, 2).join(', ')} +${labels.length - 2}`;
}
