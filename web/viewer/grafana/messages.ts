// What this dialect's pages say when there is nothing to show.
import { kMessages } from '../ui/message-page';

export function addMessages(): void {
  const closed = {
    title: 'This page opens through a signed link only',
    text: 'Reload the page you came from: it makes a new link. This browser holds no session that was opened with one.',
  };
  Object.assign(kMessages, {
    not_authenticated: closed,
    no_session_cookie: closed,
    content_not_found: {
      title: 'This dashboard is not here',
      text: 'It was removed or moved, or the link that this page was opened with does not cover it.',
    },
    panel_not_found: { title: 'This panel is not here' },
    snapshot_not_found: { title: 'This snapshot is not here' },
  });
}
