// One panel: how it looks, live, beside everything that can be said about it.
import { useMemo, useRef, useState } from 'preact/hooks';
import type { ComponentChildren } from 'preact';
import type { Json, JsonObject, Model, Source } from '../api/types';
import {
  faultsByName,
  namesOf,
  sourceVariables,
  textsByName,
  variableNames,
} from '../query/queries';
import { QueryList } from '../query/query-list';
import { TextAreaField } from '../ui/fields';
import { Glyph } from '../ui/icons';
import {
  idOf,
  isObject,
  nameOf,
  objectOf,
  objects,
  textOf,
  withMember,
  withPart,
} from './document';
import type { DraftViewer } from './draft-viewer';
import { faultAt, faultWords, type Fault } from './faults';
import { KindIcon, KindPicker } from './kind-picker';
import { firstQuery, isPromql, usualSource, withKind } from './new-panel';
import { onOff, type Option } from './option';
import { Options, type Around } from './option-fields';
import { Overrides, overridesOf } from './overrides';
import {
  groupsOf,
  kLinks,
  kPanelTexts,
  kPanelTime,
  kRepeat,
  kTransparent,
  optionNames,
} from './panel-options';
import { asks, kindOf, kKinds } from './panel-kinds';
import { Picture } from './tile';
import { TransformationList } from './transformation-list';

export interface PanelEditorProps {
  document: JsonObject;
  panel: JsonObject;
  viewer: DraftViewer;
  sources: Source[];
  models: Model[];
  faults: readonly Fault[];
  onChange: (panel: JsonObject, label: string, group?: string) => void;
}

const kCollapsed = onOff(false)('collapsed', 'Folded at first');

export function PanelEditor(props: PanelEditorProps) {
  const { document, panel, viewer, sources, models, faults, onChange } = props;
  const id = idOf(panel);
  const kind = kindOf(panel);
  const name = nameOf(panel);
  const variables = objects(document['variables']).map((variable) => textOf(variable['name']));
  // Another kind takes other options; those of the one before are there again when it comes back.
  const shelf = useRef<JsonObject>({});
  const picture = viewer.pictureOf(id);
  const state = picture ? viewer.panel(picture.id).value : null;
  const known = useMemo(() => viewer.columnsOf(id), [viewer, id, state?.frames]);
  const own = faults.filter((fault) => fault.panel === id);
  const around: Around = {
    names: {
      columns: known,
      variables,
      queries: namesOf(objects(panel['queries'])),
    },
    fault: faultAt(faults, id),
  };
  if (!kind) {
    return (
      <p class="notice bad">
        <Glyph name="alert" />
        <span>
          This editor does not know panels of type {textOf(panel['type'])}. They stay as they are.
        </span>
      </p>
    );
  }
  const options = objectOf(panel['options']);
  const set = (next: JsonObject, option: Option): void =>
    onChange(next, `${option.label} of “${name}”`, `${id} ${option.name}`);
  const setOptions = (next: JsonObject, option: Option): void =>
    onChange(
      withPart(panel, 'options', next),
      `${option.label} of “${name}”`,
      `${id} options ${option.name}`,
    );
  const source = usualSource(document, sources);
  const queries = Array.isArray(panel['queries']) ? panel['queries'] : [];
  const told = faultsByName(queries, own);
  const elsewhere = own.filter((fault) => !isAtQuery(fault));
  const [only] = queries.length === 1 ? namesOf(queries) : [];
  // The source's words stand at the query where it can only be this one.
  const failure = own.length === 0 && state?.status === 'error' ? state.error : null;
  const wrong = only !== undefined && failure ? { [only]: failure.message } : told;
  return (
    <div class="panel-editor">
      <div class="panel-editor-view">
        <div class={`panel-preview ${kind === 'row' ? 'of-row' : ''}`}>
          {kind === 'row' ? (
            <p class="muted">
              A row is a heading over the panels below it, up to the next row. It folds them away.
            </p>
          ) : (
            <Picture
              panel={panel}
              kind={kind}
              viewer={viewer}
              id={id}
              fault={null}
              waits={waitsFor(own, queries)}
            />
          )}
        </div>
        {elsewhere.length > 0 && (
          <div class="notice bad" role="alert">
            <Glyph name="alert" />
            <ul>
              {elsewhere.map((fault) => (
                <li key={fault.path}>{faultWords(fault, document)}</li>
              ))}
            </ul>
          </div>
        )}
        {asks(kind) && (
          <section class="card" aria-label="Queries">
            <h2>Queries</h2>
            <QueryList
              queries={queries}
              language={isPromql(source) ? 'promql' : 'sql'}
              sources={sources}
              models={models}
              variables={variableNames(document)}
              sourceVariables={sourceVariables(document)}
              errors={wrong}
              keepsOne
              onRun={() => viewer.askAgain(id)}
              onChange={(next) =>
                onChange(
                  withMember(panel, 'queries', next),
                  `Queries of “${name}”`,
                  `${id} queries`,
                )
              }
            />
          </section>
        )}
        {kind === 'text' && (
          <section class="card" aria-label="Text">
            <TextAreaField
              label="Markdown"
              hint="Tables, links and images’ descriptions as on GitHub; $name is a variable."
              rows={12}
              value={textOf(panel['markdown'])}
              error={around.fault('markdown')}
              onInput={(text) =>
                onChange({ ...panel, markdown: text }, `Text of “${name}”`, `${id} markdown`)
              }
            />
          </section>
        )}
        {asks(kind) && (
          <Part title="Transformations" count={objects(panel['transformations']).length}>
            <TransformationList
              list={objects(panel['transformations'])}
              around={around}
              onChange={(list) =>
                onChange(
                  withPart(panel, 'transformations', list),
                  `Transformations of “${name}”`,
                  `${id} transformations`,
                )
              }
            />
          </Part>
        )}
      </div>
      <div class="panel-editor-form">
        <section class="card" aria-label="Panel">
          <h2>Panel</h2>
          <Options
            options={[...kPanelTexts.slice(0, 1), ...(kind === 'row' ? [] : kPanelTexts.slice(1))]}
            value={panel}
            path=""
            around={around}
            onChange={set}
          />
          {kind === 'row' && (
            <Options options={[kCollapsed]} value={panel} path="" around={around} onChange={set} />
          )}
          {kind !== 'row' && (
            <Options
              options={[kTransparent]}
              value={panel}
              path=""
              around={around}
              onChange={set}
            />
          )}
        </section>
        {kind !== 'row' && (
          <Part title="Visualization" said={kKinds[kind].label} icon={<KindIcon kind={kind} />}>
            <KindPicker
              label="Visualization"
              value={kind}
              without={['row']}
              onChoose={(next) => {
                shelf.current = { ...shelf.current, ...options };
                const names = optionNames(next);
                const taken = Object.fromEntries(
                  Object.entries(shelf.current).filter(([one]) => names.has(one)),
                );
                onChange(
                  withKind(panel, next, taken, firstQuery(next, source)),
                  `“${name}” as ${kKinds[next].label.toLowerCase()}`,
                );
              }}
            />
          </Part>
        )}
        {groupsOf(kind).map((group, at) => (
          <Part
            key={`${kind} ${group.title}`}
            title={group.title}
            isOpen={at === 0}
            count={group.options.filter((option) => option.name in options).length}
          >
            <Options
              options={group.options}
              value={options}
              path="options"
              around={around}
              onChange={setOptions}
            />
          </Part>
        ))}
        {asks(kind) && (
          <Part title="Overrides" count={overridesOf(panel).length}>
            <Overrides
              kind={kind}
              overrides={overridesOf(panel)}
              around={around}
              onChange={(overrides) =>
                onChange(
                  withPart(panel, 'overrides', overrides),
                  `Overrides of “${name}”`,
                  `${id} overrides`,
                )
              }
            />
          </Part>
        )}
        {kind !== 'row' && (
          <Part title="Links" count={objects(panel['links']).length}>
            <Options options={[kLinks]} value={panel} path="" around={around} onChange={set} />
          </Part>
        )}
        <Part title="Repeat" count={isObject(panel['repeat']) ? 1 : 0}>
          <Options
            options={[kRepeat(kind === 'row')]}
            value={panel}
            path=""
            around={around}
            onChange={set}
          />
        </Part>
        {asks(kind) && (
          <Part
            title="Time and cache"
            count={kPanelTime.filter((option) => option.name in panel).length}
          >
            <Options options={kPanelTime} value={panel} path="" around={around} onChange={set} />
          </Part>
        )}
        <UnknownOptions names={unknownOptions(options, optionNames(kind))} />
      </div>
    </div>
  );
}

