// Snapshots in the share dialog: what the dashboard shows now, kept without asking a source again.
import { useState } from 'preact/hooks';
import { wordsOf } from '../api/client';
import type { Dashboard } from '../api/types';
import type { Chosen } from '../draw/address';
import { deleteSnapshot, listSnapshots, takeSnapshot, type Snapshot } from '../data/sharing';
import { instantWords } from '../format';
import { useChange, useResource } from '../state/resource';
import { toast } from '../state/toasts';
import { BusyButton, CopyLine, When } from '../ui/bits';
import { SelectField, TextField } from '../ui/fields';
import { List, type Column } from '../ui/lists';
import { elsewhere, FormError, Loaded, wrongIn } from '../ui/states';

const kLives = [
  { value: '3600', label: 'After an hour' },
  { value: '86400', label: 'After a day' },
  { value: '604800', label: 'After 7 days' },
  { value: '2592000', label: 'After 30 days' },
  { value: '', label: 'Never' },
];

export function SnapshotPart({ dashboard, chosen }: { dashboard: Dashboard; chosen: Chosen }) {
  const [name, setName] = useState(dashboard.title);
  const [life, setLife] = useState('604800');
  const [taken, setTaken] = useState<Snapshot | null>(null);
  const change = useChange();
  const { error } = change;
  const snapshots = useResource('snapshots', (signal) => listSnapshots(signal));

  const take = (): void => {
    void change.run(async () => {
      setTaken(
        await takeSnapshot(dashboard.uid, {
          name: name.trim(),
          expires_in_seconds: life === '' ? null : Number(life),
          ...(chosen.time ? { time: chosen.time } : {}),
          ...(Object.keys(chosen.variables).length > 0 ? { variables: chosen.variables } : {}),
          ...(chosen.zone !== null && chosen.zone !== 'browser' ? { timezone: chosen.zone } : {}),
        }),
      );
      snapshots.reload();
    });
  };
  return (
    <>
      <p>
        A snapshot keeps what the dashboard shows now, with the time and the values that are chosen,
        without its queries. Everybody who has its address sees it; nothing of it changes
        afterwards.
      </p>
      <FormError error={elsewhere(error, 'name')} />
      <div class="columns">
        <TextField
          label="Name of the snapshot"
          value={name}
          maxLength={255}
          onInput={setName}
          error={wrongIn(error, 'name')}
        />
        <SelectField label="It is deleted" value={life} choices={kLives} onChange={setLife} />
      </div>
      <div>
        <BusyButton type="button" isBusy={change.isBusy} onClick={take}>
          Take a snapshot
        </BusyButton>
      </div>
      {taken && <CopyLine label="Snapshot" text={taken.url} />}
      <Loaded from={snapshots} what="the snapshots">
        {({ snapshots: items }) =>
          items.length > 0 && (
            <Taken
              items={items}
              onDeleted={(gone) => {
                if (taken?.key === gone.key) setTaken(null);
                snapshots.reload();
              }}
            />
          )
        }
      </Loaded>
    </>
  );
}

function Taken({
  items,
  onDeleted,
}: {
  items: Snapshot[];
  onDeleted: (snapshot: Snapshot) => void;
}) {
  const remove = async (snapshot: Snapshot): Promise<void> => {
    try {
      await deleteSnapshot(snapshot.key);
      toast(`The snapshot “${snapshot.name}” is deleted.`);
      onDeleted(snapshot);
    } catch (error) {
      toast(wordsOf(error), 'bad');
    }
  };
  const columns: Column<Snapshot>[] = [
    {
      label: 'Snapshot',
      cell: ({ name, url }) => (
        <a href={url} target="_blank" rel="noreferrer">
          {name}
        </a>
      ),
    },
    { label: 'Taken', cell: ({ created_at: at }) => <When at={at} /> },
    {
      label: 'Until',
      cell: ({ expires_at: at }) =>
        at === null ? <span class="muted">deleted</span> : instantWords(at),
    },
    {
      label: 'Actions',
      isHidden: true,
      end: true,
      cell: (snapshot) => (
        <button
          type="button"
          class="button danger"
          aria-label={`Delete the snapshot ${snapshot.name}`}
          onClick={() => void remove(snapshot)}
        >
          Delete
        </button>
      ),
    },
  ];
  return <List label="Snapshots" items={items} keyOf={({ id }) => id} columns={columns} isDense />;
}
