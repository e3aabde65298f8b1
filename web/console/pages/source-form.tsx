// The settings of a source: tried, saved, and what becomes of them when somebody else saves first.
import { useMemo, useState } from 'preact/hooks';
import { Refusal } from '../api/client';
import type { JsonObject } from '../api/types';
import {
  changeSource,
  createSource,
  getSource,
  testSource,
  type SourceChange,
  type SourceDetail,
  type Trial,
} from '../data/sources';
import {
  differencesOf,
  draftOf,
  fieldsOf,
  mergedSettings,
  settingsOf,
  type SourceKind,
} from '../data/source-types';
import { useChange } from '../state/resource';
import { toast } from '../state/toasts';
import { BusyButton } from '../ui/bits';
import { PasswordField, Switch, TextField } from '../ui/fields';
import { Glyph } from '../ui/icons';
import { Card } from '../ui/page';
import { FormError, wrongIn } from '../ui/states';
import { isShownAt, SourceFields } from './source-fields';
import { useUnsaved } from './unsaved';
import { useWrongSeen } from './wrong-seen';

/** What happens to the secret that is kept. */
type Keeping = 'keep' | 'replace' | 'remove';

interface Props {
  kind: SourceKind;
  /** Null: a new one. */
  source: SourceDetail | null;
  onSaved: (source: SourceDetail) => void;
}

export function SourceForm({ kind, source, onSaved }: Props) {
  const [base, setBase] = useState(source);
  const kept = useMemo(() => base?.settings ?? {}, [base]);
  const [draft, setDraft] = useState(() => draftOf(kind, kept));
  const [name, setName] = useState('');
  const [secret, setSecret] = useState('');
  const [keeping, setKeeping] = useState<Keeping>(source?.has_secret === true ? 'keep' : 'replace');
  const [isDefault, setDefault] = useState(source?.default ?? false);
  const [theirs, setTheirs] = useState<SourceDetail | null>(null);
  const [trial, setTrial] = useState<Trial | null>(null);
  const saving = useChange();
  const trying = useChange();

  const settings = settingsOf(kind, draft);
  const isTyped = secret !== '' || keeping === 'remove' || name !== '';
  const isChanged =
    isTyped ||
    isDefault !== (base?.default ?? false) ||
    // Against the same settings as this form writes them.
    JSON.stringify(settings) !== JSON.stringify(settingsOf(kind, draftOf(kind, kept)));
  useUnsaved(isChanged);

  const secretPart = (): { secret?: string | null } => {
    if (keeping === 'remove') return { secret: null };
    return keeping === 'replace' && secret !== '' ? { secret } : {};
  };
  const error = saving.error ?? trying.error;
  const form = useWrongSeen(error);
  const fields = fieldsOf(kind);
  const isPlaced =
    isShownAt(error, fields) ||
    wrongIn(error, 'secret') !== null ||
    (base === null && wrongIn(error, 'name') !== null);

  const begin = (row: SourceDetail): void => {
    setBase(row);
    setDraft(draftOf(kind, row.settings ?? {}));
    setSecret('');
    setName('');
    setKeeping(row.has_secret ? 'keep' : 'replace');
    setDefault(row.default);
    setTheirs(null);
    setTrial(null);
    saving.clear();
    trying.clear();
  };

  const save = (): Promise<boolean> =>
    saving.run(async () => {
      trying.clear();
      const body: SourceChange = { settings, default: isDefault, ...secretPart() };
      try {
        const row =
          base === null
            ? await createSource({ ...body, name: name.trim(), type: kind.type })
            : await changeSource(base.name, { ...body, revision: base.revision });
        toast(base === null ? 'The source is added.' : 'The source is saved.');
        begin(row);
        onSaved(row);
      } catch (refused) {
        if (refused instanceof Refusal && refused.code === 'source_version_mismatch' && base) {
          setTheirs(await getSource(base.name));
        }
        if (refused instanceof Refusal && refused.code === 'secret_needed') setKeeping('replace');
        throw refused;
      }
    });

  const attempt = (): Promise<boolean> =>
    trying.run(async () => {
      saving.clear();
      setTrial(null);
      try {
        setTrial(
          await testSource({
            ...(base === null ? { type: kind.type } : { name: base.name }),
            settings,
            ...secretPart(),
          }),
        );
      } catch (refused) {
        if (refused instanceof Refusal && refused.code === 'secret_needed') setKeeping('replace');
        throw refused;
      }
    });

  return (
    <form
      ref={form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (isChanged) void save();
      }}
    >
      {theirs !== null && base !== null && (
        <Overtaken
          kind={kind}
          base={base}
          theirs={theirs}
          onTheirs={() => begin(theirs)}
          onMine={() => {
            const merged = mergedSettings(kept, settings, theirs.settings ?? {});
            setDraft(draftOf(kind, merged));
            if (isDefault === base.default) setDefault(theirs.default);
            setBase(theirs);
            setTheirs(null);
            saving.clear();
          }}
        />
      )}
      <Card title="Connection" hint={kind.lead}>
        <div class="form wide">
          {base === null && (
            <TextField
              label="Name"
              hint="What dashboards and models call it: letters, digits, - and _. It stays."
              value={name}
              maxLength={64}
              autofocus
              onInput={setName}
              error={wrongIn(error, 'name')}
            />
          )}
          <SourceFields kind={kind} draft={draft} error={error} onChange={setDraft} />
          {kind.secret && (
            <SecretField
              label={kind.secret.label}
              hint={kind.secret.hint}
              isKept={base?.has_secret === true}
              keeping={keeping}
              value={secret}
              error={wrongIn(error, 'secret')}
              onKeeping={(next) => {
                setKeeping(next);
                setSecret('');
              }}
              onInput={setSecret}
            />
          )}
          <Switch
            label="The default source"
            hint="Imported dashboards that name no source mean it. There is one at most."
            isOn={isDefault}
            onChange={setDefault}
          />
        </div>
      </Card>
      <div class="save-bar">
        <div class="save-note" aria-live="polite">
          {trial && <TrialResult trial={trial} />}
        </div>
        {!isPlaced && theirs === null && (
          <div class="save-note">
            <FormError error={error} />
          </div>
        )}
        <BusyButton isBusy={saving.isBusy} disabled={!isChanged || theirs !== null}>
          {base === null ? 'Add the source' : 'Save'}
        </BusyButton>
        <BusyButton
          class="button"
          type="button"
          isBusy={trying.isBusy}
          onClick={() => void attempt()}
        >
          Test the connection
        </BusyButton>
        {isChanged && base !== null && (
          <button type="button" class="button" onClick={() => begin(base)}>
            Discard
          </button>
        )}
      </div>
    </form>
  );
}

