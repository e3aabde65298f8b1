// The page of a dashboard snapshot: it looks as its address asks for, and there is nothing to choose
// and nothing to ask again, because its data stands still.
import { batch, signal } from '@preact/signals';
import type { Dashboard, FirstLine } from '../api/wire';
import { startPage } from '../page';
import { browserSession, browserZone } from '../session/browser-session';
import type { Refusal } from '../session/session';
import { Viewer } from '../state/viewer';
import { SnapshotApp } from './ui/snapshot-app';
import { kPlainLook, type PageLook, type Sharable } from './wire';

const kPath = /^\/dashboard(?:-solo)?\/snapshot\//;

export const isSnapshotAddress = (path: string): boolean => kPath.test(path);

export interface SnapshotDashboard extends Dashboard {
  snapshot?: { taken_at: string };
}

export class SnapshotViewer extends Viewer {
  readonly look = signal<PageLook>(kPlainLook);
  /** Epoch milliseconds. */
  readonly takenAt = signal<number | null>(null);

  protected override present(first: FirstLine & { sharable?: Sharable }): void {
    const { snapshot }: SnapshotDashboard = first.dashboard;
    batch(() => {
      this.look.value = first.sharable?.page ?? kPlainLook;
      this.takenAt.value = snapshot ? Date.parse(snapshot.taken_at) : null;
      super.present(first);
    });
  }

  protected override isFatal(refusal: Refusal): boolean {
    return super.isFatal(refusal) || refusal.code === 'snapshot_not_found';
  }
}

export function startSnapshot(root: HTMLElement): void {
  startPage(root, (events, refused) => {
    const { session, tidy } = browserSession(refused);
    const viewer = new SnapshotViewer(session, events, browserZone());
    return { viewer, tidy, content: <SnapshotApp viewer={viewer} /> };
  });
}
