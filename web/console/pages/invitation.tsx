// What a link that was handed over opens: choose a password, and be signed in. The secret is the
// address's fragment, which no browser sends; it leaves the address when it has been used.
import { useState } from 'preact/hooks';
import { getMe } from '../api/calls';
import { acceptInvitation, lookAtInvitation, type SeenInvitation } from '../data/people';
import { enter, me, settle } from '../state/app';
import { useChange, useResource } from '../state/resource';
import { kBase, navigate } from '../state/router';
import { BusyButton } from '../ui/bits';
import { PasswordField, TextField } from '../ui/fields';
import { Link } from '../ui/link';
import { elsewhere, FormError, Loaded, wrongIn } from '../ui/states';
import { Entry, kShortestPassword } from './entry';

export function Invitation() {
  const [secret] = useState(() => window.location.hash.slice(1));
  return secret === '' ? (
    <Entry title="This link is not whole">
      <p>
        Its last part is missing. Copy the whole link that you were given, or ask for a new one.
      </p>
    </Entry>
  ) : (
    <Seen secret={secret} />
  );
}

function Seen({ secret }: { secret: string }) {
  const seen = useResource('invitation', (signal) => lookAtInvitation(secret, signal));
  const { value } = seen;
  const title = !value
    ? 'Your link'
    : value.kind === 'invitation'
      ? `Welcome to ${value.organization}`
      : 'Choose another password';
  return (
    <Entry title={title}>
      <Loaded from={seen} what="your link">
        {(link) => <Choose secret={secret} link={link} />}
      </Loaded>
      {seen.error !== null && (
        <p>
          <Link href={kBase}>To the sign-in</Link>
        </p>
      )}
    </Entry>
  );
}

function Choose({ secret, link }: { secret: string; link: SeenInvitation }) {
  const isNew = link.kind === 'invitation';
  const [name, setName] = useState(link.name);
  const [password, setPassword] = useState('');
  const change = useChange();
  const { error } = change;
  const other = me.value !== null && me.value.handle !== link.handle ? me.value.handle : null;

  const send = (): Promise<boolean> =>
    change.run(async () => {
      const { signed_in: isIn } = await acceptInvitation({
        secret,
        password,
        ...(isNew ? { name: name.trim() } : {}),
      });
      if (isIn) enter(await getMe());
      else await settle();
      await navigate(kBase, 'replace');
    });

  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <p>
        {isNew
          ? `You are invited as ${link.role}. Choose a password; you sign in with ${link.handle}.`
          : `For ${link.handle}. The old password and every open session end.`}
      </p>
      {other !== null && (
        <p class="notice">In this browser {other} is signed in, and will be signed out.</p>
      )}
      <FormError error={elsewhere(error, 'name', 'password')} />
      {isNew && (
        <TextField
          label="Your name"
          value={name}
          onInput={setName}
          maxLength={200}
          error={wrongIn(error, 'name')}
          autocomplete="name"
        />
      )}
      {/* For password managers, which keep it beside the password. */}
      <input type="hidden" name="username" autocomplete="username" value={link.handle} />
      <PasswordField
        label="Password"
        hint={`At least ${kShortestPassword} characters. A few words in a row are good.`}
        value={password}
        onInput={setPassword}
        error={wrongIn(error, 'password')}
        autocomplete="new-password"
        autofocus
      />
      <div class="entry-actions">
        <BusyButton
          isBusy={change.isBusy}
          disabled={password === '' || (isNew && name.trim() === '')}
        >
          {isNew ? 'Join' : 'Change the password'}
        </BusyButton>
      </div>
    </form>
  );
}
