// From a dashboard outward: its plain address, a share of one of four types, or a snapshot.
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { createShare } from '../api/calls';
import { Refusal } from '../api/client';
import type { Dashboard, LiveSpan, ShareType } from '../api/types';
import { contentsOf } from '../data/document';
import {
  draftsOf,
  faultOf,
  fromLocalField,
  kTypes,
  toLocalField,
  variablesOf,
} from '../data/shares';
import { getSharing, kMeanings, permissionFor } from '../data/sharing';
import { chosenIn, chosenPart } from '../draw/address';
import { may } from '../state/app';
import { show } from '../state/fresh-secrets';
import { useChange, useResource } from '../state/resource';
import { navigate, place, to } from '../state/router';
import { BusyButton, CopyLine } from '../ui/bits';
import { Dialog } from '../ui/dialog';
import { SelectField, Switch, TextField } from '../ui/fields';
import { elsewhere, FormError, wrongIn } from '../ui/states';
import { TokenField } from '../ui/token-field';
import { spanChoices, themeChoices, type Theme } from './share-choices';
import { VariableDrafts } from './share-variables';
import { SnapshotPart } from './snapshot-part';

type Way = ShareType | 'link' | 'snapshot';

const kShareTypes = ['secure_embed', 'embed', 'invite', 'open'] as const;

/** Whether this person may share in any way. */
export const mayShare = (): boolean => kShareTypes.some((type) => may(permissionFor(type)));

const kActs: Record<ShareType, string> = {
  secure_embed: 'Create the secure embed',
  embed: 'Create the embed',
  invite: 'Create, then invite',
  open: 'Open it to everybody',
};

/** When an open share ends, unless somebody says otherwise. */
function aYearAhead(): string {
  const end = new Date();
  end.setFullYear(end.getFullYear() + 1);
  return toLocalField(end.toISOString());
}

function waysOf(): { value: Way; label: string }[] {
  const types = kShareTypes.filter((type) => may(permissionFor(type)));
  return [
    ...types.map((value) => ({ value, label: kTypes[value] })),
    { value: 'link', label: 'Link' },
    ...(may('dashboards_public_share') ? [{ value: 'snapshot' as const, label: 'Snapshot' }] : []),
  ];
}

export function ShareDialog({ dashboard, onClose }: { dashboard: Dashboard; onClose: () => void }) {
  const ways = waysOf();
  const [way, setWay] = useState<Way>(ways[0]?.value ?? 'link');
  const { query } = place.value;
  const choose = (
    <fieldset class="ways">
      <legend>How</legend>
      {ways.map(({ value, label }) => (
        <label key={value} class="way">
          <input
            type="radio"
            name="way"
            value={value}
            checked={way === value}
            onChange={() => setWay(value)}
          />
          <span>{label}</span>
        </label>
      ))}
    </fieldset>
  );
  const title = `Share “${dashboard.title}”`;
  if (way !== 'link' && way !== 'snapshot') {
    return <ShareForm key="share" {...{ dashboard, onClose, choose, title }} type={way} />;
  }
  return (
    <Dialog
      title={title}
      width="wide"
      onClose={onClose}
      actions={
        <button type="button" class="button" onClick={onClose}>
          Close
        </button>
      }
    >
      {choose}
      {way === 'link' ? (
        <LinkPart dashboard={dashboard} query={query} />
      ) : (
        <SnapshotPart dashboard={dashboard} chosen={chosenIn(query)} />
      )}
    </Dialog>
  );
}

/** The address, with what is chosen now or as the dashboard begins. */
function LinkPart({ dashboard, query }: { dashboard: Dashboard; query: URLSearchParams }) {
  const kept = chosenPart(query).toString();
  const [isWhole, setWhole] = useState(true);
  const plain = `${location.origin}${to('dashboards', dashboard.uid)}`;
  return (
    <>
      <p>For people who sign in to this console. Nobody else gets in by it.</p>
      {kept !== '' && (
        <Switch
          label="With the time, the values and the panel that are chosen now"
          hint="Off: it opens as the dashboard begins."
          isOn={isWhole}
          onChange={setWhole}
        />
      )}
      <CopyLine label="Link" text={kept !== '' && isWhole ? `${plain}?${kept}` : plain} />
    </>
  );
}

