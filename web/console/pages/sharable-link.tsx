// A sharable link of one key, as Alibaba Cloud's managed Grafana has them, in its three versions.
import { useState } from 'preact/hooks';
import { everyDashboard, panelsOf } from '../data/dashboard-choices';
import { getSharing, makeSharableLink, type AccountKey, type Sharing } from '../data/keys';
import { dashboardUrl, keyFault, namedValues, urlWithKey } from '../data/links';
import type { DashboardSummary } from '../api/types';
import { me } from '../state/app';
import { useChange, useResource } from '../state/resource';
import { CopyLine } from '../ui/bits';
import { Dialog } from '../ui/dialog';
import { SelectField, TextAreaField, TextField } from '../ui/fields';
import { Glyph } from '../ui/icons';
import { elsewhere, FormError, Loaded, wrongIn } from '../ui/states';
import { TokenField } from '../ui/token-field';
import { DialogEnd } from './key-parts';
import { LiveTest } from './live-test';

const kVersions: Record<string, { label: string; hint: string }> = {
  1: {
    label: 'Version 1: the key in the link',
    hint: 'Whoever sees the link has the key, for as long as the key works. Only where nothing else will do.',
  },
  2: {
    label: 'Version 2: signed, for a minute',
    hint: 'Opens for a minute after it was made. The vendor signs the time alone: it opens every dashboard that the key sees.',
  },
  3: {
    label: 'Version 3: signed as a whole',
    hint: 'Opens once, this dashboard only, with the variables locked that are named below.',
  },
};

const kSessions = [
  { value: '900', label: '15 minutes' },
  { value: '3600', label: 'An hour' },
  { value: '28800', label: '8 hours' },
  { value: '86400', label: 'A day' },
];

const kValid = [
  { value: '60', label: 'A minute' },
  { value: '600', label: '10 minutes' },
  { value: '3600', label: 'An hour' },
];

export function SharableLink({ row, onClose }: { row: AccountKey; onClose: () => void }) {
  const ground = useResource('sharable link', async (signal) => ({
    sharing: await getSharing(signal),
    dashboards: await everyDashboard(signal),
  }));
  const [made, setMade] = useState<{ url: string; until: string | null } | null>(null);
  if (made) return <Made row={row} made={made} onBack={() => setMade(null)} onClose={onClose} />;
  if (ground.value === null || ground.value.dashboards.length === 0) {
    return (
      <Dialog title={`Sharable link of “${row.name}”`} onClose={onClose}>
        <Loaded from={ground} what="dashboards">
          {() => <p>There is no dashboard to share yet. Make or import one first.</p>}
        </Loaded>
      </Dialog>
    );
  }
  return <Form row={row} {...ground.value} onMade={setMade} onClose={onClose} />;
}

