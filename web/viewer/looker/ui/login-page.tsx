import { Mark } from '../../ui/icons';
import type { EmbedViewer } from '../embed-viewer';

interface LoginPageProps {
  viewer: EmbedViewer;
  /** Why the last try failed, or empty. */
  message: string;
  isBusy: boolean;
}

export function LoginPage({ viewer, message, isBusy }: LoginPageProps) {
  return (
    <main class="message-page">
      <Mark />
      <h1>Sign in</h1>
      <form
        class="login"
        onSubmit={(event) => {
          event.preventDefault();
          const fields = new FormData(event.currentTarget);
          const email = fields.get('email');
          const password = fields.get('password');
          if (isBusy || typeof email !== 'string' || typeof password !== 'string') return;
          void viewer.logIn(email, password);
        }}
      >
        <label>
          <span>Email</span>
          <input name="email" type="email" autocomplete="username" required />
        </label>
        <label>
          <span>Password</span>
          <input name="password" type="password" autocomplete="current-password" required />
        </label>
        <p class="field-error" role="alert">
          {message}
        </p>
        <button type="submit" class="button primary" aria-disabled={isBusy}>
          Sign in
        </button>
      </form>
    </main>
  );
}
