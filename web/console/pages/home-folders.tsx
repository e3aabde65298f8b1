// Folders of the home page: those that stand where one is, and the way back up.
import { Fragment } from 'preact';
import { Popover } from '../../viewer/ui/popover';
import { wordsOf } from '../api/client';
import { ancestorsOf, type HomeContent } from '../data/home';
import { deleteFolder, type Folder } from '../data/watch';
import { counted } from '../format';
import { may } from '../state/app';
import { confirm } from '../state/confirming';
import { to } from '../state/router';
import { toast } from '../state/toasts';
import { MenuItem } from '../ui/frame';
import { Glyph } from '../ui/icons';
import { Link } from '../ui/link';

export function Trail({ folder, folders }: { folder: Folder; folders: Folder[] }) {
  return (
    <nav class="folder-trail" aria-label="Folders above">
      <Link href={to('dashboards')}>All folders</Link>
      {ancestorsOf(folder, folders).map((one) => (
        <Fragment key={one.uid}>
          <span aria-hidden="true">/</span>
          <Link href={folderHref(one.uid)}>{one.name}</Link>
        </Fragment>
      ))}
      <span aria-hidden="true">/</span>
      <span aria-current="page">{folder.name}</span>
    </nav>
  );
}

function folderHref(uid: string): string {
  return `${to('dashboards')}?folder=${encodeURIComponent(uid)}`;
}

export function Folders({
  folders,
  content,
  onRename,
  onMove,
  onChanged,
}: {
  folders: Folder[];
  content: HomeContent;
  onRename: (folder: Folder) => void;
  onMove: (folder: Folder) => void;
  onChanged: () => void;
}) {
  return (
    <ul class="folders" aria-label="Folders">
      {folders.map((folder) => {
        const count = content.dashboards.filter((item) => item.folder === folder.uid).length;
        return (
          <li key={folder.uid}>
            <Glyph name={folder.restricted ? 'lock' : 'folder'} />
            <Link href={folderHref(folder.uid)} class="row-link">
              {folder.name}
            </Link>
            <span class="muted small">
              {counted(count, 'dashboard')}
              {folder.restricted && ', for some groups'}
            </span>
            {may('dashboards_write') && (
              <Popover
                label={`Actions for folder ${folder.name}`}
                kind="menu"
                buttonClass="button quiet icon-only"
                face={<Glyph name="more" />}
              >
                {(close) => (
                  <>
                    <MenuItem
                      icon="pen"
                      label="Rename"
                      onChoose={() => {
                        close();
                        onRename(folder);
                      }}
                    />
                    <MenuItem
                      icon="folder"
                      label="Move the folder"
                      onChoose={() => {
                        close();
                        onMove(folder);
                      }}
                    />
                    <MenuItem
                      icon="bin"
                      label="Delete the folder"
                      tone="danger"
                      onChoose={() => {
                        close();
                        void removeFolder(folder).then((isGone) => {
                          if (isGone) onChanged();
                        });
                      }}
                    />
                  </>
                )}
              </Popover>
            )}
          </li>
        );
      })}
    </ul>
  );
}

async function removeFolder(folder: Folder): Promise<boolean> {
  const isSure = await confirm({
    title: `Delete the folder “${folder.name}”?`,
    text: 'Only an empty folder can be deleted: nothing is lost with it.',
    act: 'Delete the folder',
  });
  if (!isSure) return false;
  try {
    await deleteFolder(folder.uid);
    toast(`The folder “${folder.name}” is deleted.`);
    return true;
  } catch (error) {
    toast(wordsOf(error), 'bad');
    return false;
  }
}
