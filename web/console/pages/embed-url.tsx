// A signed embed URL in Looker's way, and the calls that a cookieless embed needs in its place.
import { useState } from 'preact/hooks';
import { listModels } from '../api/calls';
import type { DashboardSummary } from '../api/types';
import { everyDashboard } from '../data/dashboard-choices';
import { makeEmbedUrl, type EmbedSecret, type EmbedUrlBody } from '../data/keys';
import { namedValues } from '../data/links';
import { findGroups } from '../data/picks';
import { useChange, useResource } from '../state/resource';
import { CodeBlock, CopyLine } from '../ui/bits';
import { Dialog } from '../ui/dialog';
import { SelectField, TextAreaField, TextField } from '../ui/fields';
import { PickSeveral, type Pick } from '../ui/pick-field';
import { elsewhere, FormError, Loaded, wrongIn } from '../ui/states';
import { TokenField } from '../ui/token-field';
import { DialogEnd } from './key-parts';
import { LiveTest } from './live-test';

const kLengths = [
  { value: '300', label: '5 minutes' },
  { value: '900', label: '15 minutes' },
  { value: '3600', label: 'An hour' },
  { value: '28800', label: '8 hours' },
  { value: '86400', label: 'A day' },
  { value: '2592000', label: '30 days' },
];

/** Enough to open dashboards, provisioned ones and others. */
const kUsual = ['access_data', 'see_looks', 'see_user_dashboards', 'see_lookml_dashboards'];

const kFields = [
  'target_url',
  'external_user_id',
  'permissions',
  'models',
  'group_ids',
  'external_group_id',
  'secret_id',
];

export function EmbedUrl({ secrets, onClose }: { secrets: EmbedSecret[]; onClose: () => void }) {
  const ground = useResource('embed url', async (signal) => ({
    dashboards: await everyDashboard(signal),
    models: (await listModels(signal)).models.map(({ name }) => name),
  }));
  const [made, setMade] = useState<{ url: string; body: EmbedUrlBody } | null>(null);
  if (made) return <Made made={made} onBack={() => setMade(null)} onClose={onClose} />;
  if (ground.value === null || ground.value.dashboards.length === 0) {
    return (
      <Dialog title="Embed URL" onClose={onClose}>
        <Loaded from={ground} what="dashboards">
          {() => <p>There is no dashboard to embed yet. Make or import one first.</p>}
        </Loaded>
      </Dialog>
    );
  }
  return <Form {...ground.value} secrets={secrets} onMade={setMade} onClose={onClose} />;
}

function Form({
  dashboards,
  models: known,
  secrets,
  onMade,
  onClose,
}: {
  dashboards: DashboardSummary[];
  models: string[];
  secrets: EmbedSecret[];
  onMade: (made: { url: string; body: EmbedUrlBody }) => void;
  onClose: () => void;
}) {
  const [uid, setUid] = useState(dashboards[0]?.uid ?? '');
  const [user, setUser] = useState('viewer-1');
  const [first, setFirst] = useState('');
  const [last, setLast] = useState('');
  const [permissions, setPermissions] = useState(kUsual);
  const [models, setModels] = useState(known);
  const [groups, setGroups] = useState<Pick[]>([]);
  const [group, setGroup] = useState('');
  const [attributes, setAttributes] = useState('');
  const [length, setLength] = useState('3600');
  const [secret, setSecret] = useState('');
  const [fault, setFault] = useState<string | null>(null);
  const change = useChange(
    uid,
    user,
    first,
    last,
    permissions,
    models,
    groups,
    group,
    attributes,
    length,
    secret,
  );
  const signing = secrets.filter((one) => one.enabled && !one.expired);

  const submit = (): void => {
    const { values, fault: wrong } = namedValues(attributes);
    setFault(wrong);
    if (wrong !== null) return;
    const body: EmbedUrlBody = {
      target_url: `${window.location.origin}/embed/dashboards/${encodeURIComponent(uid)}`,
      external_user_id: user.trim(),
      session_length: Number(length),
      permissions,
      models,
      ...(first.trim() === '' ? {} : { first_name: first.trim() }),
      ...(last.trim() === '' ? {} : { last_name: last.trim() }),
      ...(groups.length === 0 ? {} : { group_ids: groups.map(({ value }) => value) }),
      ...(group.trim() === '' ? {} : { external_group_id: group.trim() }),
      ...(values.length === 0
        ? {}
        : { user_attributes: Object.fromEntries(values.map((one) => [one.name, one.value])) }),
      ...(secret === '' ? {} : { secret_id: Number(secret) }),
    };
    void change.run(async () => {
      const { url } = await makeEmbedUrl(body);
      onMade({ url, body });
    });
  };

  const attributeFault =
    fault ??
    (change.error !== null && elsewhere(change.error, ...kFields) !== null
      ? attributeWords(change.error)
      : null);
  return (
    <Dialog
      title="Embed URL"
      onClose={onClose}
      onSubmit={submit}
      actions={<DialogEnd act="Sign it" isBusy={change.isBusy} onClose={onClose} />}
    >
      <p>What your backend would ask for with POST /api/4.0/embed/sso_url.</p>
      <SelectField
        label="Dashboard"
        value={uid}
        choices={dashboards.map((one) => ({ value: one.uid, label: one.title }))}
        onChange={setUid}
        error={wrongIn(change.error, 'target_url')}
      />
      <TextField
        label="External user id"
        hint="The id that your application has for the person, who is added here at the first visit."
        value={user}
        maxLength={255}
        onInput={setUser}
        error={wrongIn(change.error, 'external_user_id')}
        autofocus
      />
      <div class="columns">
        <TextField label="First name" value={first} maxLength={255} onInput={setFirst} />
        <TextField label="Last name" value={last} maxLength={255} onInput={setLast} />
      </div>
      <TokenField
        label="Permissions"
        values={permissions}
        onChange={setPermissions}
        error={wrongIn(change.error, 'permissions')}
      />
      <TokenField
        label="Models"
        hint="What the dashboards read: names of models, or of sources over which there is none."
        values={models}
        onChange={setModels}
        error={wrongIn(change.error, 'models')}
      />
      <TextAreaField
        label="User attributes"
        hint="One a line, like airport=ATL. Row filters are bound to them."
        rows={3}
        value={attributes}
        onInput={(value) => {
          setAttributes(value);
          setFault(null);
        }}
        error={attributeFault}
      />
      <PickSeveral
        label="Groups"
        find={findGroups}
        chosen={groups}
        onChange={setGroups}
        error={wrongIn(change.error, 'group_ids')}
      />
      <TextField
        label="External group"
        hint="Your application’s own name for a group; made here when it is new."
        value={group}
        onInput={setGroup}
        error={wrongIn(change.error, 'external_group_id')}
      />
      <SelectField
        label="The session lasts"
        value={length}
        choices={kLengths}
        onChange={setLength}
      />
      <SelectField
        label="Signed with"
        value={secret}
        choices={[
          { value: '', label: signing.length === 0 ? 'A new secret' : 'The newest secret' },
          ...signing.map((one) => ({
            value: String(one.id),
            label: `••••${one.suffix}${one.note === '' ? '' : ` (${one.note})`}`,
          })),
        ]}
        onChange={setSecret}
        error={wrongIn(change.error, 'secret_id')}
      />
      <FormError error={attributeFault === null ? elsewhere(change.error, ...kFields) : null} />
    </Dialog>
  );
}

