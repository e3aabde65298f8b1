// Through whose eyes a dashboard is looked at: a person's, somebody's with these attributes, a
// share's or a link's.
import { useState } from 'preact/hooks';
import type { Dashboard } from '../api/types';
import { attributesFor, sharesOf } from '../data/eyes';
import { findUsers } from '../data/picks';
import type { SeenAs } from '../draw/session';
import { may } from '../state/app';
import { useChange, useResource } from '../state/resource';
import { BusyButton } from '../ui/bits';
import { Dialog } from '../ui/dialog';
import { SelectField, TextAreaField, TextField } from '../ui/fields';
import { Glyph } from '../ui/icons';
import { PickField, type Pick } from '../ui/pick-field';
import { elsewhere, FormError, Loaded, wrongIn } from '../ui/states';
import { titleOf } from './share-list';

type Kind = 'attributes' | 'user' | 'share' | 'link';

export interface ViewAsProps {
  dashboard: Dashboard;
  /** Throws where nobody can be looked through like this. */
  onLook: (as: SeenAs, words: string) => Promise<void>;
  onClose: () => void;
}

export function ViewAs({ dashboard, onLook, onClose }: ViewAsProps) {
  const known = useResource(`eyes ${dashboard.uid}`, async (signal) => {
    const [attributes, shares] = await Promise.all([
      attributesFor(dashboard, signal),
      sharesOf(dashboard, signal),
    ]);
    return { attributes, shares };
  });
  return (
    <Loaded from={known} what="whose eyes there are">
      {(parts) => <ViewAsForm {...{ onLook, onClose }} {...parts} />}
    </Loaded>
  );
}

interface FormProps {
  attributes: string[];
  shares: Awaited<ReturnType<typeof sharesOf>>;
  onLook: ViewAsProps['onLook'];
  onClose: () => void;
}

function ViewAsForm({ attributes, shares, onLook, onClose }: FormProps) {
  const [kind, setKind] = useState<Kind>('attributes');
  const [rows, setRows] = useState(
    (attributes.length > 0 ? attributes : ['']).map((name) => ({
      name,
      value: '',
      isOwn: name === '',
    })),
  );
  const [user, setUser] = useState<Pick | null>(null);
  const [share, setShare] = useState(shares[0]?.token ?? '');
  const [link, setLink] = useState('');
  const change = useChange();
  const { error } = change;

  const given = Object.fromEntries(
    rows
      .filter(({ name, value }) => name !== '' && value !== '')
      .map(({ name, value }) => [name, value]),
  );
  const chosen = ((): { as: SeenAs; words: string } | null => {
    switch (kind) {
      case 'attributes': {
        const words = Object.entries(given).map(([name, value]) => `${name} = ${value}`);
        return {
          as: { attributes: given },
          words:
            words.length === 0
              ? 'somebody without any attribute'
              : `somebody with ${words.join(', ')}`,
        };
      }
      case 'user':
        return user && { as: { user: Number(user.value) }, words: user.label };
      case 'share': {
        const found = shares.find(({ token }) => token === share);
        return found
          ? { as: { share }, words: `whoever opens the share “${titleOf(found)}”` }
          : null;
      }
      case 'link':
        return link.trim() === ''
          ? null
          : { as: { link: link.trim() }, words: 'whoever opens the link that you pasted' };
    }
  })();

  return (
    <Dialog
      title="View as somebody else"
      onClose={onClose}
      onSubmit={() => {
        if (chosen) void change.run(() => onLook(chosen.as, chosen.words));
      }}
      actions={
        <>
          <button type="button" class="button" onClick={onClose}>
            Cancel
          </button>
          <BusyButton isBusy={change.isBusy} disabled={chosen === null}>
            Look
          </BusyButton>
        </>
      }
    >
      <p>
        The dashboard is drawn with exactly the rows, variables and choices that they have. Looking
        uses up no link and opens no session of theirs.
      </p>
      <FormError
        error={elsewhere(
          error,
          'as.link',
          'as.user',
          ...rows.map(({ name }) => `as.attributes.${name}`),
        )}
      />
      <SelectField
        label="Through the eyes of"
        value={kind}
        choices={[
          { value: 'attributes', label: 'Somebody with these attributes' },
          ...(may('org_manage') ? [{ value: 'user', label: 'A user' }] : []),
          ...(shares.length > 0 ? [{ value: 'share', label: 'Whoever opens a share' }] : []),
          { value: 'link', label: 'Whoever opens a signed link' },
        ]}
        onChange={(value) => {
          setKind(value as Kind);
          change.clear();
        }}
      />
      {kind === 'attributes' && <AttributeRows rows={rows} onChange={setRows} error={error} />}
      {kind === 'user' && (
        <PickField
          label="User"
          find={findUsers}
          chosen={user}
          onChoose={setUser}
          error={wrongIn(error, 'as.user')}
        />
      )}
      {kind === 'share' && (
        <SelectField
          label="Share"
          value={share}
          choices={shares.map((one) => ({ value: one.token, label: titleOf(one) }))}
          onChange={setShare}
        />
      )}
      {kind === 'link' && (
        <TextAreaField
          label="Signed link"
          hint="As your backend made it, with everything behind the question mark. It is not used up."
          rows={4}
          value={link}
          onInput={setLink}
          error={wrongIn(error, 'as.link')}
        />
      )}
    </Dialog>
  );
}

interface Row {
  name: string;
  value: string;
  /** Its name is typed too. */
  isOwn: boolean;
}

function AttributeRows({
  rows,
  onChange,
  error,
}: {
  rows: Row[];
  onChange: (rows: Row[]) => void;
  error: unknown;
}) {
  const set = (index: number, part: Partial<Row>): void =>
    onChange(rows.map((row, at) => (at === index ? { ...row, ...part } : row)));
  return (
    <fieldset class="attribute-rows">
      <legend>Attributes</legend>
      <p class="hint">One that is left empty is one that they do not have.</p>
      {rows.map((row, index) => (
        <div key={index} class={row.isOwn ? 'columns' : undefined}>
          {row.isOwn && (
            <TextField
              label="Attribute"
              value={row.name}
              onInput={(name) => set(index, { name })}
            />
          )}
          <TextField
            label={row.isOwn ? 'Value' : row.name}
            value={row.value}
            onInput={(value) => set(index, { value })}
            error={wrongIn(error, `as.attributes.${row.name}`)}
          />
        </div>
      ))}
      <button
        type="button"
        class="button"
        onClick={() => onChange([...rows, { name: '', value: '', isOwn: true }])}
      >
        <Glyph name="plus" />
        Another attribute
      </button>
    </fieldset>
  );
}