function ShareForm({
  dashboard,
  onClose,
  choose,
  title: heading,
  type,
}: {
  dashboard: Dashboard;
  onClose: () => void;
  choose: ComponentChildren;
  title: string;
  type: ShareType;
}) {
  const { variables } = contentsOf(dashboard);
  const [title, setTitle] = useState(dashboard.title);
  const [span, setSpan] = useState<LiveSpan | ''>('');
  const [isSelectable, setSelectable] = useState(false);
  const [theme, setTheme] = useState<Theme>('system');
  const [drafts, setDrafts] = useState(
    draftsOf(
      variables.map(({ name }) => name),
      [],
    ),
  );
  const [origins, setOrigins] = useState<string[]>([]);
  const [ends, setEnds] = useState(aYearAhead);
  const sharing = useResource('sharing', (signal) => getSharing(signal));
  const change = useChange();
  const { error } = change;
  const hasPlace = type !== 'embed' || origins.length > 0;
  const isWhole = drafts.every((draft) => faultOf(draft) === null) && hasPlace;
  const originsWrong =
    error instanceof Refusal && error.field?.startsWith('allowed_origins') === true
      ? error.message
      : null;

  const send = (): void => {
    if (!isWhole) return;
    void change.run(async () => {
      const { share, credential } = await createShare(dashboard.uid, {
        type,
        title: title.trim(),
        ...(span === '' ? {} : { global_time: { live_span: span } }),
        global_time_selectable: isSelectable,
        viewing_preferences: { theme },
        selectable_template_vars: variablesOf(drafts),
        ...(type === 'embed' ? { allowed_origins: origins } : {}),
        ...(type === 'open' ? { expires_at: fromLocalField(ends) } : {}),
      });
      if (credential) show(share.token, credential);
      onClose();
      await navigate(to('shares', share.token, type === 'invite' ? 'invitations' : 'embed'));
    });
  };

  return (
    <Dialog
      title={heading}
      width="wide"
      onClose={onClose}
      onSubmit={send}
      actions={
        <>
          <button type="button" class="button" onClick={onClose}>
            Cancel
          </button>
          <BusyButton isBusy={change.isBusy} disabled={!isWhole}>
            {kActs[type]}
          </BusyButton>
        </>
      }
    >
      {choose}
      <p>{kMeanings[type]}</p>
      {sharing.value && isOff(sharing.value, type) && (
        <p class="notice">The organization has switched shares of this type off.</p>
      )}
      {type === 'invite' && sharing.value?.mail === false && (
        <p class="notice">This server cannot send mail yet, so invited people could not come in.</p>
      )}
      <FormError error={originsWrong === null ? elsewhere(error, 'title', 'expires_at') : null} />
      <TextField
        label="Name"
        hint="Shown in place of the dashboard’s title."
        value={title}
        maxLength={500}
        onInput={setTitle}
        error={wrongIn(error, 'title')}
        autofocus
      />
      {type === 'embed' && (
        <TokenField
          label="Sites that may frame it"
          hint="Origins like https://app.example.com or https://*.example.com. It opens nowhere else."
          placeholder="https://app.example.com"
          values={origins}
          error={originsWrong}
          onChange={setOrigins}
        />
      )}
      {type === 'open' && (
        <TextField
          label="The share ends"
          type="datetime-local"
          hint="In your time zone. Then it is paused, and can be given a later end. Empty: it does not end."
          value={ends}
          onInput={setEnds}
          error={wrongIn(error, 'expires_at')}
        />
      )}
      <div class="columns">
        <SelectField
          label="Time at the start"
          value={span}
          choices={spanChoices}
          onChange={(value) => setSpan(value as LiveSpan | '')}
        />
        <SelectField
          label="Theme"
          value={theme}
          choices={themeChoices}
          onChange={(value) => setTheme(value as Theme)}
        />
      </div>
      <Switch label="Viewers may change the time" isOn={isSelectable} onChange={setSelectable} />
      <VariableDrafts variables={variables} drafts={drafts} onChange={setDrafts} />
    </Dialog>
  );
}

function isOff(
  { embed_sharing: embeds, sharing }: Awaited<ReturnType<typeof getSharing>>,
  type: ShareType,
): boolean {
  const isEmbed = type === 'embed' || type === 'secure_embed';
  return !sharing.enabled || !sharing[type] || (isEmbed && !embeds);
}
