// What a variable begins with, where no share or link says otherwise.
import type { JsonObject } from '../api/types';
import { SelectField, TextField } from '../ui/fields';
import { TokenField } from '../ui/token-field';
import { textOf } from './json';
import type { Known } from './queries';
import { choicesOf, defaultsOf, type VariableType } from './variables';

export interface VariableDefaultsProps {
  variable: JsonObject;
  type: VariableType;
  known: Known;
  error: string | undefined;
  onChange: (values: string[]) => void;
}

const kAll = { value: '*', label: 'All' };

export function VariableDefaults({
  variable,
  type,
  known,
  error,
  onChange,
}: VariableDefaultsProps) {
  const values = defaultsOf(variable);
  const [first = ''] = values;
  const one = (value: string): void => onChange(value === '' ? [] : [value]);
  const withAll = variable['include_all'] === true;
  if (type === 'filters') {
    return (
      <TokenField
        label="Conditions at the start"
        hint="Written key|operator|value: region|=|eu."
        values={values}
        error={error}
        onChange={onChange}
      />
    );
  }
  if (type === 'text' || type === 'constant') {
    return (
      <TextField
        label={type === 'text' ? 'At the start' : 'Value'}
        value={first}
        error={error}
        onInput={type === 'text' ? one : (value) => onChange([value])}
      />
    );
  }
  if (variable['multi'] === true) {
    return (
      <TokenField
        label="Chosen at the start"
        hint={`Values${withAll ? ', or * for all' : ''}. Empty: the first choice.`}
        values={values}
        error={error}
        onChange={onChange}
      />
    );
  }
  if (type === 'query') {
    return (
      <TextField
        label="Chosen at the start"
        hint={`A value${withAll ? ', or * for all' : ''}. Empty: the first choice.`}
        value={first}
        error={error}
        onInput={one}
      />
    );
  }
  const offered =
    type === 'source'
      ? known.sources
          .filter((source) => source.type === textOf(variable['source_type']))
          .map(({ name }) => ({ value: name, label: name }))
      : choicesOf(variable).map(({ value, label }) => ({ value, label: label || value }));
  const special = [
    ...(withAll ? [kAll] : []),
    ...('auto' in variable ? [{ value: 'auto', label: 'Auto' }] : []),
  ];
  const isThere = [...offered, ...special].some(({ value }) => value === first);
  return (
    <SelectField
      label="Chosen at the start"
      value={first}
      choices={[
        { value: '', label: 'The first' },
        ...special,
        ...offered.filter(({ value }) => value !== ''),
        ...(first === '' || isThere ? [] : [{ value: first, label: `${first} (not offered)` }]),
      ]}
      error={error}
      onChange={one}
    />
  );
}
