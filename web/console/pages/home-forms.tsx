// Small forms of the home page: folders, where something lies, tags.
import { useState } from 'preact/hooks';
import { pathOf, placesFor, readTags, type HomeContent } from '../data/home';
import {
  changeFolder,
  createFolder,
  moveDashboards,
  setTags,
  type Folder,
  type HomeDashboard,
} from '../data/watch';
import { useChange } from '../state/resource';
import { toast } from '../state/toasts';
import { BusyButton } from '../ui/bits';
import { Dialog } from '../ui/dialog';
import { SelectField, TextField } from '../ui/fields';
import { elsewhere, FormError, wrongIn } from '../ui/states';

interface FormProps {
  onClose: () => void;
  onDone: () => void;
}

function Buttons({ isBusy, act, onClose }: { isBusy: boolean; act: string; onClose: () => void }) {
  return (
    <>
      <button type="button" class="button" onClick={onClose}>
        Cancel
      </button>
      <BusyButton isBusy={isBusy}>{act}</BusyButton>
    </>
  );
}

/** The form that stands over the page. */
export type OpenForm =
  | { kind: 'new-folder' }
  | { kind: 'rename'; folder: Folder }
  | { kind: 'move-folder'; folder: Folder }
  | { kind: 'move'; items: HomeDashboard[] }
  | { kind: 'tags'; item: HomeDashboard };

/** `parent`: where a new folder comes. */
export function Form({
  open,
  parent,
  content,
  onClose,
  onDone,
}: FormProps & { open: OpenForm; parent: string | null; content: HomeContent }) {
  switch (open.kind) {
    case 'new-folder':
      return <FolderForm parent={parent} onClose={onClose} onDone={onDone} />;
    case 'rename':
      return <FolderForm folder={open.folder} parent={null} onClose={onClose} onDone={onDone} />;
    case 'move-folder':
      return <MoveTo content={content} folder={open.folder} onClose={onClose} onDone={onDone} />;
    case 'move':
      return <MoveTo content={content} dashboards={open.items} onClose={onClose} onDone={onDone} />;
    case 'tags':
      return <EditTags item={open.item} onClose={onClose} onDone={onDone} />;
  }
}

/** A new folder in `parent`, or another name for one. */
function FolderForm({
  folder,
  parent,
  onClose,
  onDone,
}: FormProps & { folder?: Folder; parent: string | null }) {
  const [name, setName] = useState(folder?.name ?? '');
  const [missing, setMissing] = useState(false);
  const { isBusy, error, run } = useChange();
  const save = (): void => {
    const wanted = name.trim();
    setMissing(wanted === '');
    if (wanted === '') return;
    void run(async () => {
      if (folder) await changeFolder(folder.uid, { name: wanted });
      else await createFolder({ name: wanted, parent });
      toast(folder ? `The folder is called “${wanted}”.` : `The folder “${wanted}” is made.`);
      onDone();
    });
  };
  return (
    <Dialog
      title={folder ? `Rename “${folder.name}”` : 'New folder'}
      width="narrow"
      onClose={onClose}
      onSubmit={save}
      actions={
        <Buttons isBusy={isBusy} act={folder ? 'Rename' : 'Make the folder'} onClose={onClose} />
      }
    >
      <TextField
        label="Name"
        value={name}
        onInput={setName}
        maxLength={200}
        autofocus
        error={missing ? 'A folder needs a name.' : wrongIn(error, 'name')}
      />
      <FormError error={elsewhere(error, 'name')} />
    </Dialog>
  );
}

/** Dashboards, or a folder, are put somewhere else. */
function MoveTo({
  content,
  folder = null,
  dashboards = [],
  onClose,
  onDone,
}: FormProps & {
  content: HomeContent;
  folder?: Folder | null;
  dashboards?: HomeDashboard[];
}) {
  const first = dashboards[0];
  const [target, setTarget] = useState((folder ? folder.parent : (first?.folder ?? null)) ?? '');
  const { isBusy, error, run } = useChange();
  const what = folder
    ? `folder “${folder.name}”`
    : first && dashboards.length === 1
      ? `“${first.title}”`
      : `${dashboards.length} dashboards`;
  const move = (): void => {
    const into = target === '' ? null : target;
    void run(async () => {
      if (folder) await changeFolder(folder.uid, { parent: into });
      else
        await moveDashboards(
          dashboards.map((item) => item.uid),
          into,
        );
      toast(into === null ? 'Moved to the top.' : `Moved to “${pathOf(into, content.folders)}”.`);
      onDone();
    });
  };
  return (
    <Dialog
      title={`Move ${what}`}
      width="narrow"
      onClose={onClose}
      onSubmit={move}
      actions={<Buttons isBusy={isBusy} act="Move" onClose={onClose} />}
    >
      <SelectField
        label="To"
        value={target}
        choices={[
          { value: '', label: 'The top, in no folder' },
          ...placesFor(folder, content.folders).map((one) => ({
            value: one.uid,
            label: pathOf(one.uid, content.folders),
          })),
        ]}
        onChange={setTarget}
        error={wrongIn(error, 'folder') ?? wrongIn(error, 'parent')}
      />
      <FormError error={elsewhere(error, 'folder', 'parent')} />
    </Dialog>
  );
}

function EditTags({ item, onClose, onDone }: FormProps & { item: HomeDashboard }) {
  const [text, setText] = useState(item.tags.join(', '));
  const { isBusy, error, run } = useChange();
  const save = (): void => {
    void run(async () => {
      await setTags(item.uid, readTags(text));
      toast('The tags are kept.');
      onDone();
    });
  };
  return (
    <Dialog
      title={`Tags of “${item.title}”`}
      width="narrow"
      onClose={onClose}
      onSubmit={save}
      actions={<Buttons isBusy={isBusy} act="Keep the tags" onClose={onClose} />}
    >
      <TextField
        label="Tags"
        hint="With commas between them. They stand in the dashboard’s document and go with it."
        value={text}
        onInput={setText}
        autofocus
        error={wrongIn(error, 'tags')}
      />
      <FormError error={elsewhere(error, 'tags')} />
    </Dialog>
  );
}
