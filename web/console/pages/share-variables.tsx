// What viewers of a share may do with each variable.
import type { VariableLine } from '../data/document';
import { faultOf, type Binding, type VariableDraft } from '../data/shares';
import { SelectField } from '../ui/fields';
import { TokenField } from '../ui/token-field';

const kBindings: { value: Binding; label: string }[] = [
  { value: 'default', label: 'Locked to the dashboard’s default' },
  { value: 'locked', label: 'Locked to…' },
  { value: 'bounded', label: 'Free among…' },
  { value: 'free', label: 'Free' },
];

const kValuesLabel: Record<Binding, string> = {
  default: '',
  locked: 'Value',
  bounded: 'Chosen at the start',
  free: 'Chosen at the start',
};

export function VariableDrafts({
  variables,
  drafts,
  onChange,
  disabled = false,
}: {
  variables: VariableLine[];
  drafts: VariableDraft[];
  onChange: (drafts: VariableDraft[]) => void;
  disabled?: boolean;
}) {
  if (drafts.length === 0) return null;
  const change = (name: string, part: Partial<VariableDraft>): void =>
    onChange(drafts.map((draft) => (draft.name === name ? { ...draft, ...part } : draft)));
  return (
    <fieldset class="variables">
      <legend>Variables</legend>
      {drafts.map((draft) => {
        const known = variables.find(({ name }) => name === draft.name);
        const label = known ? known.label : draft.name;
        const fault = faultOf(draft);
        return (
          <div key={draft.name} class="variable">
            <SelectField
              label={label}
              {...(known ? {} : { hint: 'The dashboard no longer has this variable.' })}
              value={draft.binding}
              choices={kBindings}
              disabled={disabled}
              onChange={(value) =>
                change(draft.name, {
                  binding: value as Binding,
                  defaults:
                    draft.defaults.length === 0 && value !== 'default'
                      ? (known?.defaults ?? []).filter((one) => one !== '*')
                      : draft.defaults,
                })
              }
            />
            {draft.binding === 'bounded' && (
              <TokenField
                label={`${label}: values that viewers may pick`}
                values={draft.tags}
                disabled={disabled}
                error={draft.tags.length === 0 ? fault : null}
                onChange={(tags) => change(draft.name, { tags })}
              />
            )}
            {draft.binding !== 'default' && (
              <TokenField
                label={`${label}: ${kValuesLabel[draft.binding].toLowerCase()}`}
                values={draft.defaults}
                disabled={disabled}
                error={draft.binding === 'bounded' && draft.tags.length === 0 ? null : fault}
                onChange={(defaults) => change(draft.name, { defaults })}
              />
            )}
          </div>
        );
      })}
    </fieldset>
  );
}
