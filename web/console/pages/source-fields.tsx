// The fields of a source's settings, by its kind.
import { Refusal } from '../api/client';
import type { Draft, Field, Pair, SourceKind, TableDraft } from '../data/source-types';
import { kCommon } from '../data/source-types';
import { SelectField, Switch, TextAreaField, TextField } from '../ui/fields';
import { Glyph } from '../ui/icons';
import { TokenField } from '../ui/token-field';

interface Props {
  draft: Draft;
  error: unknown;
  onChange: (draft: Draft) => void;
}

/** The refusal's sentence when it is about this setting or something in it. */
function wrongAt(error: unknown, field: Field): string | null {
  if (!(error instanceof Refusal) || error.field === null) return null;
  const path = `settings.${field.name}`;
  const isIts =
    error.field === path ||
    error.field.startsWith(`${path}.`) ||
    error.field.startsWith(`${path}[`);
  return isIts ? error.message.replace(`"${path}"`, `“${field.label}”`) : null;
}

export function isShownAt(error: unknown, fields: Field[]): boolean {
  return fields.some((field) => wrongAt(error, field) !== null);
}

export function SourceFields({ kind, ...props }: Props & { kind: SourceKind }) {
  const { draft, error } = props;
  // What is set, or wrong, is seen.
  const isOpen =
    kCommon.some(({ name }) => (draft.texts[name] ?? '') !== '') || isShownAt(error, kCommon);
  return (
    <>
      {kind.fields.map((field) => (
        <OneField key={field.name} field={field} {...props} />
      ))}
      <details class="more-fields" open={isOpen}>
        <summary>Limits and keeping of results</summary>
        <div class="columns">
          {kCommon.map((field) => (
            <OneField key={field.name} field={field} {...props} />
          ))}
        </div>
      </details>
    </>
  );
}

function OneField({ field, draft, error, onChange }: Props & { field: Field }) {
  const { name, label, hint } = field;
  const wrong = wrongAt(error, field);
  const setText = (value: string): void =>
    onChange({ ...draft, texts: { ...draft.texts, [name]: value } });
  switch (field.kind) {
    case 'text':
    case 'number':
      return (
        <TextField
          label={label}
          hint={hint}
          value={draft.texts[name] ?? ''}
          error={wrong}
          {...(field.kind === 'number' ? { inputMode: 'numeric' as const } : {})}
          {...(field.placeholder === undefined ? {} : { placeholder: field.placeholder })}
          onInput={setText}
        />
      );
    case 'area':
      return (
        <TextAreaField
          label={label}
          hint={hint}
          rows={3}
          value={draft.texts[name] ?? ''}
          error={wrong}
          onInput={setText}
        />
      );
    case 'choice':
      return (
        <SelectField
          label={label}
          hint={hint}
          value={draft.texts[name] ?? ''}
          choices={field.choices}
          error={wrong}
          onChange={setText}
        />
      );
    case 'switch':
      return (
        <Switch
          label={label}
          hint={wrong ?? hint}
          isOn={draft.switches[name] ?? field.isOnUsually}
          onChange={(isOn) => onChange({ ...draft, switches: { ...draft.switches, [name]: isOn } })}
        />
      );
    case 'list':
      return (
        <TokenField
          label={label}
          hint={hint}
          values={draft.lists[name] ?? []}
          error={wrong}
          {...(field.placeholder === undefined ? {} : { placeholder: field.placeholder })}
          onChange={(values) => onChange({ ...draft, lists: { ...draft.lists, [name]: values } })}
        />
      );
    case 'pairs':
      return (
        <Pairs
          label={label}
          wrong={wrong}
          pairs={draft.pairs[name] ?? []}
          onChange={(pairs) => onChange({ ...draft, pairs: { ...draft.pairs, [name]: pairs } })}
        />
      );
    case 'tables':
      return (
        <Tables
          label={label}
          hint={hint}
          wrong={wrong}
          tables={draft.tables}
          onChange={(tables) => onChange({ ...draft, tables })}
        />
      );
  }
}

/** A copy with one entry changed. */
function withItem<T>(list: T[], at: number, part: Partial<T>): T[] {
  return list.map((item, index) => (index === at ? { ...item, ...part } : item));
}

export function RemoveButton({ what, onClick }: { what: string; onClick: () => void }) {
  return (
    <button
      type="button"
      class="button quiet icon-only"
      aria-label={`Remove ${what}`}
      onClick={onClick}
    >
      <Glyph name="bin" />
    </button>
  );
}

function Pairs({
  label,
  wrong,
  pairs,
  onChange,
}: {
  label: string;
  wrong: string | null;
  pairs: Pair[];
  onChange: (pairs: Pair[]) => void;
}) {
  return (
    <fieldset class="rows-field">
      <legend>{label}</legend>
      {pairs.map((pair, at) => (
        <div key={at} class="row-fields">
          <TextField
            label="Name"
            value={pair.name}
            onInput={(name) => onChange(withItem(pairs, at, { name }))}
          />
          <TextField
            label="Value"
            value={pair.value}
            onInput={(value) => onChange(withItem(pairs, at, { value }))}
          />
          <RemoveButton
            what={`parameter ${pair.name === '' ? at + 1 : pair.name}`}
            onClick={() => onChange(pairs.filter((_, index) => index !== at))}
          />
        </div>
      ))}
      {wrong !== null && <p class="field-error">{wrong}</p>}
      <button
        type="button"
        class="button"
        onClick={() => onChange([...pairs, { name: '', value: '' }])}
      >
        <Glyph name="plus" />
        Add a parameter
      </button>
    </fieldset>
  );
}

function Tables({
  label,
  hint,
  wrong,
  tables,
  onChange,
}: {
  label: string;
  hint: string | undefined;
  wrong: string | null;
  tables: TableDraft[];
  onChange: (tables: TableDraft[]) => void;
}) {
  return (
    <fieldset class="rows-field">
      <legend>{label}</legend>
      {hint !== undefined && <p class="hint">{hint}</p>}
      {tables.map((table, at) => (
        <div key={at} class="row-fields">
          <TextField
            label="Table"
            value={table.name}
            onInput={(name) => onChange(withItem(tables, at, { name }))}
          />
          <TextAreaField
            label="Files, one a line"
            rows={Math.min(6, Math.max(1, table.paths.split('\n').length))}
            value={table.paths}
            onInput={(paths) => onChange(withItem(tables, at, { paths }))}
          />
          <RemoveButton
            what={`table ${table.name === '' ? at + 1 : table.name}`}
            onClick={() => onChange(tables.filter((_, index) => index !== at))}
          />
        </div>
      ))}
      {wrong !== null && <p class="field-error">{wrong}</p>}
      <button
        type="button"
        class="button"
        onClick={() => onChange([...tables, { name: '', paths: '' }])}
      >
        <Glyph name="plus" />
        Add a table
      </button>
    </fieldset>
  );
}
