// Dialogs for a role and for the two sets that it is made of.
import { useState } from 'preact/hooks';
import {
  saveModelSet,
  savePermissionSet,
  saveRole,
  type EmbedPermission,
  type ModelSet,
  type PermissionSet,
  type Role,
} from '../data/people';
import { useChange } from '../state/resource';
import { toast } from '../state/toasts';
import { Dialog } from '../ui/dialog';
import { SelectField, TextField } from '../ui/fields';
import { elsewhere, FormError, wrongIn } from '../ui/states';
import { TokenField } from '../ui/token-field';
import { DialogActions } from './people-parts';

interface Around {
  onClose: () => void;
  onSaved: () => void;
}

const asChoices = (rows: { id: number; name: string }[]): { value: string; label: string }[] =>
  rows.map(({ id, name }) => ({ value: String(id), label: name }));

export function EditRole({
  row,
  permissionSets,
  modelSets,
  onClose,
  onSaved,
}: Around & { row: Role | null; permissionSets: PermissionSet[]; modelSets: ModelSet[] }) {
  const [name, setName] = useState(row?.name ?? '');
  const first = (sets: { id: number }[]): string => String(sets[0]?.id ?? '');
  const [permissions, setPermissions] = useState(
    String(row?.permission_set?.id ?? first(permissionSets)),
  );
  const [models, setModels] = useState(String(row?.model_set?.id ?? first(modelSets)));
  const change = useChange();
  const { error } = change;
  return (
    <Dialog
      title={row ? `Role “${row.name}”` : 'New role'}
      width="narrow"
      onClose={onClose}
      onSubmit={() =>
        void change.run(async () => {
          await saveRole(row?.id ?? null, {
            name: name.trim(),
            permission_set: Number(permissions),
            model_set: Number(models),
          });
          toast(`The role “${name.trim()}” is saved.`);
          onSaved();
        })
      }
      actions={
        <DialogActions
          verb="Save"
          isBusy={change.isBusy}
          disabled={name.trim() === ''}
          onClose={onClose}
        />
      }
    >
      <TextField
        label="Name"
        value={name}
        onInput={setName}
        maxLength={255}
        error={wrongIn(error, 'name')}
        autofocus
      />
      <SelectField
        label="Permissions"
        value={permissions}
        choices={asChoices(permissionSets)}
        onChange={setPermissions}
        error={wrongIn(error, 'permission_set')}
      />
      <SelectField
        label="Models"
        value={models}
        choices={asChoices(modelSets)}
        onChange={setModels}
        error={wrongIn(error, 'model_set')}
      />
      <FormError error={elsewhere(error, 'name', 'permission_set', 'model_set')} />
    </Dialog>
  );
}

export function EditPermissionSet({
  row,
  permissions,
  onClose,
  onSaved,
}: Around & { row: PermissionSet | null; permissions: EmbedPermission[] }) {
  const [name, setName] = useState(row?.name ?? '');
  const [chosen, setChosen] = useState<string[]>(row?.permissions ?? []);
  const change = useChange();
  // Those that open nothing here are shown where a set has them already.
  const shown = permissions.filter(
    (one) => one.grantable || (row?.permissions ?? []).includes(one.name),
  );
  return (
    <Dialog
      title={row ? `Permission set “${row.name}”` : 'New permission set'}
      onClose={onClose}
      onSubmit={() =>
        void change.run(async () => {
          await savePermissionSet(row?.id ?? null, { name: name.trim(), permissions: chosen });
          toast(`The set “${name.trim()}” is saved.`);
          onSaved();
        })
      }
      actions={
        <DialogActions
          verb="Save"
          isBusy={change.isBusy}
          disabled={name.trim() === ''}
          onClose={onClose}
        />
      }
    >
      <TextField
        label="Name"
        value={name}
        onInput={setName}
        maxLength={255}
        error={wrongIn(change.error, 'name')}
        autofocus
      />
      <fieldset class="checks">
        <legend>Permissions</legend>
        <p class="hint">One that stands below another counts only together with that one.</p>
        {shown.map((one) => (
          <label key={one.name} class="check described">
            <input
              type="checkbox"
              checked={chosen.includes(one.name)}
              onChange={(event) =>
                setChosen(
                  event.currentTarget.checked
                    ? [...chosen, one.name]
                    : chosen.filter((other) => other !== one.name),
                )
              }
            />
            <span>
              <span class="code">{one.name}</span>
              {one.parent !== null && <span class="muted small"> below {one.parent}</span>}
              <span class="hint">{one.description}</span>
            </span>
          </label>
        ))}
      </fieldset>
      <FormError error={elsewhere(change.error, 'name')} />
    </Dialog>
  );
}

export function EditModelSet({
  row,
  models,
  onClose,
  onSaved,
}: Around & { row: ModelSet | null; models: string[] }) {
  const [name, setName] = useState(row?.name ?? '');
  const [chosen, setChosen] = useState<string[]>(row?.models ?? []);
  const change = useChange();
  const others = models.filter((model) => !chosen.includes(model));
  return (
    <Dialog
      title={row ? `Model set “${row.name}”` : 'New model set'}
      width="narrow"
      onClose={onClose}
      onSubmit={() =>
        void change.run(async () => {
          await saveModelSet(row?.id ?? null, { name: name.trim(), models: chosen });
          toast(`The set “${name.trim()}” is saved.`);
          onSaved();
        })
      }
      actions={
        <DialogActions
          verb="Save"
          isBusy={change.isBusy}
          disabled={name.trim() === ''}
          onClose={onClose}
        />
      }
    >
      <TextField
        label="Name"
        value={name}
        onInput={setName}
        maxLength={255}
        error={wrongIn(change.error, 'name')}
        autofocus
      />
      <TokenField
        label="Models"
        hint={
          others.length === 0
            ? 'A model that is not there yet may be named too.'
            : `There are also: ${others.join(', ')}.`
        }
        values={chosen}
        onChange={setChosen}
        error={wrongIn(change.error, 'models')}
      />
      <FormError error={elsewhere(change.error, 'name', 'models')} />
    </Dialog>
  );
}
