// One model: relations and row filters, the rows that somebody would see, and what is proven.
import { wordsOf } from '../api/client';
import type { Model } from '../api/types';
import { deleteModel, getModel, modelUses } from '../data/sources';
import { may } from '../state/app';
import { confirm } from '../state/confirming';
import { useResource } from '../state/resource';
import { navigate, place, to } from '../state/router';
import { toast } from '../state/toasts';
import { Badge } from '../ui/bits';
import { Glyph } from '../ui/icons';
import { Link } from '../ui/link';
import { Card, Page, Tabs } from '../ui/page';
import { Failed, Loaded, Loading } from '../ui/states';
import { ModelForm } from './model-form';
import { ModelPreview } from './model-preview';
import { DashboardProof } from './proof';

export type ModelTab = 'relations' | 'preview' | 'uses';

const kTrail = [{ label: 'Sources & models', href: to('sources') }];

export function ModelPage({ name, tab }: { name: string; tab: ModelTab }) {
  const model = useResource(`model ${name}`, (signal) => getModel(name, signal));
  const { value } = model;
  if (!value) {
    return (
      <Page title={name} trail={kTrail}>
        {model.error !== null ? (
          <Failed error={model.error} onRetry={model.reload} />
        ) : (
          <Loading what="the model" />
        )}
      </Page>
    );
  }
  const tabs = [
    { label: 'Relations', href: to('models', name), isCurrent: tab === 'relations' },
    ...(may('sources_write')
      ? [
          {
            label: 'Rows',
            href: to('models', name, 'preview'),
            isCurrent: tab === 'preview',
          },
        ]
      : []),
    { label: 'Proofs', href: to('models', name, 'uses'), isCurrent: tab === 'uses' },
  ];
  return (
    <Page
      title={value.label}
      trail={kTrail}
      actions={!value.provisioned && <Delete model={value} />}
    >
      <p class="facts-line">
        <span class="code">{name}</span>
        <span>
          over <Link href={to('sources', value.source)}>{value.source}</Link>
        </span>
        {value.provisioned && <Badge>Provisioned</Badge>}
      </p>
      <Tabs label="Of this model" tabs={tabs} />
      {model.error !== null && <Failed error={model.error} onRetry={model.reload} />}
      {tab === 'relations' && value.provisioned && (
        <p class="notice">
          <Glyph name="lock" />
          <span>
            This model comes from a provisioning folder: it is read-only here and changed in its
            file.
          </span>
        </p>
      )}
      {tab === 'relations' && <ModelForm model={value} onSaved={model.set} />}
      {tab === 'preview' && <ModelPreview model={value} />}
      {tab === 'uses' && <ModelUses name={name} />}
    </Page>
  );
}

export function NewModel() {
  return (
    <Page
      title="New model"
      trail={kTrail}
      lead="Which relations of a source queries may read, and which of their rows a person sees."
    >
      <ModelForm
        model={null}
        source={place.value.query.get('source') ?? ''}
        onSaved={({ name }) => void navigate(to('models', name))}
      />
    </Page>
  );
}

function Delete({ model }: { model: Model }) {
  const remove = async (): Promise<void> => {
    const isSure = await confirm({
      title: `Delete the model “${model.label}” for good?`,
      text: 'It is refused while a dashboard, look or share is proven by it. Links that name the model show nothing from then on.',
      act: 'Delete for good',
      typed: model.name,
    });
    if (!isSure) return;
    try {
      await deleteModel(model.name, model.version);
      toast('The model is deleted.');
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

function ModelUses({ name }: { name: string }) {
  const uses = useResource(`model uses ${name}`, (signal) => modelUses(name, signal));
  return (
    <Loaded from={uses} what="who reads it">
      {({ dashboards, looks }) => (
        <>
          {dashboards.length === 0 && looks.length === 0 && (
            <Card title="Nothing reads this model yet">
              <p class="muted">
                A query names it in place of a source: “model”: “{name}”. Then it is proven here.
              </p>
            </Card>
          )}
          {dashboards.map(({ uid }) => (
            <DashboardProof key={uid} uid={uid} />
          ))}
          {looks.length > 0 && (
            <Card title="Looks">
              <ul class="uses">
                {looks.map((title, at) => (
                  <li key={at}>{title}</li>
                ))}
              </ul>
            </Card>
          )}
        </>
      )}
    </Loaded>
  );
}
