// Keys of Datadog's and Looker's clients, and this server's service tokens.
import { useState } from 'preact/hooks';
import { Popover } from '../../viewer/ui/popover';
import { matches } from '../data/all';
import {
  changeProgramKey,
  deleteProgramKey,
  everyProgramKey,
  kKinds,
  type KeyKind,
  type ProgramKey,
} from '../data/keys';
import { useResource } from '../state/resource';
import { place, setQuery } from '../state/router';
import { When } from '../ui/bits';
import { SearchField } from '../ui/fields';
import { MenuItem } from '../ui/frame';
import { Glyph } from '../ui/icons';
import { Count, List } from '../ui/lists';
import { NoMatch } from '../ui/no-match';
import { Empty, Loaded } from '../ui/states';
import { FreshKeyCard } from './fresh-key';
import { ask, Ends, KeyState, Suffix } from './key-parts';
import { EditProgramKey, MakeProgramKey } from './program-key-forms';

const kShown = 50;

type Open = { kind: 'none' } | { kind: 'make' } | { kind: 'edit'; row: ProgramKey };

export function Programs() {
  const { query } = place.value;
  const search = query.get('q') ?? '';
  const asked = query.get('kind') ?? '';
  const kind = asked in kKinds ? (asked as KeyKind) : null;
  const keys = useResource('program keys', (signal) => everyProgramKey(signal));
  const [most, setMost] = useState(kShown);
  const [open, setOpen] = useState<Open>({ kind: 'none' });
  const close = (): void => setOpen({ kind: 'none' });
  const done = (): void => {
    close();
    keys.reload();
  };
  return (
    <>
      <FreshKeyCard place="programs" />
      <div class="tools">
        <SearchField
          label="Search keys"
          value={search}
          onInput={(value) => setQuery({ q: value })}
        />
        <label class="inline-select">
          <span>Kind</span>
          <select
            class="input"
            value={kind ?? ''}
            onChange={(event) => setQuery({ kind: event.currentTarget.value })}
          >
            <option value="">Any</option>
            {Object.entries(kKinds).map(([value, label]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
        </label>
        <div class="button-row tools-end">
          <button type="button" class="button primary" onClick={() => setOpen({ kind: 'make' })}>
            <Glyph name="plus" />
            New key
          </button>
        </div>
      </div>
      <Loaded from={keys} what="keys">
        {({ items }) => {
          const found = items
            .filter(
              (row) =>
                (kind === null || row.kind === kind) &&
                matches(search, row.name, kKinds[row.kind], row.owner?.handle, row.client_id),
            )
            .sort((a, b) => a.name.localeCompare(b.name) || a.id - b.id);
          if (items.length === 0) {
            return (
              <Empty title="No keys yet">
                <p>Make one for each program that calls this server’s API.</p>
              </Empty>
            );
          }
          return (
            <>
              <Count shown={found.length} all={items.length} one="key" />
              {found.length === 0 ? (
                <NoMatch filters={['q', 'kind']}>No key fits the search and the kind.</NoMatch>
              ) : (
                <Rows
                  rows={found.slice(0, most)}
                  onChanged={keys.reload}
                  onEdit={(row) => setOpen({ kind: 'edit', row })}
                />
              )}
              {found.length > most && (
                <button type="button" class="button" onClick={() => setMost(most + kShown)}>
                  Show more
                </button>
              )}
            </>
          );
        }}
      </Loaded>
      {open.kind === 'make' && <MakeProgramKey kind={kind} onClose={close} onDone={done} />}
      {open.kind === 'edit' && <EditProgramKey row={open.row} onClose={close} onDone={done} />}
    </>
  );
}

/** Whose a key is. What was made with it for nobody has a user of its own, called by its client id. */
function Owner({ row: { owner, client_id: client } }: { row: ProgramKey }) {
  if (owner === null) return null;
  if (client !== null && owner.handle === `api-${client}`) {
    return (
      <span class="muted small" title={owner.handle}>
        a user of its own
      </span>
    );
  }
  return (
    <span class="muted small one-line" title={owner.handle}>
      for {owner.handle}
    </span>
  );
}

function Rows({
  rows,
  onChanged,
  onEdit,
}: {
  rows: ProgramKey[];
  onChanged: () => void;
  onEdit: (row: ProgramKey) => void;
}) {
  const after = (isDone: boolean): void => {
    if (isDone) onChanged();
  };
  return (
    <List
      label="Keys"
      items={rows}
      keyOf={(row) => row.id}
      columns={[
        {
          label: 'Name',
          cell: (row) => (
            <div class="stack">
              <span class="row-title">{row.name}</span>
              <span class="key-line">
                <span class="muted">{kKinds[row.kind]}</span>
                <Suffix of={row.suffix} />
              </span>
              {row.client_id !== null && (
                <span class="muted small code">client id {row.client_id}</span>
              )}
            </div>
          ),
        },
        {
          label: 'Acts as',
          cell: (row) =>
            row.kind === 'datadog_api_key' ? (
              <span class="muted">the organization</span>
            ) : (
              <div class="stack">
                <span>{row.role}</span>
                <Owner row={row} />
              </div>
            ),
        },
        { label: 'State', cell: (row) => <KeyState row={row} /> },
        { label: 'Last used', cell: (row) => <When at={row.last_used_at} /> },
        { label: 'Created', cell: (row) => <When at={row.created_at} /> },
        { label: 'Ends', cell: (row) => <Ends at={row.expires_at} /> },
        {
          label: 'Actions',
          isHidden: true,
          end: true,
          cell: (row) => (
            <Popover
              label={`Actions for ${row.name}`}
              kind="menu"
              buttonClass="button quiet icon-only"
              face={<Glyph name="more" />}
            >
              {(close) => (
                <>
                  <MenuItem
                    icon="gear"
                    label="Name and end…"
                    onChoose={() => {
                      close();
                      onEdit(row);
                    }}
                  />
                  <MenuItem
                    icon={row.disabled ? 'play' : 'pause'}
                    label={row.disabled ? 'Switch on' : 'Switch off'}
                    onChoose={() => {
                      close();
                      void ask(
                        null,
                        () => changeProgramKey(row.id, { disabled: !row.disabled }),
                        row.disabled
                          ? `“${row.name}” works again.`
                          : `“${row.name}” is refused now.`,
                      ).then(after);
                    }}
                  />
                  <MenuItem
                    icon="bin"
                    label="Delete"
                    tone="danger"
                    onChoose={() => {
                      close();
                      void ask(
                        {
                          title: `Delete “${row.name}”?`,
                          text: `The ${kKinds[row.kind]} that ends in ${row.suffix} is refused from now on, wherever it is used. This cannot be undone.`,
                          act: 'Delete for good',
                        },
                        () => deleteProgramKey(row.id),
                        `“${row.name}” is deleted.`,
                      ).then(after);
                    }}
                  />
                </>
              )}
            </Popover>
          ),
        },
      ]}
    />
  );
}
