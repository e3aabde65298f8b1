// One relation of a model: its name, what narrows its rows, and the columns that are covered.
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import { Refusal } from '../api/client';
import { placeIn, type CoverDraft, type FilterDraft, type RelationDraft } from '../data/models';
import { SelectField } from '../ui/fields';
import { Glyph } from '../ui/icons';
import { Card } from '../ui/page';
import { RemoveButton } from './source-fields';

const kTypes = [
  { value: 'text', label: 'Text' },
  { value: 'number', label: 'Number' },
  { value: 'time', label: 'Time' },
];
const kMatches = [
  { value: 'one_of', label: 'is one of' },
  { value: 'range', label: 'is within' },
];
const kShows = [
  { value: 'hidden', label: 'Not there' },
  { value: 'null', label: 'Empty' },
  { value: 'stars', label: 'Stars' },
];

/** Whether the error is shown at one of these relations. */
export function isRelationError(error: unknown, relations: RelationDraft[]): boolean {
  return (
    error instanceof Refusal && relations.some(({ name }) => placeIn(error.field, name) !== null)
  );
}

interface Props {
  relation: RelationDraft;
  at: number;
  /** Id of a list of the source's relations. */
  suggestions: string;
  columns: { name: string; type: string }[];
  error: unknown;
  isReadOnly: boolean;
  onChange: (relation: RelationDraft) => void;
  onRemove: () => void;
}

export function RelationFields(props: Props) {
  const { relation, at, error, isReadOnly, onChange, onRemove } = props;
  const columns = useId();
  const place = error instanceof Refusal ? placeIn(error.field, relation.name) : null;
  const message = error instanceof Refusal ? error.message : '';
  // The path is the server's word for the field that the message stands at.
  const wrongAt = (path: string): string | null =>
    place === path ? message.replace(/^"[^"]*"/, 'This') : null;
  const { filters, columns: covers } = relation;
  const setFilter = (index: number, part: Partial<FilterDraft>): void =>
    onChange({
      ...relation,
      filters: filters.map((filter, i) => (i === index ? { ...filter, ...part } : filter)),
    });
  const setCover = (index: number, part: Partial<CoverDraft>): void =>
    onChange({
      ...relation,
      columns: covers.map((cover, i) => (i === index ? { ...cover, ...part } : cover)),
    });
  const title = relation.name === '' ? `Relation ${at + 1}` : relation.name;
  const isElsewhere =
    place !== null &&
    place !== '' &&
    !filters.some((_, i) => place.startsWith(`row_filters[${i}]`)) &&
    !covers.some(({ name }) => place.startsWith(`columns.${name}`));
  return (
    <Card
      title={title}
      hint={
        filters.length === 0
          ? 'Without a row filter everybody who is granted the model sees every row.'
          : undefined
      }
      actions={
        isReadOnly ? undefined : <RemoveButton what={`relation ${title}`} onClick={onRemove} />
      }
    >
      <datalist id={columns}>
        {props.columns.map((column) => (
          <option key={column.name} value={column.name}>
            {column.type}
          </option>
        ))}
      </datalist>
      <div class="form wide">
        <ListedField
          label="Relation"
          hint="A table or view of the source; for Prometheus a metric, or * for all."
          list={props.suggestions}
          value={relation.name}
          disabled={isReadOnly}
          error={wrongAt('')}
          onInput={(name) => onChange({ ...relation, name })}
        />
        <fieldset class="rows-field">
          <legend>Row filters</legend>
          <p class="hint">All of them hold. A person without a value sees no rows.</p>
          {filters.map((filter, i) => (
            <div key={i} class="row-fields four">
              <ListedField
                label="Column"
                list={columns}
                value={filter.column}
                disabled={isReadOnly}
                error={wrongAt(`row_filters[${i}].column`) ?? wrongAt(`row_filters[${i}]`)}
                onInput={(column) => setFilter(i, { column })}
              />
              <SelectField
                label="Rows stay whose value"
                value={filter.match}
                choices={kMatches}
                disabled={isReadOnly}
                error={wrongAt(`row_filters[${i}].match`)}
                onChange={(match) => setFilter(i, { match })}
              />
              <ListedField
                label="Attribute"
                value={filter.attribute}
                disabled={isReadOnly}
                error={wrongAt(`row_filters[${i}].attribute`)}
                onInput={(attribute) => setFilter(i, { attribute })}
              />
              <SelectField
                label="As"
                value={filter.type}
                choices={kTypes}
                disabled={isReadOnly}
                error={wrongAt(`row_filters[${i}].type`)}
                onChange={(type) => setFilter(i, { type })}
              />
              {!isReadOnly && (
                <RemoveButton
                  what={`row filter ${i + 1} of ${title}`}
                  onClick={() =>
                    onChange({ ...relation, filters: filters.filter((_, index) => index !== i) })
                  }
                />
              )}
            </div>
          ))}
          {!isReadOnly && (
            <AddButton
              label={`Add a row filter to ${title}`}
              onClick={() =>
                onChange({
                  ...relation,
                  filters: [
                    ...filters,
                    { column: '', attribute: '', type: 'text', match: 'one_of' },
                  ],
                })
              }
            >
              Add a row filter
            </AddButton>
          )}
        </fieldset>
        {(covers.length > 0 || !isReadOnly) && (
          <fieldset class="rows-field">
            <legend>Covered columns</legend>
            {covers.map((cover, i) => (
              <div key={i} class="row-fields">
                <ListedField
                  label="Column"
                  list={columns}
                  value={cover.name}
                  disabled={isReadOnly}
                  error={wrongAt(`columns.${cover.name}`)}
                  onInput={(name) => setCover(i, { name })}
                />
                <SelectField
                  label="Shown as"
                  value={cover.show}
                  choices={kShows}
                  disabled={isReadOnly}
                  error={wrongAt(`columns.${cover.name}.show`)}
                  onChange={(show) => setCover(i, { show })}
                />
                <ListedField
                  label="Unless the viewer has"
                  placeholder="see_sql"
                  value={cover.unless}
                  disabled={isReadOnly}
                  error={wrongAt(`columns.${cover.name}.unless`)}
                  onInput={(unless) => setCover(i, { unless })}
                />
                {!isReadOnly && (
                  <RemoveButton
                    what={`covered column ${i + 1} of ${title}`}
                    onClick={() =>
                      onChange({ ...relation, columns: covers.filter((_, index) => index !== i) })
                    }
                  />
                )}
              </div>
            ))}
            {!isReadOnly && (
              <AddButton
                label={`Cover a column of ${title}`}
                onClick={() =>
                  onChange({
                    ...relation,
                    columns: [...covers, { name: '', show: 'hidden', unless: '' }],
                  })
                }
              >
                Cover a column
              </AddButton>
            )}
          </fieldset>
        )}
        {isElsewhere && <p class="field-error">{message}</p>}
      </div>
    </Card>
  );
}

