// What each attribute is for one person, and where it comes from. Hidden values are written only.
import { useState } from 'preact/hooks';
import {
  listAttributesOfUser,
  setAttributeOfUser,
  typeWords,
  type AttributeValue,
  type UserDetail,
} from '../data/people';
import { useChange, useResource } from '../state/resource';
import { toast } from '../state/toasts';
import { Dialog } from '../ui/dialog';
import { TextField } from '../ui/fields';
import { List } from '../ui/lists';
import { Card } from '../ui/page';
import { elsewhere, FormError, Loaded, wrongIn } from '../ui/states';
import { act, DialogActions } from './people-parts';

/** Where a value comes from, in words. */
export function sourceWords(value: AttributeValue): string {
  switch (value.source) {
    case 'own':
      return 'This person’s own';
    case 'group':
      return `The group “${value.group ?? ''}”`;
    case 'default':
      return 'The default';
    case 'link':
      return 'The link';
    case 'none':
      return 'None';
  }
}

export function PersonAttributes({ user }: { user: UserDetail }) {
  const values = useResource(`attributes of ${user.id} ${JSON.stringify(user.groups)}`, (signal) =>
    listAttributesOfUser(user.id, signal),
  );
  const [edited, setEdited] = useState<AttributeValue | null>(null);
  return (
    <Card
      title="Attributes"
      hint="Row filters and variables use them. A value of the person’s own stands before those of the groups."
    >
      <Loaded from={values} what="attributes">
        {({ attributes }) =>
          attributes.length === 0 ? (
            <p class="muted">There are no attributes yet.</p>
          ) : (
            <List
              label="Attributes of this person"
              items={attributes}
              keyOf={(one) => one.id}
              columns={[
                {
                  label: 'Attribute',
                  cell: (one) => (
                    <div class="stack">
                      <span class="row-title">{one.label}</span>
                      <span class="muted code">{one.name}</span>
                    </div>
                  ),
                },
                { label: 'Value', cell: (one) => <Value of={one} /> },
                { label: 'From', cell: (one) => sourceWords(one) },
                {
                  label: 'Actions',
                  isHidden: true,
                  end: true,
                  cell: (one) => (
                    <div class="button-row">
                      <button
                        type="button"
                        class="button"
                        aria-label={`Set ${one.label}`}
                        onClick={() => setEdited(one)}
                      >
                        Set…
                      </button>
                      {one.source === 'own' && (
                        <button
                          type="button"
                          class="button quiet"
                          aria-label={`Take away the own value of ${one.label}`}
                          onClick={() =>
                            void act(null, async () => {
                              values.set(await setAttributeOfUser(user.id, one.id, null));
                              return `“${one.label}” is no longer set for this person.`;
                            })
                          }
                        >
                          Take away
                        </button>
                      )}
                    </div>
                  ),
                },
              ]}
            />
          )
        }
      </Loaded>
      {edited && (
        <Edit
          user={user}
          attribute={edited}
          onClose={() => setEdited(null)}
          onSaved={(answer) => {
            setEdited(null);
            values.set(answer);
          }}
        />
      )}
    </Card>
  );
}

function Value({ of }: { of: AttributeValue }) {
  if (of.source === 'none') return <span class="muted">–</span>;
  if (of.hidden) return <span class="muted">hidden</span>;
  return of.value === '' ? (
    <span class="muted">empty: no rows</span>
  ) : (
    <span class="code">{of.value}</span>
  );
}

function Edit({
  user,
  attribute,
  onClose,
  onSaved,
}: {
  user: UserDetail;
  attribute: AttributeValue;
  onClose: () => void;
  onSaved: (answer: { attributes: AttributeValue[] }) => void;
}) {
  const [value, setValue] = useState(
    attribute.source === 'own' && !attribute.hidden ? (attribute.value ?? '') : '',
  );
  const change = useChange();
  return (
    <Dialog
      title={`“${attribute.label}” of ${user.name || user.handle}`}
      width="narrow"
      onClose={onClose}
      onSubmit={() =>
        void change.run(async () => {
          onSaved(await setAttributeOfUser(user.id, attribute.id, value));
          toast(`“${attribute.label}” is set.`);
        })
      }
      actions={<DialogActions verb="Set" isBusy={change.isBusy} onClose={onClose} />}
    >
      <TextField
        label="Value"
        hint={`${typeWords(attribute.type)}. ${
          attribute.hidden
            ? 'Hidden: it is kept, and shown to nobody again.'
            : 'Empty means no value, and so no rows.'
        }`}
        value={value}
        onInput={setValue}
        error={wrongIn(change.error, 'value')}
        autofocus
      />
      <FormError error={elsewhere(change.error, 'value')} />
    </Dialog>
  );
}
