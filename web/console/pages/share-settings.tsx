// The settings of a share. Only what differs is sent; it takes effect at once, in open sessions too.
import { useEffect, useMemo, useState } from 'preact/hooks';
import { changeShare, getDashboard } from '../api/calls';
import { Refusal } from '../api/client';
import type { LiveSpan, Share, ShareSettings, ShareType } from '../api/types';
import { contentsOf, type VariableLine } from '../data/document';
import {
  changesOf,
  draftsOf,
  faultOf,
  fromLocalField,
  kTypes,
  toLocalField,
  variablesOf,
} from '../data/shares';
import { kMeanings, permissionFor } from '../data/sharing';
import { lengthWords } from '../format';
import { may } from '../state/app';
import { confirm } from '../state/confirming';
import { useChange, useResource } from '../state/resource';
import { toast } from '../state/toasts';
import { BusyButton } from '../ui/bits';
import { SelectField, Switch, TextField } from '../ui/fields';
import { Card } from '../ui/page';
import { elsewhere, FormError, Loaded, wrongIn } from '../ui/states';
import { TokenField } from '../ui/token-field';
import { useUnsaved } from './unsaved';
import { spanChoices, themeChoices, type Theme } from './share-choices';
import { VariableDrafts } from './share-variables';
import { useWrongSeen } from './wrong-seen';

/** Those that this person may change it to, and the one it is of. */
function typeChoices(now: ShareType): { value: string; label: string }[] {
  return (Object.entries(kTypes) as [ShareType, string][])
    .filter(([type]) => type === now || may(permissionFor(type)))
    .map(([value, label]) => ({ value, label }));
}

const usualLength = (type: ShareType): string =>
  `${type === 'open' || type === 'embed' ? 'A day' : '30 days'} (as usual)`;

const kLengths = [600, 3600, 28_800, 86_400, 604_800, 2_592_000];

export function ShareSettingsForm({
  share,
  onSaved,
}: {
  share: Share;
  onSaved: (share: Share) => void;
}) {
  const dashboard = useResource(`dashboard ${share.dashboard.uid}`, (signal) =>
    getDashboard(share.dashboard.uid, signal),
  );
  return (
    <Loaded from={dashboard} what="the settings">
      {(value) => <Form share={share} variables={contentsOf(value).variables} onSaved={onSaved} />}
    </Loaded>
  );
}

interface Draft {
  type: ShareType;
  title: string;
  span: LiveSpan | '';
  selectable: boolean;
  theme: Theme;
  dense: boolean;
  origins: string[];
  download: boolean;
  scoped: boolean;
  length: string;
  ends: string;
}

function draftOf(share: Share): Draft {
  return {
    type: share.type,
    title: share.title,
    span: share.global_time?.live_span ?? '',
    selectable: share.global_time_selectable === true,
    theme: share.viewing_preferences?.theme ?? 'system',
    dense: share.viewing_preferences?.high_density === true,
    origins: share.allowed_origins ?? [],
    download: share.download === true,
    scoped: share.require_scope === true,
    length: share.session_length_seconds ? String(share.session_length_seconds) : '',
    ends: toLocalField(share.expires_at),
  };
}

/** What to send for the draft; what the form does not show stays as the share has it. */
function settingsOf(share: Share, draft: Draft): ShareSettings {
  const had = draftOf(share);
  const switched = (now: boolean, kept: boolean | null | undefined): boolean | null =>
    now ? true : kept === false ? false : null;
  const preferences = { theme: draft.theme, high_density: draft.dense };
  const isPreferred = draft.theme !== had.theme || draft.dense !== had.dense;
  return {
    type: draft.type,
    title: draft.title.trim(),
    global_time:
      draft.span === had.span
        ? (share.global_time ?? null)
        : draft.span === ''
          ? null
          : { live_span: draft.span },
    global_time_selectable: switched(draft.selectable, share.global_time_selectable),
    viewing_preferences: isPreferred ? preferences : (share.viewing_preferences ?? null),
    allowed_origins: draft.origins.length > 0 ? draft.origins : share.allowed_origins ? [] : null,
    download: switched(draft.download, share.download),
    require_scope: switched(draft.scoped, share.require_scope),
    session_length_seconds: draft.length === '' ? null : Number(draft.length),
    // The field has no seconds: untouched, it is what it was.
    expires_at: draft.ends === had.ends ? (share.expires_at ?? null) : fromLocalField(draft.ends),
  };
}

