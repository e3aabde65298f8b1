// Who may put the organization's pages into a frame, and what signed embedding allows.
import { useEffect, useState } from 'preact/hooks';
import { allowDomain, changeEmbedSettings, disallowDomain, type EmbedSettings } from '../data/keys';
import { wordsOf } from '../api/client';
import { confirm } from '../state/confirming';
import { useChange } from '../state/resource';
import { toast } from '../state/toasts';
import { BusyButton } from '../ui/bits';
import { Switch, TextField } from '../ui/fields';
import { Glyph } from '../ui/icons';
import { Card } from '../ui/page';
import { elsewhere, FormError, wrongIn } from '../ui/states';
import { useUnsaved } from './unsaved';

interface Props {
  value: EmbedSettings;
  onChanged: (value: EmbedSettings) => void;
}

export function EmbedDomains({ value, onChanged }: Props) {
  const [origin, setOrigin] = useState('');
  const change = useChange();
  useUnsaved(origin.trim() !== '');
  const remove = async (domain: string): Promise<void> => {
    const isLast = value.domains.length === 1;
    const isSure = await confirm({
      title: `Take ${domain} off the list?`,
      text: isLast
        ? 'It is the last one. With an empty list pages of every origin may frame the dashboards.'
        : 'Pages of this origin can no longer frame the dashboards. Frames that are open stay until they are loaded again.',
      act: 'Take it off',
    });
    if (!isSure) return;
    try {
      onChanged(await disallowDomain(domain));
      toast(`${domain} is off the list.`);
    } catch (error) {
      toast(wordsOf(error), 'bad');
    }
  };
  return (
    <Card
      title="Who may frame"
      hint="Origins of the pages that hold the frames. It counts for embed links and sharable links."
    >
      {value.domains.length === 0 ? (
        <p class="notice">
          <Glyph name="alert" />
          <span>The list is empty: pages of every origin may frame the dashboards.</span>
        </p>
      ) : (
        <ul class="rows" aria-label="Allowed origins">
          {value.domains.map((domain) => (
            <li key={domain} class="row-item">
              <span class="row-main code">{domain}</span>
              <button
                type="button"
                class="button quiet icon-only"
                aria-label={`Take ${domain} off the list`}
                onClick={() => void remove(domain)}
              >
                <Glyph name="bin" />
              </button>
            </li>
          ))}
        </ul>
      )}
      <form
        class="form add-line"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void change.run(async () => {
            const added = await allowDomain(origin.trim());
            onChanged(added.settings);
            setOrigin('');
            toast(
              added.covered_already
                ? `${added.origin} is allowed by another entry already.`
                : `${added.origin} is on the list.`,
            );
          });
        }}
      >
        <TextField
          label="Origin"
          hint="Like https://app.example.com, http://localhost:3000 or https://*.example.com: scheme, host and port, no path."
          value={origin}
          maxLength={300}
          onInput={setOrigin}
          error={wrongIn(change.error, 'origin')}
          isCode
        />
        <FormError error={elsewhere(change.error, 'origin')} />
        <div>
          <BusyButton isBusy={change.isBusy} disabled={origin.trim() === ''}>
            Allow
          </BusyButton>
        </div>
      </form>
    </Card>
  );
}

type Switched =
  'enabled' | 'signed_links' | 'cookieless' | 'closed_system' | 'strict' | 'allow_user_timezones';

const kSwitches: { name: Switched; label: string; hint: string; off?: string }[] = [
  {
    name: 'enabled',
    label: 'Embedding is on',
    hint: 'Off: embed links, calls for them and open embed sessions are refused at once.',
    off: 'Every embed link is refused and every open embed session is cut, from now on.',
  },
  {
    name: 'signed_links',
    label: 'Signed links open',
    hint: 'Links that an embed secret signed.',
    off: 'Links that an embed secret signed are refused from now on.',
  },
  {
    name: 'cookieless',
    label: 'Cookieless sessions open',
    hint: 'Sessions that a backend acquires, for browsers that keep no cookies in frames.',
    off: 'Calls for cookieless sessions are answered as if they were not there.',
  },
  {
    name: 'closed_system',
    label: 'Closed system',
    hint: 'Embed users see the folders of their own groups only.',
  },
  {
    name: 'strict',
    label: 'Strict',
    hint: 'A link that names an unknown group, model or attribute is refused, not passed over.',
  },
  {
    name: 'allow_user_timezones',
    label: 'Links may name a time zone',
    hint: 'Off: everybody has the one below.',
  },
];

export function EmbedSwitches({ value, onChanged }: Props) {
  const [zone, setZone] = useState(value.timezone);
  useEffect(() => setZone(value.timezone), [value.timezone]);
  const change = useChange();
  useUnsaved(zone.trim() !== value.timezone);
  const turn = async (one: (typeof kSwitches)[number], isOn: boolean): Promise<void> => {
    if (!isOn && one.off !== undefined) {
      const isSure = await confirm({
        title: `Switch “${one.label}” off?`,
        text: one.off,
        act: 'Switch off',
      });
      if (!isSure) return;
    }
    try {
      onChanged(await changeEmbedSettings({ [one.name]: isOn }));
      toast(`${one.label}: ${isOn ? 'on' : 'off'}.`);
    } catch (error) {
      toast(wordsOf(error), 'bad');
    }
  };
  return (
    <Card title="What embedding allows">
      <div class="switches">
        {kSwitches.map((one) => (
          <Switch
            key={one.name}
            label={one.label}
            hint={one.hint}
            isOn={value[one.name]}
            onChange={(isOn) => void turn(one, isOn)}
          />
        ))}
      </div>
      <form
        class="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void change.run(async () => {
            onChanged(await changeEmbedSettings({ timezone: zone.trim() }));
            toast('The time zone is saved.');
          });
        }}
      >
        <TextField
          label="Time zone"
          hint="For embed users whose link names none. Like Europe/Berlin or UTC."
          value={zone}
          maxLength={64}
          onInput={setZone}
          error={wrongIn(change.error, 'timezone')}
        />
        <FormError error={elsewhere(change.error, 'timezone')} />
        <div>
          <BusyButton
            isBusy={change.isBusy}
            disabled={zone.trim() === '' || zone.trim() === value.timezone}
          >
            Save
          </BusyButton>
        </div>
      </form>
    </Card>
  );
}
