// A list of API keys, or of one account's tokens, and what can be done with each.
import { useState } from 'preact/hooks';
import { Popover } from '../../viewer/ui/popover';
import { deleteAccountKey, migrateApiKey, revokeAccountKey, type AccountKey } from '../data/keys';
import type { FreshPlace } from '../state/fresh-key';
import { Badge, When } from '../ui/bits';
import { MenuItem } from '../ui/frame';
import { Glyph } from '../ui/icons';
import { lazy } from '../ui/lazy';
import { List, type Column } from '../ui/lists';
import { RotateKey } from './key-dialogs';
import { ask, Ends, KeyState, Suffix, wordOf } from './key-parts';

const SharableLink = lazy(() => import('./sharable-link').then((part) => part.SharableLink));

type Open = { kind: 'none' } | { kind: 'rotate' | 'link'; row: AccountKey };

export function AccountKeys({
  label,
  rows,
  place,
  onChanged,
}: {
  label: string;
  rows: AccountKey[];
  place: FreshPlace;
  onChanged: () => void;
}) {
  const [open, setOpen] = useState<Open>({ kind: 'none' });
  const close = (): void => setOpen({ kind: 'none' });
  const isTokens = place === 'accounts';
  const after = (isDone: boolean): void => {
    if (isDone) onChanged();
  };
  const role: Column<AccountKey>[] = isTokens
    ? []
    : [{ label: 'Role', cell: (row) => <span class="nowrap">{row.role}</span> }];
  return (
    <>
      <List
        label={label}
        items={rows}
        keyOf={(row) => row.id}
        columns={[
          {
            label: 'Name',
            cell: (row) => (
              <div class="stack">
                <span class="row-title">{row.name}</span>
                <span class="key-line">
                  <Suffix of={row.suffix} />
                  {row.older_than_90_days && !row.revoked && !row.expired && (
                    <Badge tone="warn">Over 90 days old</Badge>
                  )}
                </span>
                {row.previous_until !== null && (
                  <span class="muted small">
                    The previous {wordOf(row)} works until <When at={row.previous_until} />
                  </span>
                )}
              </div>
            ),
          },
          ...role,
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
                {(closeMenu) => (
                  <>
                    {!row.revoked && (
                      <MenuItem
                        icon="refresh"
                        label="Rotate…"
                        onChoose={() => {
                          closeMenu();
                          setOpen({ kind: 'rotate', row });
                        }}
                      />
                    )}
                    {!row.revoked && !row.expired && (
                      <MenuItem
                        icon="share"
                        label="Sharable link…"
                        onChoose={() => {
                          closeMenu();
                          setOpen({ kind: 'link', row });
                        }}
                      />
                    )}
                    {row.account === null && (
                      <MenuItem
                        icon="swap"
                        label="Move to a service account"
                        onChoose={() => {
                          closeMenu();
                          void migrate(row).then(after);
                        }}
                      />
                    )}
                    {!row.revoked && (
                      <MenuItem
                        icon="lock"
                        label="Revoke"
                        tone="danger"
                        onChoose={() => {
                          closeMenu();
                          void revoke(row).then(after);
                        }}
                      />
                    )}
                    <MenuItem
                      icon="bin"
                      label="Delete"
                      tone="danger"
                      onChoose={() => {
                        closeMenu();
                        void remove(row).then(after);
                      }}
                    />
                  </>
                )}
              </Popover>
            ),
          },
        ]}
      />
      {open.kind === 'rotate' && (
        <RotateKey
          row={open.row}
          place={place}
          onClose={close}
          onDone={() => {
            close();
            onChanged();
          }}
        />
      )}
      {open.kind === 'link' && <SharableLink row={open.row} onClose={close} />}
    </>
  );
}

function migrate(row: AccountKey): Promise<boolean> {
  return ask(
    {
      title: `Move “${row.name}” to a service account?`,
      text: 'A service account of its role is made, and the key becomes its token. It goes on working, and so do its links. It does not become an API key again.',
      act: 'Move',
      tone: 'plain',
    },
    () => migrateApiKey(row.id),
    `“${row.name}” is a service account’s token now.`,
  );
}

function revoke(row: AccountKey): Promise<boolean> {
  return ask(
    {
      title: `Revoke “${row.name}”?`,
      text: `The ${wordOf(row)} is refused from now on, its links too, and the sessions that it opened are cut. It stays on the list as revoked. This cannot be undone.`,
      act: 'Revoke for good',
    },
    () => revokeAccountKey(row.id),
    `“${row.name}” is revoked.`,
  );
}

function remove(row: AccountKey): Promise<boolean> {
  return ask(
    {
      title: `Delete “${row.name}”?`,
      text: `The ${wordOf(row)} is refused from now on, its links too, and the sessions that it opened are cut. Its name is free again. This cannot be undone.`,
      act: 'Delete for good',
    },
    () => deleteAccountKey(row.id),
    `“${row.name}” is deleted.`,
  );
}
