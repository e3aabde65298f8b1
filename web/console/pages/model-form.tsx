// Relations of a model with their row filters and covered columns.
import { useEffect, useId, useMemo, useState } from 'preact/hooks';
import { listSources } from '../api/calls';
import { Refusal } from '../api/client';
import type { Model } from '../api/types';
import { documentOf, relationsOf, twiceIn, type RelationDraft } from '../data/models';
import { getModel, putModel, sourceSchema, type Schema } from '../data/sources';
import { may } from '../state/app';
import { useChange, useResource } from '../state/resource';
import { setGuard, to } from '../state/router';
import { toast } from '../state/toasts';
import { BusyButton } from '../ui/bits';
import { SelectField, TextField } from '../ui/fields';
import { Glyph } from '../ui/icons';
import { Link } from '../ui/link';
import { Card } from '../ui/page';
import { elsewhere, Empty, FormError, Loaded, wrongIn } from '../ui/states';
import { isRelationError, RelationFields } from './model-relation';
import { useUnsaved } from './unsaved';
import { useWrongSeen } from './wrong-seen';

const kMostSuggested = 500;

interface Props {
  /** Null: a new one. */
  model: Model | null;
  source?: string;
  onSaved: (model: Model) => void;
}

export function ModelForm(props: Props) {
  const sources = useResource('sources', (signal) => listSources(signal));
  return (
    <Loaded from={sources} what="the sources">
      {({ sources: rows }) =>
        rows.length === 0 && props.model === null ? (
          <Empty title="There is no source yet">
            <p>A model says which rows of a source a person sees.</p>
            <Link class="button" href={to('new-source')}>
              Add a source
            </Link>
          </Empty>
        ) : (
          <Form {...props} names={rows.map(({ name }) => name)} />
        )
      }
    </Loaded>
  );
}

/** What the source has, for suggestions; none while it does not answer. */
function useSchema(source: string): Schema | null {
  const schema = useResource(`suggestions ${source}`, (signal) =>
    source === ''
      ? Promise.resolve(null)
      : sourceSchema(source, { limit: kMostSuggested }, signal).catch(() => null),
  );
  return schema.value;
}

function Form({ model, source: asked, names, onSaved }: Props & { names: string[] }) {
  const [base, setBase] = useState(model);
  const kept = useMemo(() => (base === null ? [] : relationsOf(base.relations)), [base]);
  const [relations, setRelations] = useState<RelationDraft[]>(kept);
  const [name, setName] = useState('');
  const [label, setLabel] = useState(model?.label ?? '');
  const [source, setSource] = useState(model?.source ?? asked ?? names[0] ?? '');
  const [theirs, setTheirs] = useState<Model | null>(null);
  const schema = useSchema(source);
  const saving = useChange();
  const { error } = saving;
  const suggestions = useId();
  const form = useWrongSeen(error);

  useEffect(() => setSource((old) => (old === '' ? (names[0] ?? '') : old)), [names]);

  const isReadOnly = base?.provisioned === true || !may('org_manage');
  const isChanged =
    (base === null
      ? name !== '' || label !== ''
      : label !== base.label || source !== base.source) ||
    JSON.stringify(relations) !== JSON.stringify(kept);
  useUnsaved(isChanged && !isReadOnly);
  const twice = twiceIn(relations);

  const begin = (row: Model): void => {
    setBase(row);
    setRelations(relationsOf(row.relations));
    setLabel(row.label);
    setSource(row.source);
    setTheirs(null);
    saving.clear();
  };
  const save = (): Promise<boolean> =>
    saving.run(async () => {
      const path = base?.name ?? name.trim();
      try {
        const row = await putModel(path, {
          label: label.trim() === '' ? path : label.trim(),
          source,
          relations: documentOf(relations),
          ...(base === null ? {} : { version: base.version }),
        });
        toast(base === null ? 'The model is made.' : 'The model is saved.');
        begin(row);
        setGuard(null);
        onSaved(row);
      } catch (refused) {
        if (refused instanceof Refusal && refused.code === 'model_version_mismatch') {
          if (base === null) throw new Refusal(409, refused.code, kTaken, 'name');
          setTheirs(await getModel(base.name));
        }
        throw refused;
      }
    });
  const set = (at: number, relation: RelationDraft): void =>
    setRelations(relations.map((old, index) => (index === at ? relation : old)));

  const isPlaced = isRelationError(error, relations);
  const choices = [...new Set([...names, ...(source === '' ? [] : [source])])].map((value) => ({
    value,
    label: value,
  }));
  return (
    <form
      ref={form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (isChanged && twice === null) void save();
      }}
    >
      <datalist id={suggestions}>
        {schema?.relations.map((relation) => (
          <option key={relation.name} value={relation.name} />
        ))}
      </datalist>
      {theirs !== null && (
        <section class="card overtaken" role="alert">
          <h2>Somebody else has saved this model</h2>
          <p>Keep what stands here and theirs is lost; drop it and yours is.</p>
          <div class="head-actions">
            <button
              type="button"
              class="button primary"
              onClick={() => {
                setBase(theirs);
                setTheirs(null);
                saving.clear();
              }}
            >
              Keep mine
            </button>
            <button type="button" class="button" onClick={() => begin(theirs)}>
              Drop mine
            </button>
          </div>
        </section>
      )}
      <Card>
        <div class="form wide">
          {base === null && (
            <TextField
              label="Name"
              hint="What queries and links call it: letters, digits, - and _. It stays."
              value={name}
              maxLength={64}
              autofocus
              error={wrongIn(error, 'name')}
              onInput={setName}
            />
          )}
          <TextField
            label="Label"
            hint="For people. Empty: the name."
            value={label}
            maxLength={200}
            disabled={isReadOnly}
            error={wrongIn(error, 'label')}
            onInput={setLabel}
          />
          <SelectField
            label="Source"
            value={source}
            choices={choices}
            disabled={isReadOnly}
            error={wrongIn(error, 'source')}
            onChange={setSource}
          />
        </div>
      </Card>
      {relations.map((relation, at) => (
        <RelationFields
          key={at}
          relation={relation}
          at={at}
          suggestions={suggestions}
          columns={schema?.relations.find((one) => one.name === relation.name)?.columns ?? []}
          error={error}
          isReadOnly={isReadOnly}
          onChange={(next) => set(at, next)}
          onRemove={() => setRelations(relations.filter((_, index) => index !== at))}
        />
      ))}
      {!isReadOnly && (
        <>
          <p>
            <button
              type="button"
              class="button"
              onClick={() => setRelations([...relations, { name: '', filters: [], columns: [] }])}
            >
              <Glyph name="plus" />
              Add a relation
            </button>
          </p>
          {twice !== null && <p class="field-error">{twice}</p>}
          {!isPlaced && theirs === null && (
            <FormError error={elsewhere(error, 'label', 'source', ...(base ? [] : ['name']))} />
          )}
          <div class="save-bar">
            <BusyButton
              isBusy={saving.isBusy}
              disabled={!isChanged || twice !== null || theirs !== null}
            >
              {base === null ? 'Make the model' : 'Save'}
            </BusyButton>
            {isChanged && base !== null && (
              <button type="button" class="button" onClick={() => begin(base)}>
                Discard
              </button>
            )}
          </div>
        </>
      )}
    </form>
  );
}

const kTaken = 'There is a model of this name already: choose another name.';