export function TrialResult({ trial }: { trial: Trial }) {
  return (
    <p class={`notice ${trial.answers ? 'good' : 'bad'}`}>
      <Glyph name={trial.answers ? 'shield' : 'alert'} />
      <span>
        {trial.answers
          ? `It answers, after ${trial.milliseconds} ms.`
          : `It does not answer. ${trial.message ?? ''}`}
      </span>
    </p>
  );
}

function SecretField({
  label,
  hint,
  isKept,
  keeping,
  value,
  error,
  onKeeping,
  onInput,
}: {
  label: string;
  hint: string | undefined;
  isKept: boolean;
  keeping: Keeping;
  value: string;
  error: string | null;
  onKeeping: (keeping: Keeping) => void;
  onInput: (value: string) => void;
}) {
  if (isKept && keeping !== 'replace') {
    return (
      <div class="form-field kept-secret">
        <span class="label-like">{label}</span>
        <p class="hint">
          {keeping === 'keep'
            ? 'One is kept. It is never shown again.'
            : 'It is taken away when you save.'}
        </p>
        <div class="head-actions">
          <button type="button" class="button" onClick={() => onKeeping('replace')}>
            Replace it
          </button>
          <button
            type="button"
            class="button"
            onClick={() => onKeeping(keeping === 'keep' ? 'remove' : 'keep')}
          >
            {keeping === 'keep' ? 'Take it away' : 'Keep it'}
          </button>
        </div>
      </div>
    );
  }
  return (
    <div class="kept-secret">
      <PasswordField
        label={label}
        hint={hint}
        value={value}
        autocomplete="new-password"
        error={error}
        onInput={onInput}
      />
      {isKept && (
        <button type="button" class="button" onClick={() => onKeeping('keep')}>
          Keep the one that is there
        </button>
      )}
    </div>
  );
}

function Overtaken({
  kind,
  base,
  theirs,
  onTheirs,
  onMine,
}: {
  kind: SourceKind;
  base: SourceDetail;
  theirs: SourceDetail;
  onTheirs: () => void;
  onMine: () => void;
}) {
  const settings = (row: SourceDetail): JsonObject => row.settings ?? {};
  const changes = differencesOf(kind, settings(base), settings(theirs));
  return (
    <section class="card overtaken" role="alert">
      <h2>Somebody else has saved this source</h2>
      <p>Keep what you changed and take over what only they did, or drop yours.</p>
      {changes.length === 0 ? (
        <p>
          Its settings are the same as when you opened it; the password or the default may be
          another.
        </p>
      ) : (
        <ul>
          {changes.map(({ name, label, was, is }) => (
            <li key={name}>
              <b>{label}</b>: <span class="code">{was}</span> became <span class="code">{is}</span>
            </li>
          ))}
        </ul>
      )}
      <div class="head-actions">
        <button type="button" class="button primary" onClick={onMine}>
          Keep mine, take the rest
        </button>
        <button type="button" class="button" onClick={onTheirs}>
          Drop mine
        </button>
      </div>
    </section>
  );
}
