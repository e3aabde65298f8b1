// Where somebody who is invited asks for a link by mail. The page says the same whether the address
// is invited or not: nobody learns here who is.
import { useState } from 'preact/hooks';
import { kApi, refusalOf } from '../session/session';
import { Mark } from '../ui/icons';

type State =
  | { kind: 'form'; problem?: string | undefined }
  | { kind: 'sending' }
  | { kind: 'sent'; email: string };

/** Why the person sees this page, when there is more to say than that nobody has come in yet. */
const kReasons: Record<string, string> = {
  invitation_expired: 'The link in the mail was good for one hour, which is over.',
  invitation_invalid: 'The link was not complete. Open it from the mail again, or ask for another.',
  invitation_revoked: 'The link was taken back by those who look after this dashboard.',
  link_already_used: 'The link in the mail works once, and was opened in another browser.',
  session_expired: 'Your access has run out.',
  session_ended: 'Your access was ended.',
};

export const kAskCodes = new Set(['invitation_needed', ...Object.keys(kReasons)]);

export function AskPage({ code, token }: { code: string; token: string }) {
  const [state, setState] = useState<State>({ kind: 'form' });
  const [email, setEmail] = useState('');

  const ask = async (): Promise<void> => {
    setState({ kind: 'sending' });
    setState(await sent(token, email.trim()));
  };

  if (state.kind === 'sent') {
    return (
      <main class="message-page">
        <Mark />
        <div role="status">
          <h1>Look into your mail</h1>
          <p>
            If {state.email} is invited, a link is on its way. It is good for one hour, and opens
            the dashboard in the browser that you open it with.
          </p>
        </div>
        <button type="button" class="button" onClick={() => setState({ kind: 'form' })}>
          Use another address
        </button>
      </main>
    );
  }
  const problem = state.kind === 'form' ? state.problem : undefined;
  return (
    <main class="message-page">
      <Mark />
      <div>
        <h1>This dashboard is for invited people</h1>
        <p>
          {kReasons[code] ?? ''} Enter your e-mail address, and a link that opens the dashboard is
          sent to it.
        </p>
      </div>
      <form
        class="ask"
        onSubmit={(event) => {
          event.preventDefault();
          if (state.kind === 'form') void ask();
        }}
      >
        <label for="ask-email">E-mail address</label>
        <input
          id="ask-email"
          type="email"
          name="email"
          autocomplete="email"
          required
          maxLength={254}
          value={email}
          aria-invalid={problem !== undefined}
          aria-describedby={problem === undefined ? undefined : 'ask-problem'}
          onInput={(event) => setEmail(event.currentTarget.value)}
        />
        {problem !== undefined && (
          <p id="ask-problem" class="ask-problem" role="alert">
            {problem}
          </p>
        )}
        <button type="submit" class="button primary" disabled={state.kind === 'sending'}>
          {state.kind === 'sending' ? 'Sending…' : 'Send me a link'}
        </button>
      </form>
    </main>
  );
}

async function sent(share: string, email: string): Promise<State> {
  try {
    const response = await fetch(`${kApi}/share-invitations`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ share, email }),
    });
    if (response.ok) return { kind: 'sent', email };
    return { kind: 'form', problem: (await refusalOf(response)).message };
  } catch {
    return { kind: 'form', problem: 'The server could not be reached. Try again.' };
  }
}
