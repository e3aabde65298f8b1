// A new dashboard: its title, where it reads from, its first panel; then the editor. From another
// one it begins with a copy of that.
import { useState } from 'preact/hooks';
import type { JsonObject } from '../api/types';
import { loadDashboard } from '../data/edit';
import { readable, type Readable } from '../data/query';
import { NewDashboard } from '../pages/new-dashboard';
import { may } from '../state/app';
import { useResource } from '../state/resource';
import { place, to } from '../state/router';
import { BusyButton } from '../ui/bits';
import { SelectField, TextField } from '../ui/fields';
import { Glyph } from '../ui/icons';
import { Link } from '../ui/link';
import { Card, Page } from '../ui/page';
import { Empty, Loaded } from '../ui/states';
import { Editor } from './editor';
import { KindPicker } from './kind-picker';
import { freshPanel } from './new-panel';
import { asks, kKinds, type PanelKind } from './panel-kinds';
import { keepUnsent, unsentOf } from './unsent';
import { UnsentDialog } from './unsent-dialog';

const kTrail = [{ label: 'Dashboards', href: to('dashboards') }];

export function NewPage() {
  const { query } = place.value;
  if (!may('dashboards_write')) {
    return (
      <Page title="New dashboard" trail={kTrail}>
        <Empty title="You may look at dashboards">
          <p>Making new ones is not part of your role.</p>
          <Link href={to('dashboards')} class="button">
            Go to the dashboards
          </Link>
        </Empty>
      </Page>
    );
  }
  if (query.get('as') === 'json') return <NewDashboard />;
  return <Beginning from={query.get('from')} />;
}

interface Begun extends Readable {
  copied: JsonObject | null;
}

function Beginning({ from }: { from: string | null }) {
  const begun = useResource<Begun>(`new dashboard ${from ?? ''}`, async (signal) => {
    const [reading, dashboard] = await Promise.all([
      readable(signal),
      from === null ? null : loadDashboard(from, signal),
    ]);
    return { ...reading, copied: dashboard && copyOf(dashboard.document) };
  });
  const [unsent, setUnsent] = useState(() => unsentOf(null));
  const [document, setDocument] = useState<JsonObject | null>(null);
  const [first, setFirst] = useState<Begun | null>(null);
  if (first === null && begun.value !== null) setFirst(begun.value);
  if (first === null || document === null) {
    return (
      <Page
        title="New dashboard"
        trail={kTrail}
        actions={
          <Link href={`${to('dashboards', 'new')}?as=json`} class="button">
            Write its JSON
          </Link>
        }
      >
        <Loaded from={begun} what="the sources">
          {(reading) => <Wizard begun={reading} onBegin={setDocument} />}
        </Loaded>
        {unsent && (
          <UnsentDialog
            unsent={unsent}
            isOlder={false}
            onTake={() => {
              setDocument(unsent.document);
              setUnsent(null);
            }}
            onDiscard={() => {
              keepUnsent(null, null);
              setUnsent(null);
            }}
          />
        )}
      </Page>
    );
  }
  return (
    <Editor
      uid={null}
      kept={{ document: {}, revision: null }}
      document={document}
      sources={first.sources}
      models={first.models}
    />
  );
}

/** In place of the choice of a source. */
function NoSource({ isWrong }: { isWrong: boolean }) {
  return (
    <div>
      <p class="notice">
        <Glyph name="data" />
        <span>
          There is no source yet, so a panel with a query has nothing to read.{' '}
          {may('sources_write') ? (
            <Link href={to('new-source')}>Add the first one</Link>
          ) : (
            'An administrator adds the first one.'
          )}
        </span>
      </p>
      {isWrong && (
        <p class="field-error" role="alert">
          A panel of this kind needs a source. Add one, or begin with a text.
        </p>
      )}
    </div>
  );
}

/** Under a uid of its own, which the server chooses. */
function copyOf(document: JsonObject): JsonObject {
  const { uid: _uid, ...rest } = document;
  return {
    ...rest,
    title: `${typeof rest['title'] === 'string' ? rest['title'] : 'Dashboard'}, copy`,
  };
}

function Wizard({ begun, onBegin }: { begun: Begun; onBegin: (document: JsonObject) => void }) {
  const { sources, copied } = begun;
  const known = typeof copied?.['title'] === 'string' ? copied['title'] : '';
  const [title, setTitle] = useState(known);
  const [name, setName] = useState(sources[0]?.name ?? '');
  const source = sources.find((one) => one.name === name);
  // A text needs no source.
  const [kind, setKind] = useState<PanelKind>(sources.length > 0 ? 'table' : 'text');
  const [isTried, setTried] = useState(false);
  const isWhole = title.trim() !== '' && (copied !== null || source !== undefined || !asks(kind));
  const begin = (): void => {
    setTried(true);
    if (!isWhole) return;
    if (copied) {
      onBegin({ ...copied, title: title.trim() });
      return;
    }
    const { w, h } = kKinds[kind];
    const panel = { id: 1, ...freshPanel(kind, source), grid: { x: 0, y: 0, w, h } };
    onBegin({ title: title.trim(), panels: [panel] });
  };
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        begin();
      }}
    >
      <Card>
        <div class="form wide">
          <TextField
            label="Title"
            value={title}
            maxLength={200}
            autofocus
            error={isTried && title.trim() === '' ? 'A dashboard needs a title.' : null}
            onInput={setTitle}
          />
          {copied === null &&
            (sources.length > 0 ? (
              <SelectField
                label="Source"
                hint="Where its first panel reads from. Every panel may read from another."
                value={name}
                choices={sources.map((one) => ({
                  value: one.name,
                  label: `${one.name} (${one.type})`,
                }))}
                onChange={setName}
              />
            ) : (
              <NoSource isWrong={isTried && asks(kind)} />
            ))}
        </div>
        {copied === null && (
          <>
            <h2 class="kinds-title">First panel</h2>
            <KindPicker label="First panel" value={kind} without={['row']} onChoose={setKind} />
          </>
        )}
        <div class="save-bar">
          <BusyButton isBusy={false}>Begin</BusyButton>
          <span class="muted">Nothing is kept until you create it in the editor.</span>
        </div>
      </Card>
    </form>
  );
}