function Form({
  share,
  variables,
  onSaved,
}: {
  share: Share;
  variables: VariableLine[];
  onSaved: (share: Share) => void;
}) {
  const names = useMemo(() => variables.map(({ name }) => name), [variables]);
  const [draft, setDraft] = useState(() => draftOf(share));
  const kept = useMemo(
    () => draftsOf(names, share.selectable_template_vars ?? []),
    [names, share.selectable_template_vars],
  );
  const [drafts, setDrafts] = useState(kept);
  useEffect(() => {
    setDraft(draftOf(share));
    setDrafts(draftsOf(names, share.selectable_template_vars ?? []));
  }, [share, names]);

  const change = useChange();
  const { error } = change;
  const form = useWrongSeen(error);
  const isReadOnly = !may(permissionFor(share.type));
  const set = (part: Partial<Draft>): void => setDraft({ ...draft, ...part });

  const areVariablesChanged = JSON.stringify(drafts) !== JSON.stringify(kept);
  const changes = changesOf(share, {
    ...settingsOf(share, draft),
    ...(areVariablesChanged ? { selectable_template_vars: variablesOf(drafts) } : {}),
  });
  const isChanged = Object.keys(changes).length > 0;
  const isWhole = drafts.every((one) => faultOf(one) === null);
  useUnsaved(isChanged && !isReadOnly);

  const save = async (): Promise<void> => {
    if (changes.type !== undefined) {
      const isSure = await confirm({
        title: `Make it a share of type ${kTypes[changes.type]}?`,
        text: `${kMeanings[changes.type]} Its address changes with the type, and sessions that are open end where the new type asks for more than the old one did.`,
        act: 'Change the type',
      });
      if (!isSure) return;
    }
    await change.run(async () => {
      onSaved(await changeShare(share.token, changes));
      toast('The share is saved. It holds at once, for open sessions too.');
    });
  };

  const originsWrong =
    error instanceof Refusal && error.field?.startsWith('allowed_origins') === true
      ? error.message
      : null;
  const lengths = [
    ...new Set([...kLengths, ...(draft.length === '' ? [] : [Number(draft.length)])]),
  ]
    .sort((a, b) => a - b)
    .map((seconds) => ({ value: String(seconds), label: lengthWords(seconds) }));

  return (
    <form
      ref={form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (isChanged && isWhole) void save();
      }}
    >
      <Card title="What viewers see">
        <div class="form wide">
          <TextField
            label="Name"
            hint="Shown in place of the dashboard’s title. Empty: the dashboard’s own."
            value={draft.title}
            maxLength={500}
            disabled={isReadOnly}
            onInput={(title) => set({ title })}
            error={wrongIn(error, 'title')}
          />
          <div class="columns">
            <SelectField
              label="Time at the start"
              value={draft.span}
              choices={spanChoices}
              disabled={isReadOnly}
              onChange={(span) => set({ span: span as LiveSpan | '' })}
            />
            <SelectField
              label="Theme"
              value={draft.theme}
              choices={themeChoices}
              disabled={isReadOnly}
              onChange={(theme) => set({ theme: theme as Theme })}
            />
          </div>
          <Switch
            label="Viewers may change the time"
            isOn={draft.selectable}
            disabled={isReadOnly}
            onChange={(selectable) => set({ selectable })}
          />
          <Switch
            label="High density"
            hint="Smaller rows and gaps."
            isOn={draft.dense}
            disabled={isReadOnly}
            onChange={(dense) => set({ dense })}
          />
          <Switch
            label="Viewers may download CSV"
            isOn={draft.download}
            disabled={isReadOnly}
            onChange={(download) => set({ download })}
          />
          <VariableDrafts
            variables={variables}
            drafts={drafts}
            onChange={setDrafts}
            disabled={isReadOnly}
          />
        </div>
      </Card>
      <Card title="Who gets in">
        <div class="form wide">
          <SelectField
            label="Type"
            hint={kMeanings[draft.type]}
            value={draft.type}
            choices={typeChoices(share.type)}
            disabled={isReadOnly}
            onChange={(type) => set({ type: type as ShareType })}
          />
          <TokenField
            label="Sites that may frame it"
            hint={`Origins like https://app.example.com or https://*.example.com, each with its port. Every page around the frame must be one. Empty: ${draft.type === 'embed' ? 'none, and it opens nowhere' : 'any site'}.`}
            placeholder="https://app.example.com"
            values={draft.origins}
            disabled={isReadOnly}
            error={originsWrong}
            onChange={(origins) => set({ origins })}
          />
          <div class="columns">
            <SelectField
              label="A session lasts"
              hint="Sessions that are open keep theirs."
              value={draft.length}
              choices={[{ value: '', label: usualLength(draft.type) }, ...lengths]}
              disabled={isReadOnly}
              onChange={(length) => set({ length })}
            />
            <TextField
              label="The share ends"
              type="datetime-local"
              hint="In your time zone. Empty: it does not end."
              value={draft.ends}
              disabled={isReadOnly}
              onInput={(ends) => set({ ends })}
              error={wrongIn(error, 'expires_at')}
            />
          </div>
          <Switch
            label="Every query must name a model"
            hint="The share is refused when a panel reads a source without row filters."
            isOn={draft.scoped}
            disabled={isReadOnly}
            onChange={(scoped) => set({ scoped })}
          />
        </div>
      </Card>
      <FormError error={originsWrong === null ? elsewhere(error, 'title', 'expires_at') : null} />
      {!isReadOnly && (
        <div class="save-bar">
          <BusyButton isBusy={change.isBusy} disabled={!isChanged || !isWhole}>
            Save
          </BusyButton>
          {isChanged && (
            <button
              type="button"
              class="button"
              onClick={() => {
                setDraft(draftOf(share));
                setDrafts(kept);
                change.clear();
              }}
            >
              Undo
            </button>
          )}
          <span class="muted" role="status">
            {isChanged ? 'Not saved' : ''}
          </span>
        </div>
      )}
    </form>
  );
}
