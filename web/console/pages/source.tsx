// One source: its settings, what it has, and who reads it.
import { wordsOf } from '../api/client';
import {
  deleteSource,
  getSource,
  sourceUses,
  testSource,
  type SourceDetail,
  type Trial,
  type Uses,
} from '../data/sources';
import { kindOf, labelOfType } from '../data/source-types';
import { useState } from 'preact/hooks';
import { may } from '../state/app';
import { confirm } from '../state/confirming';
import { useChange, useResource } from '../state/resource';
import { navigate, to } from '../state/router';
import { toast } from '../state/toasts';
import { Badge, BusyButton } from '../ui/bits';
import { Glyph } from '../ui/icons';
import { Link } from '../ui/link';
import { Card, Page, Tabs } from '../ui/page';
import { Failed, FormError, Loaded, Loading } from '../ui/states';
import { SchemaBrowser } from './source-schema';
import { SourceForm, TrialResult } from './source-form';

export type SourceTab = 'settings' | 'schema' | 'uses';

const kTrail = [{ label: 'Sources & models', href: to('sources') }];

export function SourcePage({ name, tab }: { name: string; tab: SourceTab }) {
  // An Editor writes queries, and so may see what there is to ask for; the settings are an Admin's.
  return may('sources_write') ? (
    <WholeSource name={name} tab={tab} />
  ) : (
    <Page title={name} trail={kTrail}>
      <SchemaBrowser name={name} />
    </Page>
  );
}

function WholeSource({ name, tab }: { name: string; tab: SourceTab }) {
  const source = useResource(`source ${name}`, (signal) => getSource(name, signal));
  const { value } = source;
  if (!value) {
    return (
      <Page title={name} trail={kTrail}>
        {source.error !== null ? (
          <Failed error={source.error} onRetry={source.reload} />
        ) : (
          <Loading what="the source" />
        )}
      </Page>
    );
  }
  const tabs = [
    { label: 'Settings', href: to('sources', name), isCurrent: tab === 'settings' },
    {
      label: value.type === 'prometheus' ? 'Metrics' : 'Tables',
      href: to('sources', name, 'schema'),
      isCurrent: tab === 'schema',
    },
    { label: 'Who reads it', href: to('sources', name, 'uses'), isCurrent: tab === 'uses' },
  ];
  return (
    <Page
      title={name}
      trail={kTrail}
      actions={value.origin !== 'provisioning' && <Delete source={value} />}
    >
      <p class="facts-line">
        <span>{labelOfType(value.type)}</span>
        {value.default && <Badge tone="good">Default</Badge>}
        {value.origin === 'provisioning' && <Badge>Provisioned</Badge>}
        {value.origin === 'grafana' && <Badge>Grafana’s API</Badge>}
      </p>
      <Tabs label="Of this source" tabs={tabs} />
      {source.error !== null && <Failed error={source.error} onRetry={source.reload} />}
      {tab === 'settings' && <Settings source={value} onSaved={source.set} />}
      {tab === 'schema' && <SchemaBrowser name={name} />}
      {tab === 'uses' && <UsesCard name={name} />}
    </Page>
  );
}

function Settings({
  source,
  onSaved,
}: {
  source: SourceDetail;
  onSaved: (source: SourceDetail) => void;
}) {
  const kind = kindOf(source.type);
  if (source.settings !== null && kind !== undefined) {
    return <SourceForm kind={kind} source={source} onSaved={onSaved} />;
  }
  return <ReadOnly source={source} />;
}

function ReadOnly({ source }: { source: SourceDetail }) {
  const [trial, setTrial] = useState<Trial | null>(null);
  const trying = useChange();
  return (
    <Card title="Read-only here">
      <p class="prose">
        {source.origin === 'provisioning'
          ? 'This source comes from a provisioning folder: it is changed in its file, and its settings are not shown.'
          : 'This source was made through Grafana’s API: it is changed there, so that what its clients show stays true.'}
      </p>
      <div aria-live="polite">{trial && <TrialResult trial={trial} />}</div>
      <FormError error={trying.error} />
      <div class="head-actions">
        <BusyButton
          class="button"
          type="button"
          isBusy={trying.isBusy}
          onClick={() =>
            void trying.run(async () => setTrial(await testSource({ name: source.name })))
          }
        >
          Test the connection
        </BusyButton>
      </div>
    </Card>
  );
}

function Delete({ source }: { source: SourceDetail }) {
  const remove = async (): Promise<void> => {
    const isSure = await confirm({
      title: `Delete the source “${source.name}” for good?`,
      text: 'Its settings and password are gone. It is refused while a dashboard, look or model reads it.',
      act: 'Delete for good',
      typed: source.name,
    });
    if (!isSure) return;
    try {
      await deleteSource(source.name, source.revision);
      toast('The source is deleted.');
      await navigate(to('sources'));
    } catch (error) {
      toast(wordsOf(error), 'bad');
    }
  };
  return (
    <button type="button" class="button danger" onClick={() => void remove()}>
      <Glyph name="bin" />
      Delete
    </button>
  );
}

function UsesCard({ name }: { name: string }) {
  const uses = useResource(`source uses ${name}`, (signal) => sourceUses(name, signal));
  return (
    <Card title="Who reads it" hint="While anything reads it, it cannot be deleted.">
      <Loaded from={uses} what="who reads it">
        {(value) => <UsesList uses={value} none="Nothing reads this source." />}
      </Loaded>
    </Card>
  );
}

export function UsesList({ uses, none }: { uses: Uses; none: string }) {
  const isNone =
    uses.dashboards.length === 0 && uses.looks.length === 0 && uses.models.length === 0;
  if (isNone) return <p class="muted">{none}</p>;
  return (
    <ul class="uses">
      {uses.models.map((model) => (
        <li key={`model ${model}`}>
          Model <Link href={to('models', model)}>{model}</Link>
        </li>
      ))}
      {uses.dashboards.map(({ uid, title }) => (
        <li key={`dashboard ${uid}`}>
          Dashboard <Link href={to('dashboards', uid)}>{title}</Link>
        </li>
      ))}
      {uses.looks.map((title, at) => (
        <li key={`look ${at}`}>Look {title}</li>
      ))}
    </ul>
  );
}
