// User attributes: what is known of people, which row filters and variables use.
import { useState } from 'preact/hooks';
import {
  changeAttribute,
  createAttribute,
  deleteAttribute,
  kAttributeTypes,
  listAttributes,
  typeWords,
  type Attribute,
  type AttributeSettings,
} from '../data/people';
import { useChange, useResource } from '../state/resource';
import { to } from '../state/router';
import { toast } from '../state/toasts';
import { Badge } from '../ui/bits';
import { Dialog } from '../ui/dialog';
import { SelectField, Switch, TextField } from '../ui/fields';
import { Glyph } from '../ui/icons';
import { Link } from '../ui/link';
import { List } from '../ui/lists';
import { Empty, elsewhere, FormError, Loaded, wrongIn } from '../ui/states';
import { act, DialogActions, PeoplePage } from './people-parts';

export function PeopleAttributes() {
  const attributes = useResource('attributes', (signal) => listAttributes(signal));
  const [open, setOpen] = useState<Attribute | 'new' | null>(null);
  return (
    <PeoplePage
      tab="attributes"
      lead="Facts about people that row filters and variables use. A signed link’s value counts first, then the person’s own, then the groups’ by rank, then the default."
      actions={
        <button type="button" class="button primary" onClick={() => setOpen('new')}>
          <Glyph name="plus" />
          New attribute
        </button>
      }
    >
      <Loaded from={attributes} what="attributes">
        {({ attributes: rows }) =>
          rows.length === 0 ? (
            <Empty title="There are no attributes yet">
              <p>Make one for each fact that decides which rows somebody sees.</p>
            </Empty>
          ) : (
            <Rows rows={rows} onEdit={setOpen} onChanged={attributes.reload} />
          )
        }
      </Loaded>
      {open !== null && (
        <EditAttribute
          row={open === 'new' ? null : open}
          onClose={() => setOpen(null)}
          onSaved={() => {
            setOpen(null);
            attributes.reload();
          }}
        />
      )}
    </PeoplePage>
  );
}

function Rows({
  rows,
  onEdit,
  onChanged,
}: {
  rows: Attribute[];
  onEdit: (row: Attribute) => void;
  onChanged: () => void;
}) {
  return (
    <List
      label="Attributes"
      items={rows}
      keyOf={(row) => row.id}
      columns={[
        {
          label: 'Attribute',
          cell: (row) => (
            <div class="stack">
              <Link href={to('people', 'attributes', row.id)} class="row-link">
                {row.label}
              </Link>
              <span class="muted code">{row.name}</span>
            </div>
          ),
        },
        { label: 'Type', cell: (row) => typeWords(row.type) },
        { label: 'Default', cell: (row) => <Default row={row} /> },
        {
          label: 'Properties',
          cell: (row) => (
            <div class="badges">
              {!row.hidden && !row.editable && !row.system && <span class="muted">none</span>}
              {row.hidden && <Badge tone="warn">Hidden</Badge>}
              {row.editable && <Badge>People change their own</Badge>}
              {row.system && <Badge>Built in</Badge>}
            </div>
          ),
        },
        { label: 'Groups', end: true, cell: (row) => row.group_values.length },
        {
          label: 'Actions',
          isHidden: true,
          end: true,
          cell: (row) =>
            !row.system && (
              <div class="button-row">
                <button
                  type="button"
                  class="button"
                  aria-label={`Edit ${row.label}`}
                  onClick={() => onEdit(row)}
                >
                  Edit
                </button>
                <button
                  type="button"
                  class="button quiet danger"
                  aria-label={`Delete ${row.label}`}
                  onClick={() =>
                    void remove(row).then((isDone) => {
                      if (isDone) onChanged();
                    })
                  }
                >
                  Delete
                </button>
              </div>
            ),
        },
      ]}
    />
  );
}

function Default({ row }: { row: Attribute }) {
  if (!row.has_default) return <span class="muted">none</span>;
  if (row.hidden) return <span class="muted">hidden</span>;
  return row.default === '' ? (
    <span class="muted">empty: no rows</span>
  ) : (
    <span class="code">{row.default}</span>
  );
}

function remove(row: Attribute): Promise<boolean> {
  return act(
    {
      title: `Delete the attribute “${row.label}”?`,
      text: 'Every value of it is deleted too. Row filters that use it show no rows from then on. This cannot be undone.',
      act: 'Delete for good',
      typed: row.name,
    },
    async () => {
      await deleteAttribute(row.id);
      return `The attribute “${row.label}” is deleted.`;
    },
  );
}

