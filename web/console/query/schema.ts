// What a source has, for completion: asked once per source, and done without where it cannot be had.
import { useEffect, useState } from 'preact/hooks';
import { fetchSchema } from '../data/query';
import { me } from '../state/app';
import { kNoSchema, type Schema } from './names';

export interface KnownSchema {
  schema: Schema;
  /** The source does not say, or not now. */
  isMissing: boolean;
}

/** By organization and source. A failure is not kept: the next editor asks again. */
const kept = new Map<string, Promise<Schema>>();

function ask(key: string, source: string): Promise<Schema> {
  const known = kept.get(key);
  if (known) return known;
  const asked = fetchSchema(source, new AbortController().signal);
  kept.set(key, asked);
  asked.catch(() => kept.delete(key));
  return asked;
}

/** `source`: empty where nobody knows which. `only`: of a model, the relations that it has. */
export function useSchema(source: string, only: readonly string[] | null): KnownSchema {
  const who = me.value;
  const key = who && source !== '' ? `${who.handle} ${who.organization.id} ${source}` : '';
  const [state, setState] = useState<KnownSchema & { key: string }>({
    key: '',
    schema: kNoSchema,
    isMissing: false,
  });
  useEffect(() => {
    if (key === '') return;
    let isGone = false;
    ask(key, source).then(
      (schema) => {
        if (!isGone) setState({ key, schema, isMissing: false });
      },
      () => {
        if (!isGone) setState({ key, schema: kNoSchema, isMissing: true });
      },
    );
    return () => {
      isGone = true;
    };
  }, [key]);
  if (state.key !== key || key === '') return { schema: kNoSchema, isMissing: false };
  if (only === null || only.includes('*')) return state;
  return { schema: narrowed(state.schema, only), isMissing: state.isMissing };
}

/** Of a model: only its relations. */
export function narrowed(schema: Schema, only: readonly string[]): Schema {
  return { ...schema, relations: schema.relations.filter(({ name }) => only.includes(name)) };
}