function Form({
  row,
  sharing,
  dashboards,
  onMade,
  onClose,
}: {
  row: AccountKey;
  sharing: Sharing;
  dashboards: DashboardSummary[];
  onMade: (made: { url: string; until: string | null }) => void;
  onClose: () => void;
}) {
  const [version, setVersion] = useState(String(Math.max(...sharing.versions, 1)));
  const [uid, setUid] = useState(dashboards[0]?.uid ?? '');
  const [panel, setPanel] = useState('');
  const [variables, setVariables] = useState('');
  const [locked, setLocked] = useState<string[]>([]);
  const [bounded, setBounded] = useState<string[]>([]);
  const [session, setSession] = useState('3600');
  const [valid, setValid] = useState('600');
  const [key, setKey] = useState('');
  const [faults, setFaults] = useState<{ variables: string | null; key: string | null }>({
    variables: null,
    key: null,
  });
  const panels = useResource(`panels ${uid}`, (signal) => panelsOf(uid, signal));
  const change = useChange(version, uid, panel, variables, locked, bounded, session, valid, key);
  const isAccepted = sharing.enabled && sharing.versions.includes(Number(version));

  const submit = (): void => {
    const { values, fault } = namedValues(variables);
    const wrongKey = version === '1' ? keyFault(key) : null;
    setFaults({ variables: fault, key: wrongKey });
    if (fault !== null || wrongKey !== null) return;
    const url = dashboardUrl({
      origin: window.location.origin,
      uid,
      title: dashboards.find((one) => one.uid === uid)?.title ?? uid,
      organization: me.value?.organization.id ?? 1,
      ...(panel === '' ? {} : { panel }),
      variables: values,
    });
    void change.run(async () => {
      if (version === '1') {
        // The key stays in this browser.
        onMade({ url: urlWithKey(url, key), until: null });
        return;
      }
      const link = await makeSharableLink(row.id, {
        url,
        version: Number(version),
        session_seconds: Math.min(Number(session), sharing.longest_session_seconds),
        ...(version === '3' ? { valid_seconds: Number(valid), locked, bounded } : {}),
      });
      onMade({ url: link.url, until: link.valid_until });
    });
  };

  return (
    <Dialog
      title={`Sharable link of “${row.name}”`}
      onClose={onClose}
      onSubmit={submit}
      actions={<DialogEnd act="Make the link" isBusy={change.isBusy} onClose={onClose} />}
    >
      {!isAccepted && <Refused sharing={sharing} version={version} />}
      <SelectField
        label="Version"
        hint={kVersions[version]?.hint}
        value={version}
        choices={Object.entries(kVersions).map(([value, { label }]) => ({ value, label }))}
        onChange={setVersion}
      />
      <SelectField
        label="Dashboard"
        value={uid}
        choices={dashboards.map((one) => ({ value: one.uid, label: one.title }))}
        onChange={(value) => {
          setUid(value);
          setPanel('');
        }}
        error={wrongIn(change.error, 'url')}
      />
      <SelectField
        label="Panel"
        value={panel}
        choices={[
          { value: '', label: 'The whole dashboard' },
          ...(panels.value ?? []).map(({ id, title }) => ({ value: id, label: title })),
        ]}
        onChange={setPanel}
      />
      <TextAreaField
        label="Variables"
        hint="One a line, like region=eu. A name may stand several times."
        rows={3}
        value={variables}
        onInput={(value) => {
          setVariables(value);
          setFaults({ ...faults, variables: null });
        }}
        error={faults.variables}
      />
      {version === '1' && (
        <TextField
          label="The key itself"
          hint="It is not kept here. What you paste stays in this browser."
          value={key}
          onInput={(value) => {
            setKey(value);
            setFaults({ ...faults, key: null });
          }}
          error={faults.key}
          isCode
        />
      )}
      {version === '3' && (
        <>
          <TokenField
            label="Locked variables"
            hint="Names. The viewer sees their values above and no others."
            values={locked}
            onChange={setLocked}
          />
          <TokenField
            label="Bounded variables"
            hint="Names. The viewer chooses among their values above."
            values={bounded}
            onChange={setBounded}
          />
          <SelectField label="Opens within" value={valid} choices={kValid} onChange={setValid} />
        </>
      )}
      {version !== '1' && (
        <SelectField
          label="The session lasts"
          value={session}
          choices={kSessions.filter(
            ({ value }) => value === '900' || Number(value) <= sharing.longest_session_seconds,
          )}
          onChange={setSession}
        />
      )}
      <FormError error={elsewhere(change.error, 'url')} />
    </Dialog>
  );
}

function Refused({ sharing, version }: { sharing: Sharing; version: string }) {
  const accepted = sharing.versions.map((one) => `v${one}`).join(', ');
  return (
    <p class="notice bad">
      <Glyph name="alert" />
      <span>
        {sharing.enabled
          ? `This server accepts ${accepted} and refuses version ${version}. Its operator adds it to aliyun.api_key_share_version.`
          : 'Sharable links are switched off on this server: none opens. Its operator switches them on with aliyun.api_key_share.'}
      </span>
    </p>
  );
}

function Made({
  row,
  made,
  onBack,
  onClose,
}: {
  row: AccountKey;
  made: { url: string; until: string | null };
  onBack: () => void;
  onClose: () => void;
}) {
  const [isOpen, setOpen] = useState(false);
  return (
    <Dialog
      title={`Sharable link of “${row.name}”`}
      width="wide"
      onClose={onClose}
      actions={
        <>
          <button type="button" class="button" onClick={onBack}>
            Make another
          </button>
          {!isOpen && (
            <button type="button" class="button primary" onClick={() => setOpen(true)}>
              Open it in a frame
            </button>
          )}
        </>
      }
    >
      <p>
        {made.until === null
          ? 'The key stands in it: treat the link like the key. Opening it sends the key to this server.'
          : `It opens until ${new Date(made.until).toLocaleTimeString()}.`}
      </p>
      <CopyLine label="Link" text={made.url} />
      {isOpen && <LiveTest url={made.url} />}
    </Dialog>
  );
}