/** Which attribute is wrong stands in the field's name. */
function attributeWords(error: unknown): string | null {
  const field = (error as { field?: unknown }).field;
  if (typeof field !== 'string' || !field.startsWith('user_attributes')) return null;
  return `${field.replace('user_attributes.', '')}: ${(error as Error).message}`;
}

function cookielessCalls(body: EmbedUrlBody): { acquire: string; frame: string } {
  const { target_url: target, secret_id: _secret, ...person } = body;
  const { origin, pathname } = new URL(target);
  const acquire = [
    '# In your backend, for each visitor. The token comes from POST /api/4.0/login with the client id',
    '# and the secret of a Looker API client; the User-Agent is that of the visitor’s browser.',
    `curl '${origin}/api/4.0/embed/cookieless_session/acquire' \\`,
    '  -H "Authorization: Bearer $LOOKER_ACCESS_TOKEN" -H "User-Agent: $VISITORS_USER_AGENT" \\',
    "  -H 'Content-Type: application/json' \\",
    `  -d '${JSON.stringify(person, null, 2).replaceAll("'", "'\\''")}'`,
    '',
    '# Before the tokens end (10 minutes), with the session_reference_token of the answer above:',
    `curl -X PUT '${origin}/api/4.0/embed/cookieless_session/generate_tokens' \\`,
    '  -H "Authorization: Bearer $LOOKER_ACCESS_TOKEN" -H "User-Agent: $VISITORS_USER_AGENT" \\',
    "  -H 'Content-Type: application/json' \\",
    '  -d \'{"session_reference_token": "…", "api_token": "…", "navigation_token": "…"}\'',
  ].join('\n');
  const inner = `${pathname}?embed_domain=https%3A%2F%2Fapp.example.com&embed_navigation_token=NAVIGATION_TOKEN`;
  const frame = `${origin}/login/embed/${encodeURIComponent(inner)}?embed_authentication_token=AUTHENTICATION_TOKEN`;
  return { acquire, frame };
}

function Made({
  made,
  onBack,
  onClose,
}: {
  made: { url: string; body: EmbedUrlBody };
  onBack: () => void;
  onClose: () => void;
}) {
  const [isOpen, setOpen] = useState(false);
  const cookieless = cookielessCalls(made.body);
  return (
    <Dialog
      title="Embed URL"
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
      <p>It opens once, within five minutes. Opening it here spends it.</p>
      <CopyLine label="Embed URL" text={made.url} />
      {isOpen && <LiveTest url={made.url} />}
      <details>
        <summary>The same without cookies and signatures: cookieless calls</summary>
        <CodeBlock label="Calls of your backend" text={cookieless.acquire} />
        <CopyLine label="First address of the frame" text={cookieless.frame} />
      </details>
    </Dialog>
  );
}
