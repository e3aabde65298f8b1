// What queries can read from. Who may not see the list writes names of sources by hand.
import { listModels, listSources } from '../api/calls';
import { Refusal } from '../api/client';
import type { Model, Source } from '../api/types';

export interface Readable {
  sources: Source[];
  models: Model[];
}

async function orNone<T>(list: Promise<T>, none: T): Promise<T> {
  try {
    return await list;
  } catch (error) {
    if (error instanceof Refusal && error.status === 403) return none;
    throw error;
  }
}

export async function readable(signal: AbortSignal): Promise<Readable> {
  const [{ sources }, { models }] = await Promise.all([
    orNone(listSources(signal), { sources: [] }),
    orNone(listModels(signal), { models: [] }),
  ]);
  return { sources, models };
}
