// A second factor: switched on by reading a code with an app, switched off by the password.
import { useState } from 'preact/hooks';
import { beginTotp, confirmTotp, getMe, removeTotp } from '../api/calls';
import { enter, me } from '../state/app';
import { useChange } from '../state/resource';
import { toast } from '../state/toasts';
import { QrPicture } from '../qr/picture';
import { Badge, BusyButton, CodeBlock, CopyLine } from '../ui/bits';
import { Dialog } from '../ui/dialog';
import { PasswordField, TextField } from '../ui/fields';
import { Card } from '../ui/page';
import { elsewhere, FormError, wrongIn } from '../ui/states';

type Step =
  | { kind: 'closed' }
  | { kind: 'scan'; secret: string; uri: string }
  | { kind: 'recovery'; codes: string[] }
  | { kind: 'remove' };

export function SecondFactor() {
  const [step, setStep] = useState<Step>({ kind: 'closed' });
  const begin = useChange();
  const isOn = me.value?.totp ?? false;
  const close = (): void => setStep({ kind: 'closed' });
  return (
    <Card
      title="Second factor"
      hint="A code from an app on your phone, asked for after the password."
      actions={isOn ? <Badge tone="good">On</Badge> : <Badge>Off</Badge>}
    >
      <FormError error={begin.error} />
      {isOn ? (
        <button type="button" class="button" onClick={() => setStep({ kind: 'remove' })}>
          Switch off…
        </button>
      ) : (
        <BusyButton
          type="button"
          class="button"
          isBusy={begin.isBusy}
          onClick={() =>
            void begin.run(async () => {
              const { secret, uri } = await beginTotp();
              setStep({ kind: 'scan', secret, uri });
            })
          }
        >
          Set up…
        </BusyButton>
      )}
      {step.kind === 'scan' && (
        <Scan
          secret={step.secret}
          uri={step.uri}
          onClose={close}
          onDone={(codes) => setStep({ kind: 'recovery', codes })}
        />
      )}
      {step.kind === 'recovery' && <Recovery codes={step.codes} onClose={close} />}
      {step.kind === 'remove' && <Remove onClose={close} />}
    </Card>
  );
}

function Scan({
  secret,
  uri,
  onClose,
  onDone,
}: {
  secret: string;
  uri: string;
  onClose: () => void;
  onDone: (codes: string[]) => void;
}) {
  const [code, setCode] = useState('');
  const change = useChange();
  return (
    <Dialog
      title="Set up a second factor"
      onClose={onClose}
      onSubmit={() =>
        void change.run(async () => {
          const { recovery_codes } = await confirmTotp(code.replace(/\s/g, ''));
          enter(await getMe());
          onDone(recovery_codes);
        })
      }
      actions={
        <>
          <button type="button" class="button" onClick={onClose}>
            Cancel
          </button>
          <BusyButton isBusy={change.isBusy} disabled={code.trim() === ''}>
            Switch on
          </BusyButton>
        </>
      }
    >
      <p>Scan this with an authenticator app, or type the key into it.</p>
      <QrPicture text={uri} label="QR code for your authenticator app" />
      <CopyLine label="Key" text={secret} />
      <TextField
        label="Code that the app shows now"
        value={code}
        onInput={setCode}
        error={wrongIn(change.error, 'code')}
        autocomplete="one-time-code"
        inputMode="numeric"
        isCode
        autofocus
      />
      <FormError error={elsewhere(change.error, 'code')} />
    </Dialog>
  );
}

function Recovery({ codes, onClose }: { codes: string[]; onClose: () => void }) {
  return (
    <Dialog
      title="Your recovery codes"
      onClose={onClose}
      actions={
        <button type="button" class="button primary" data-autofocus onClick={onClose}>
          I have kept them
        </button>
      }
    >
      <p>
        The second factor is on. Each of these codes signs you in once when the phone is not at
        hand. They are shown now and never again: keep them where you keep your passwords.
      </p>
      <CodeBlock label="Recovery codes" text={codes.join('\n')} />
    </Dialog>
  );
}

function Remove({ onClose }: { onClose: () => void }) {
  const [password, setPassword] = useState('');
  const change = useChange();
  return (
    <Dialog
      title="Switch the second factor off?"
      width="narrow"
      onClose={onClose}
      onSubmit={() =>
        void change.run(async () => {
          await removeTotp(password);
          enter(await getMe());
          onClose();
          toast('The second factor is off.');
        })
      }
      actions={
        <>
          <button type="button" class="button" onClick={onClose}>
            Cancel
          </button>
          <BusyButton
            class="button primary danger"
            isBusy={change.isBusy}
            disabled={password === ''}
          >
            Switch off
          </BusyButton>
        </>
      }
    >
      <p>After that your password alone signs you in.</p>
      <PasswordField
        label="Password"
        value={password}
        onInput={setPassword}
        error={wrongIn(change.error, 'password')}
        autocomplete="current-password"
        autofocus
      />
      <FormError error={elsewhere(change.error, 'password')} />
    </Dialog>
  );
}
