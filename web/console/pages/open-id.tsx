// Signing in through a provider of OpenID Connect: where one begins, and why one came back.
import { useState } from 'preact/hooks';
import { call } from '../api/client';
import { place, setQuery } from '../state/router';
import { useResource } from '../state/resource';

const kReasons: Record<string, string> = {
  openid_sign_in_lost:
    'That sign-in took too long, or was begun in another browser. Please try again.',
  openid_refused: 'The provider did not sign you in.',
  openid_token_refused:
    'What the provider said of you could not be trusted. If it stays so, tell an administrator.',
  openid_user_unknown:
    'You are signed in at the provider, but you are no user here. Ask an administrator.',
  openid_handle_taken:
    'There is a user of your address here already. Sign in with the password, or ask an administrator.',
  openid_user_disabled: 'Your account here is disabled. Ask an administrator.',
  openid_key_unknown: 'The provider has changed its keys. Please try again in a minute.',
  openid_provider_unavailable: 'The provider cannot be reached at the moment. Try again later.',
};

/** Why the provider's way led back here; asked once, and taken out of the address. */
export function useReasonOfReturn(): string | null {
  const [reason] = useState(() => {
    const code = place.value.query.get('sign_in');
    if (code === null) return null;
    setQuery({ sign_in: null });
    return kReasons[code] ?? 'You could not be signed in. Please try again.';
  });
  return reason;
}

interface OpenId {
  label: string | null;
  start: string;
}

/** Nothing where no provider is configured. */
export function OpenIdButton() {
  const { value } = useResource('openid', (signal) =>
    call<OpenId>('GET', '/sign-in/openid', { signal }),
  );
  if (!value?.label) return null;
  const { pathname, search } = location;
  const target = `?target=${encodeURIComponent(pathname + search)}`;
  return (
    <>
      <p class="entry-or">or</p>
      <a class="button wide" href={value.start + target}>
        Sign in with {value.label}
      </a>
    </>
  );
}