function AddButton({
  label,
  onClick,
  children,
}: {
  label: string;
  onClick: () => void;
  children: ComponentChildren;
}) {
  return (
    <button type="button" class="button" aria-label={label} onClick={onClick}>
      <Glyph name="plus" />
      {children}
    </button>
  );
}

/** A text with suggestions. */
function ListedField({
  label,
  hint,
  list,
  value,
  placeholder,
  disabled,
  error,
  onInput,
}: {
  label: string;
  hint?: string;
  list?: string;
  value: string;
  placeholder?: string;
  disabled: boolean;
  error: string | null;
  onInput: (value: string) => void;
}) {
  const id = useId();
  const described = [hint === undefined ? '' : `${id}-hint`, error === null ? '' : `${id}-error`]
    .filter((name) => name !== '')
    .join(' ');
  return (
    <div class={error === null ? 'form-field' : 'form-field wrong'}>
      <label for={id}>{label}</label>
      <input
        id={id}
        type="text"
        class="input"
        list={list}
        value={value}
        placeholder={placeholder}
        disabled={disabled}
        autocomplete="off"
        spellcheck={false}
        maxLength={128}
        aria-describedby={described === '' ? undefined : described}
        aria-invalid={error !== null}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
      {hint !== undefined && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {error !== null && (
        <p class="field-error" id={`${id}-error`}>
          {error}
        </p>
      )}
    </div>
  );
}
