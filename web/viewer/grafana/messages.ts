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
    storage_refused: {
      title: 'This browser keeps nothing for the dashboard',
      text: `It is set to refuse cookies and site data. Allow them for ${location.hostname} (in Chrome: Privacy and security, Third-party cookies, Sites allowed to use them), then reload the page you came from.`,
    },
    content_not_found: {
      title: 'This dashboard is not here',
      text: 'It was removed or moved, or the link that this page was opened with does not cover it.',
    },
    panel_not_found: { title: 'This panel is not here' },
    snapshot_not_found: { title: 'This snapshot is not here' },
  });
}