const kFields = ['name', 'label', 'type', 'default_value', 'hidden', 'domains'];

function EditAttribute({
  row,
  onClose,
  onSaved,
}: {
  row: Attribute | null;
  onClose: () => void;
  onSaved: () => void;
}) {
  const [name, setName] = useState('');
  const [label, setLabel] = useState(row?.label ?? '');
  const [type, setType] = useState(row?.type ?? 'string');
  const [hasDefault, setHasDefault] = useState(row?.has_default ?? false);
  const [value, setValue] = useState(row?.default ?? '');
  /** A hidden default stays what it is unless somebody writes another. */
  const [isTouched, setTouched] = useState(false);
  const [viewable, setViewable] = useState(row?.viewable ?? true);
  const [editable, setEditable] = useState(row?.editable ?? false);
  const [hidden, setHidden] = useState(row?.hidden ?? false);
  const [domains, setDomains] = useState(row?.domains ?? '');
  const change = useChange();
  const { error } = change;
  const keepsDefault = row !== null && row.hidden && row.has_default === hasDefault && !isTouched;
  const save = async (): Promise<void> => {
    const settings: AttributeSettings = {
      label: label.trim(),
      type,
      viewable,
      editable,
      hidden,
      domains: domains.trim(),
      ...(keepsDefault ? {} : { default: hasDefault ? value : null }),
    };
    if (row) await changeAttribute(row.id, settings);
    else await createAttribute({ ...settings, name: name.trim() });
    toast(`The attribute “${label.trim()}” is saved.`);
    onSaved();
  };
  return (
    <Dialog
      title={row ? `Attribute “${row.label}”` : 'New attribute'}
      onClose={onClose}
      onSubmit={() => void change.run(save)}
      actions={
        <DialogActions
          verb="Save"
          isBusy={change.isBusy}
          disabled={label.trim() === '' || (row === null && name.trim() === '')}
          onClose={onClose}
        />
      }
    >
      {row ? (
        <p class="muted">
          <span class="code">{row.name}</span> keeps its name: models, dashboards and links go by
          it.
        </p>
      ) : (
        <TextField
          label="Name"
          hint="Small letters, digits and _. Models, dashboards and links go by it, so it stays."
          value={name}
          onInput={setName}
          maxLength={64}
          isCode
          error={wrongIn(error, 'name')}
          autofocus
        />
      )}
      <TextField
        label="Label"
        value={label}
        onInput={setLabel}
        maxLength={255}
        error={wrongIn(error, 'label')}
      />
      <SelectField
        label="Type"
        value={type}
        choices={kAttributeTypes}
        onChange={setType}
        error={wrongIn(error, 'type')}
      />
      <Switch
        label="There is a default"
        hint="For whom neither a link, nor their own value, nor a group says anything."
        isOn={hasDefault}
        onChange={setHasDefault}
      />
      {hasDefault && (
        <TextField
          label="Default"
          hint={
            row?.hidden && row.has_default
              ? 'There is one, and it is hidden. Write another to replace it.'
              : 'Empty means no value, and so no rows.'
          }
          value={value}
          onInput={(text) => {
            setValue(text);
            setTouched(true);
          }}
          error={wrongIn(error, 'default_value')}
        />
      )}
      <Switch label="People see their own value" isOn={viewable} onChange={setViewable} />
      <Switch
        label="People change their own value"
        hint="Then it narrows nothing: no row filter relies on it."
        isOn={editable}
        onChange={setEditable}
      />
      <Switch
        label="Values are hidden"
        hint={
          row?.hidden
            ? 'This cannot be undone.'
            : 'Nobody is shown a value again, administrators neither. This cannot be undone.'
        }
        isOn={hidden}
        disabled={row?.hidden === true}
        onChange={setHidden}
      />
      {hidden && (
        <TextField
          label="Allowed domains"
          hint="Kept for Looker’s clients, and decides nothing here: this server sends hidden values nowhere."
          value={domains}
          onInput={setDomains}
          maxLength={4096}
          error={wrongIn(error, 'domains')}
        />
      )}
      <FormError error={elsewhere(error, ...kFields)} />
    </Dialog>
  );
}
