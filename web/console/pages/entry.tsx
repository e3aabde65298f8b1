// Before anybody is signed in: the card in the middle, sign-in, and the set-up of a new server.
import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Mark } from '../../viewer/ui/icons';
import { getMe, setUp, signIn } from '../api/calls';
import { Refusal } from '../api/client';
import { enter, stage } from '../state/app';
import { useChange } from '../state/resource';
import { BusyButton } from '../ui/bits';
import { PasswordField, TextField } from '../ui/fields';
import { Offline } from '../ui/frame';
import { Glyph } from '../ui/icons';
import { elsewhere, FormError, wrongIn } from '../ui/states';
import { OpenIdButton, useReasonOfReturn } from './open-id';

export function Entry({
  title,
  lead,
  children,
}: {
  title: string;
  lead?: ComponentChildren;
  children: ComponentChildren;
}) {
  useEffect(() => {
    document.title = `${title} · Casement`;
  }, [title]);
  return (
    <main class="entry">
      <div class="entry-card">
        <Mark />
        <h1>{title}</h1>
        {lead !== undefined && <p class="lead">{lead}</p>}
        <Offline />
        {children}
      </div>
    </main>
  );
}

/** Puts the focus into the first field: on a page that is only a form, that is where one begins. */
function useFirstFocus(turn: unknown) {
  const form = useRef<HTMLFormElement>(null);
  useLayoutEffect(() => {
    form.current?.querySelector<HTMLElement>('[data-autofocus]')?.focus();
  }, [turn]);
  return form;
}

export function SignIn() {
  const current = stage.value;
  const [handle, setHandle] = useState('');
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  /** A handle may stand in several organizations, each with a password of its own. Null: not asked. */
  const [organization, setOrganization] = useState<string | null>(null);
  const [step, setStep] = useState<'password' | 'code'>('password');
  const change = useChange();
  const form = useFirstFocus(step);
  const refused = useReasonOfReturn();

  const send = (): Promise<boolean> =>
    change.run(async () => {
      try {
        const totp = code.replace(/[\s-]/g, '');
        const number = Number(organization ?? '');
        enter(
          await signIn({
            handle: handle.trim(),
            password,
            ...(step === 'code' ? { totp } : {}),
            ...(Number.isInteger(number) && number > 0 ? { organization: number } : {}),
          }),
        );
      } catch (error) {
        if (error instanceof Refusal && error.code === 'totp_required') {
          // The first time it is a question, the second time an answer.
          setStep('code');
          if (step === 'password') return;
        }
        throw error;
      }
    });

  const reason = current.kind === 'signed-out' ? current.reason : null;
  return (
    <Entry title={step === 'code' ? 'One more step' : 'Sign in'}>
      {reason === 'ended' && step === 'password' && change.error === null && (
        <p class="notice" role="status">
          Your session has ended. Sign in again to go on where you were.
        </p>
      )}
      {reason === 'left' && step === 'password' && change.error === null && (
        <p class="notice calm" role="status">
          <Glyph name="check" />
          <span>You have signed out.</span>
        </p>
      )}
      {refused !== null && step === 'password' && (
        <p class="notice bad" role="alert">
          {refused}
        </p>
      )}
      <form
        ref={form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <FormError error={change.error} />
        {step === 'password' ? (
          <>
            <TextField
              label="Name or e-mail"
              value={handle}
              onInput={setHandle}
              autocomplete="username"
              autofocus
            />
            <PasswordField
              label="Password"
              value={password}
              onInput={setPassword}
              autocomplete="current-password"
            />
            {organization !== null && (
              <TextField
                label="Number of the organization"
                hint="Whoever invited you knows it. Empty: the first that knows you."
                value={organization}
                onInput={setOrganization}
                inputMode="numeric"
              />
            )}
          </>
        ) : (
          <TextField
            label="Code from your app"
            hint="Six digits that change every half minute, or one of your recovery codes."
            value={code}
            onInput={setCode}
            autocomplete="one-time-code"
            isCode
            autofocus
          />
        )}
        <div class="entry-actions">
          <BusyButton
            isBusy={change.isBusy}
            disabled={
              step === 'password' ? handle.trim() === '' || password === '' : code.trim() === ''
            }
          >
            {step === 'code' ? 'Go on' : 'Sign in'}
          </BusyButton>
          {step === 'password' && organization === null && (
            <button type="button" class="button quiet" onClick={() => setOrganization('')}>
              Another organization…
            </button>
          )}
          {step === 'code' && (
            <button
              type="button"
              class="button quiet"
              onClick={() => {
                setStep('password');
                setCode('');
                change.clear();
              }}
            >
              Back
            </button>
          )}
        </div>
      </form>
      {step === 'password' && <OpenIdButton />}
    </Entry>
  );
}

export const kShortestPassword = 8;

export function SetUp() {
  const [code, setCode] = useState('');
  const [organization, setOrganization] = useState('');
  const [name, setName] = useState('');
  const [handle, setHandle] = useState('');
  const [password, setPassword] = useState('');
  const change = useChange();
  const form = useFirstFocus(null);

  const send = (): Promise<boolean> =>
    change.run(async () => {
      await setUp({
        code: code.trim(),
        organization: organization.trim(),
        name: name.trim(),
        handle: handle.trim(),
        password,
      });
      enter(await getMe());
    });

  const { error } = change;
  const isWhole =
    [code, organization, name, handle].every((text) => text.trim() !== '') && password !== '';
  return (
    <Entry
      title="Set up this server"
      lead="Nobody has signed in here yet. You become its first administrator."
    >
      <form
        ref={form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <FormError error={elsewhere(error, 'code', 'organization', 'name', 'handle', 'password')} />
        <TextField
          label="Set-up code"
          hint="The server wrote it to its output when it started: it shows that this machine is yours."
          value={code}
          onInput={setCode}
          error={wrongIn(error, 'code')}
          isCode
          autofocus
        />
        <TextField
          label="Organization"
          value={organization}
          onInput={setOrganization}
          error={wrongIn(error, 'organization')}
          autocomplete="organization"
        />
        <TextField
          label="Your name"
          value={name}
          onInput={setName}
          error={wrongIn(error, 'name')}
          autocomplete="name"
        />
        <TextField
          label="Sign-in name"
          hint="An e-mail address, or any name without spaces."
          value={handle}
          onInput={setHandle}
          error={wrongIn(error, 'handle')}
          autocomplete="username"
        />
        <PasswordField
          label="Password"
          hint={`At least ${kShortestPassword} characters. A few words in a row are good.`}
          value={password}
          onInput={setPassword}
          error={wrongIn(error, 'password')}
          autocomplete="new-password"
        />
        <div class="entry-actions">
          <BusyButton isBusy={change.isBusy} disabled={!isWhole}>
            Set up and sign in
          </BusyButton>
        </div>
      </form>
    </Entry>
  );
}
