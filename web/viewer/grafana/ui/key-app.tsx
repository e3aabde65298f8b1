import { App } from '../../ui/app';
import type { KeyViewer } from '../key-viewer';
import { classesOf } from '../look';

export function KeyApp({ viewer }: { viewer: KeyViewer }) {
  return (
    <div class={classesOf(viewer.look.value)}>
      <App viewer={viewer} />
    </div>
  );
}
