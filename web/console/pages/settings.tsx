// The organization: its name, and the switches of sharing.
import { useEffect, useState } from 'preact/hooks';
import { changeOrganization, getMe, getOrganization, type Organization } from '../api/calls';
import { enter } from '../state/app';
import { useChange, useResource } from '../state/resource';
import { toast } from '../state/toasts';
import { BusyButton } from '../ui/bits';
import { TextField } from '../ui/fields';
import { Card, Page } from '../ui/page';
import { elsewhere, FormError, Loaded, wrongIn } from '../ui/states';
import { SharingSwitches } from './sharing-switches';

export function Settings() {
  const organization = useResource('organization', (signal) => getOrganization(signal));
  return (
    <Page title="Settings">
      <Loaded from={organization} what="the settings">
        {(value) => <Form value={value} onChanged={organization.set} />}
      </Loaded>
    </Page>
  );
}

function Form({
  value,
  onChanged,
}: {
  value: Organization;
  onChanged: (value: Organization) => void;
}) {
  const [name, setName] = useState(value.name);
  useEffect(() => setName(value.name), [value.name]);
  const change = useChange();

  return (
    <>
      <Card title="Organization">
        <form
          class="form"
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            void change.run(async () => {
              onChanged(await changeOrganization({ name: name.trim() }));
              enter(await getMe());
              toast('The name is changed.');
            });
          }}
        >
          <FormError error={elsewhere(change.error, 'name')} />
          <TextField
            label="Name"
            value={name}
            onInput={setName}
            maxLength={200}
            error={wrongIn(change.error, 'name')}
          />
          <div>
            <BusyButton
              isBusy={change.isBusy}
              disabled={name.trim() === '' || name.trim() === value.name}
            >
              Save
            </BusyButton>
          </div>
        </form>
      </Card>
      <SharingSwitches />
    </>
  );
}
