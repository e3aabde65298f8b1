// What this dialect's pages say when there is nothing to show.
import { kMessages } from '../ui/message-page';

export function addMessages(): void {
  Object.assign(kMessages, {
    not_authenticated: {
      title: 'You are not authenticated to view this page.',
      text: 'Reload the page you came from: it signs you in. For its developer: a frame without a signed link needs the session of an earlier frame in the same page.',
    },
    no_session_cookie: {
      title: 'You are not authenticated to view this page.',
      text: 'Reload the page you came from: it signs you in.',
    },
    content_not_found: { title: 'Not found' },
    session_interrupted: {
      title: 'Your session was interrupted',
      text: 'The page you came from could not renew your access. Try again, or reload that page.',
    },
  });
}
