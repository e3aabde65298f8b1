// One attribute: the values of its groups, in their order. Who is in several takes the first.
import { useState } from 'preact/hooks';
import {
  listAllGroups,
  listAttributes,
  setGroupValues,
  typeWords,
  type Attribute,
  type Group,
} from '../data/people';
import { useChange, useResource } from '../state/resource';
import { to } from '../state/router';
import { toast } from '../state/toasts';
import { BusyButton } from '../ui/bits';
import { SelectField, TextField } from '../ui/fields';
import { Card, Page } from '../ui/page';
import { elsewhere, FormError, Loaded, wrongIn } from '../ui/states';
import { useUnsaved } from './unsaved';

export function PeopleAttribute({ id }: { id: string }) {
  const found = useResource(`attribute ${id}`, async (signal) => {
    const [{ attributes }, groups] = await Promise.all([
      listAttributes(signal),
      listAllGroups(signal),
    ]);
    return { attribute: attributes.find((one) => String(one.id) === id) ?? null, groups };
  });
  const attribute = found.value?.attribute ?? null;
  return (
    <Page
      title={attribute?.label ?? 'Attribute'}
      trail={[
        { label: 'People', href: to('people') },
        { label: 'Attributes', href: to('people', 'attributes') },
      ]}
    >
      <Loaded from={found} what="the attribute">
        {({ attribute: value, groups }) =>
          value === null ? (
            <p class="notice">There is no such attribute, or not any more.</p>
          ) : (
            <>
              <p class="facts-line">
                <span class="code">{value.name}</span>
                <span>{typeWords(value.type)}</span>
                {value.hidden && <span>Values are hidden</span>}
              </p>
              <GroupValues
                key={JSON.stringify(value.group_values)}
                attribute={value}
                groups={groups}
                onChanged={(changed) => found.set({ attribute: changed, groups })}
              />
            </>
          )
        }
      </Loaded>
    </Page>
  );
}

interface Draft {
  group: number;
  name: string;
  /** null: kept as it is, which nobody is shown. */
  value: string | null;
}

function GroupValues({
  attribute,
  groups,
  onChanged,
}: {
  attribute: Attribute;
  groups: Group[];
  onChanged: (attribute: Attribute) => void;
}) {
  const had: Draft[] = attribute.group_values;
  const [drafts, setDrafts] = useState(had);
  const [added, setAdded] = useState('');
  const change = useChange();
  const isChanged = JSON.stringify(drafts) !== JSON.stringify(had);
  useUnsaved(isChanged);
  const others = groups.filter(({ id }) => !drafts.some(({ group }) => group === id));

  const put = (at: number, value: string): void =>
    setDrafts(drafts.map((draft, index) => (index === at ? { ...draft, value } : draft)));
  const move = (at: number, by: 1 | -1): void => {
    const next = [...drafts];
    const [moved] = next.splice(at, 1);
    if (moved) next.splice(at + by, 0, moved);
    setDrafts(next);
  };
  return (
    <Card
      title="Values of groups"
      hint="Who is in several of these groups takes the value of the first. A person’s own value stands before them all."
    >
      <form
        class="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void change.run(async () => {
            onChanged(
              await setGroupValues(
                attribute.id,
                drafts.map(({ group, value }) => (value === null ? { group } : { group, value })),
              ),
            );
            toast('The values of the groups are saved.');
          });
        }}
      >
        {drafts.length === 0 && <p class="muted">No group has a value yet.</p>}
        <ol class="ranked">
          {drafts.map((draft, at) => (
            <li key={draft.group}>
              <TextField
                label={`${at + 1}. ${draft.name}`}
                value={draft.value ?? ''}
                {...(draft.value === null ? { placeholder: 'hidden, kept as it is' } : {})}
                onInput={(value) => put(at, value)}
              />
              <div class="button-row">
                <button
                  type="button"
                  class="button quiet"
                  aria-label={`↑ ${draft.name} earlier`}
                  disabled={at === 0}
                  onClick={() => move(at, -1)}
                >
                  ↑
                </button>
                <button
                  type="button"
                  class="button quiet"
                  aria-label={`↓ ${draft.name} later`}
                  disabled={at === drafts.length - 1}
                  onClick={() => move(at, 1)}
                >
                  ↓
                </button>
                <button
                  type="button"
                  class="button quiet"
                  aria-label={`Remove the value of ${draft.name}`}
                  onClick={() => setDrafts(drafts.filter((_, index) => index !== at))}
                >
                  Remove
                </button>
              </div>
            </li>
          ))}
        </ol>
        {others.length > 0 && (
          <SelectField
            label="Another group"
            value={added}
            choices={[
              { value: '', label: 'Choose…' },
              ...others.map(({ id, name }) => ({ value: String(id), label: name })),
            ]}
            onChange={(value) => {
              const group = others.find(({ id }) => String(id) === value);
              if (group) setDrafts([...drafts, { group: group.id, name: group.name, value: '' }]);
              setAdded('');
            }}
          />
        )}
        {wrongIn(change.error, 'value') !== null && (
          <p class="field-error" role="alert">
            {wrongIn(change.error, 'value')}
          </p>
        )}
        <FormError error={elsewhere(change.error, 'value')} />
        <div>
          <BusyButton isBusy={change.isBusy} disabled={!isChanged}>
            Save the values
          </BusyButton>
        </div>
      </form>
    </Card>
  );
}
