import { formatInstant } from '../../format/dates';
import { App } from '../../ui/app';
import { classesOf } from '../look';
import type { SnapshotViewer } from '../snapshot';

export function SnapshotApp({ viewer }: { viewer: SnapshotViewer }) {
  const at = viewer.takenAt.value;
  const note = at !== null && (
    <span class="plain" title="This is what the dashboard showed then">
      Snapshot of {formatInstant(at, viewer.zone.value)}
    </span>
  );
  return (
    <div class={`snapshot ${classesOf(viewer.look.value)}`}>
      <App viewer={viewer} tools={note} />
    </div>
  );
}