/** These stand at the query itself. */
const isAtQuery = ({ path }: Fault): boolean => path.startsWith('queries[');

/** Why the panel cannot be drawn as it is; null: it can, or is about to be. */
function waitsFor(faults: readonly Fault[], queries: readonly Json[]): string | null {
  if (faults.length === 0) return null;
  const isUnwritten = [...textsByName(queries).values()].some((text) => text.trim() === '');
  return isUnwritten && faults.every(isAtQuery)
    ? 'Write a query to see the panel.'
    : 'The panel is drawn again once what is wrong below is put right.';
}

function unknownOptions(options: JsonObject, known: ReadonlySet<string>): string[] {
  return Object.keys(options).filter((name) => !known.has(name));
}

function UnknownOptions({ names }: { names: readonly string[] }) {
  if (names.length === 0) return null;
  return <p class="hint">Kept as written, and only in the JSON: {names.join(', ')}.</p>;
}

/** A part of the form that opens, and says how much in it is said. */
export function Part({
  title,
  count = 0,
  said,
  icon,
  isOpen = false,
  children,
}: {
  title: string;
  count?: number;
  said?: string;
  icon?: ComponentChildren;
  isOpen?: boolean;
  children: ComponentChildren;
}) {
  // What is closed is not made: a letter in one field is no work for a hundred others.
  const [isShown, setShown] = useState(isOpen);
  return (
    <details
      class="card form-part"
      open={isOpen}
      onToggle={(event) => setShown(event.currentTarget.open)}
    >
      <summary>
        <h2>{title}</h2>
        {icon}
        {said !== undefined && <span class="muted">{said}</span>}
        {count > 0 && (
          <span class="part-count">
            {count}
            <span class="visually-hidden"> set</span>
          </span>
        )}
        <Glyph name="chevron" />
      </summary>
      {isShown && children}
    </details>
  );
}
