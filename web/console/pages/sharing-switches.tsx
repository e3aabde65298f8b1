// What an organization allows of sharing: everything, each type, and for how long people are invited.
import { Fragment } from 'preact';
import { listShares } from '../api/calls';
import { wordsOf } from '../api/client';
import type { ShareType } from '../api/types';
import { allOf } from '../data/all';
import { kTypes } from '../data/shares';
import { changeSharing, getSharing, type Sharing, type SharingOrganization } from '../data/sharing';
import { confirm } from '../state/confirming';
import { useResource } from '../state/resource';
import { toast } from '../state/toasts';
import { SelectField, Switch } from '../ui/fields';
import { Glyph } from '../ui/icons';
import { Card } from '../ui/page';
import { Loaded } from '../ui/states';

const kDay = 86_400;
const kPeriods = [
  { value: '', label: 'No limit: as each invitation says' },
  { value: String(kDay), label: '1 day' },
  { value: String(7 * kDay), label: '7 days' },
  { value: String(30 * kDay), label: '30 days' },
  { value: String(90 * kDay), label: '90 days' },
  { value: String(365 * kDay), label: '1 year' },
];

const kSwitches: { name: ShareType; label: string; hint: string }[] = [
  {
    name: 'open',
    label: 'Open links',
    hint: 'Dashboards that everybody may open who has the address.',
  },
  { name: 'invite', label: 'Invitations', hint: 'Dashboards for people who get a link by mail.' },
  { name: 'embed', label: 'Embeds by site', hint: 'Frames in the pages of named sites.' },
  { name: 'secure_embed', label: 'Secure embeds', hint: 'Frames that a backend signs a link for.' },
];

export function SharingSwitches() {
  const sharing = useResource('sharing', (signal) => getSharing(signal));
  return (
    <Card
      title="Sharing"
      hint="What is switched off opens nothing, and what is open of it closes at once. Shares and credentials stay as they are."
    >
      <Loaded from={sharing} what="the switches">
        {(value) => <Switches value={value} onChanged={sharing.set} />}
      </Loaded>
    </Card>
  );
}

/** How many shares would close, in words. */
async function closing(types: ShareType[]): Promise<string> {
  const { items } = await allOf(async (after) => {
    const { shares, next } = await listShares({
      status: 'active',
      limit: 1000,
      ...(after === undefined ? {} : { after }),
    });
    return { items: shares, next };
  });
  const count = items.filter(
    ({ type, switched_off: isOff }) => !isOff && types.includes(type),
  ).length;
  if (count === 0) return 'No active share is of this kind now.';
  return count === 1
    ? 'One active share closes at once, with all of its sessions.'
    : `${count} active shares close at once, with all of their sessions.`;
}

function Switches({
  value,
  onChanged,
}: {
  value: SharingOrganization;
  onChanged: (value: SharingOrganization) => void;
}) {
  const { sharing } = value;
  const send = async (body: Parameters<typeof changeSharing>[0], words: string): Promise<void> => {
    try {
      onChanged(await changeSharing(body));
      toast(words);
    } catch (error) {
      toast(wordsOf(error), 'bad');
    }
  };
  const turn = async (
    body: Parameters<typeof changeSharing>[0],
    what: string,
    isOn: boolean,
    types: ShareType[],
  ): Promise<void> => {
    if (!isOn) {
      const text = await closing(types).catch(() => 'Shares that are open close at once.');
      const isSure = await confirm({
        title: `Switch off: ${what}?`,
        text: `${text} They open again when this is switched on.`,
        act: 'Switch off',
      });
      if (!isSure) return;
    }
    await send(body, isOn ? `${what}: on.` : `${what}: off.`);
  };
  const types = Object.keys(kTypes) as ShareType[];
  return (
    <div class="form wide">
      <Switch
        label="Dashboards may be shared"
        hint="Off: no share of any type opens."
        isOn={sharing.enabled}
        onChange={(isOn) =>
          void turn({ sharing: { enabled: isOn } }, 'Dashboards may be shared', isOn, types)
        }
      />
      <Switch
        label="Signed links work"
        hint="Off: every link that an application signs is refused, embedded sessions of people too, and no embed opens."
        isOn={value.embed_sharing}
        onChange={(isOn) =>
          void turn({ embed_sharing: isOn }, 'Signed links work', isOn, ['embed', 'secure_embed'])
        }
      />
      {kSwitches.map(({ name, label, hint }) => (
        <Fragment key={name}>
          <Switch
            label={label}
            hint={hint}
            isOn={sharing[name]}
            disabled={!sharing.enabled}
            onChange={(isOn) =>
              void turn({ sharing: { [name]: isOn } as Partial<Sharing> }, label, isOn, [name])
            }
          />
          {name === 'invite' && sharing.enabled && sharing.invite && !value.mail && (
            <p class="notice">
              <Glyph name="alert" />
              <span>
                This server cannot send mail yet, so nobody who is invited can come in. Its operator
                sets smtp.enabled and server.public_url.
              </span>
            </p>
          )}
        </Fragment>
      ))}
      <SelectField
        label="Longest access of invited people"
        hint="Counted from the day of the invitation. Then their sessions end, and they must be invited anew."
        value={sharing.max_access_seconds === null ? '' : String(sharing.max_access_seconds)}
        choices={periodChoices(sharing.max_access_seconds)}
        onChange={(text) =>
          void send(
            { sharing: { max_access_seconds: text === '' ? null : Number(text) } },
            'The longest access is saved.',
          )
        }
      />
    </div>
  );
}

function periodChoices(now: number | null): typeof kPeriods {
  if (now === null || kPeriods.some(({ value }) => value === String(now))) return kPeriods;
  return [...kPeriods, { value: String(now), label: `${Math.round(now / 3600)} hours` }];
}
