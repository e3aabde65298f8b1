// The page inside the frame: opens the link's session and draws the dashboard, or loads the part
// that does so for its dialect.
import { render } from 'preact';
import { startPage } from './page';
import { browserSession, browserZone } from './session/browser-session';
import { Viewer } from './state/viewer';
import { App } from './ui/app';
import { MessagePage } from './ui/message-page';

/** Set by the build: the hash in the names of this bundle and of its parts. */
declare const JOINT_HASH: string;

function start(root: HTMLElement): void {
  startPage(root, (events, refused) => {
    const { session, tidy } = browserSession(refused);
    const viewer = new Viewer(session, events, browserZone());
    return { viewer, tidy, content: <App viewer={viewer} /> };
  });
}

const root = document.getElementById('app');
const dialect = root?.dataset.dialect;
if (root && dialect) {
  (import(`/assets/${dialect}-${JOINT_HASH}.js`) as Promise<{ start: typeof start }>).then(
    (part) => part.start(root),
    () => {
      const retry = (): void => location.reload();
      render(<MessagePage code="unreachable" message="" onRetry={retry} />, root);
    },
  );
} else if (root) start(root);
