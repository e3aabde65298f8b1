// Which source, model or source variable a query reads.
import type { JsonObject } from '../api/types';
import { reading, readsOf, type Known } from './queries';

export interface ReadsFieldProps {
  id: string;
  query: JsonObject;
  known: Known;
  onChange: (query: JsonObject) => void;
}

export function ReadsField({ id, query, known, onChange }: ReadsFieldProps) {
  const reads = readsOf(query);
  const { sources, models, sourceVariables } = known;
  const groups = [
    {
      label: 'Sources: every row',
      options: sources.map(({ name, type }) => ({
        value: `source:${name}`,
        label: `${name} (${type})`,
      })),
    },
    {
      label: 'Models: the viewer’s rows',
      options: models.map(({ name, label }) => ({
        value: `model:${name}`,
        label: label === name || label === '' ? name : `${label} (${name})`,
      })),
    },
    {
      label: 'Variables',
      options: sourceVariables.map(({ name, type }) => ({
        value: `source:$${name}`,
        label: `$${name} (${type})`,
      })),
    },
  ].filter(({ options }) => options.length > 0);
  const isThere = groups.some(({ options }) => options.some(({ value }) => value === reads));
  return (
    <select
      id={id}
      class="input"
      value={reads}
      onChange={(event) => onChange(reading(query, event.currentTarget.value, known))}
    >
      {/* What the document names and nobody has. */}
      {!isThere && (
        <option value={reads}>
          {reads === '' ? 'Choose…' : `${reads.slice(reads.indexOf(':') + 1)} (not there)`}
        </option>
      )}
      {groups.map(({ label, options }) => (
        <optgroup key={label} label={label}>
          {options.map(({ value, label: words }) => (
            <option key={value} value={value}>
              {words}
            </option>
          ))}
        </optgroup>
      ))}
    </select>
  );
}
