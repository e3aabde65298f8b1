// What a person sees instead of the dashboard: what happened, what it means, what to do.
import { Mark } from './icons';

interface Message {
  title: string;
  /** Without it the server's own sentence is shown. */
  text?: string;
}

const kFresh = 'Reload the page you came from to get a new one.';

/** By code; a dialect adds its own. */
export const kMessages: Record<string, Message> = {
  link_already_used: {
    title: 'This link was already opened',
    text: `It was opened in another browser, or your browser kept no data for this page. ${kFresh}`,
  },
  link_expired: { title: 'This link has expired', text: kFresh },
  session_expired: {
    title: 'Your access has expired',
    text: 'Reload the page you came from to see the dashboard again.',
  },
  session_ended: {
    title: 'Your access was ended',
    text: 'Someone who looks after this dashboard ended it. Reload the page you came from, or ask them.',
  },
  share_paused: { title: 'This dashboard is paused' },
  share_expired: { title: 'This dashboard is no longer shared' },
  share_not_found: { title: 'There is no such dashboard' },
  sharing_disabled: { title: 'This dashboard is not shared at the moment' },
  sandbox_without_allow_same_origin: {
    title: 'The page around this frame shuts the dashboard out',
    text: 'For the developer of that page: the iframe has a sandbox attribute. Add allow-same-origin and allow-scripts to it. The link was not used up.',
  },
  unreachable: {
    title: 'The dashboard could not be reached',
    text: 'Check the network connection. The dashboard opens as soon as it can be reached.',
  },
};

export interface MessagePageProps {
  code: string;
  message: string;
  onRetry: (() => void) | null;
}

export function MessagePage({ code, message, onRetry }: MessagePageProps) {
  const known = kMessages[code];
  return (
    <main class="message-page">
      <Mark />
      <div role="alert">
        <h1>{known?.title ?? 'The dashboard cannot be shown'}</h1>
        <p>{known?.text ?? message}</p>
      </div>
      {onRetry && (
        <button type="button" class="button primary" onClick={onRetry}>
          Try again
        </button>
      )}
      <p class="message-code">{code}</p>
    </main>
  );
}
