// Calls that writing queries and variables needs, and what is kept of their answers.
import { readLines } from '../../viewer/api/ndjson';
import type { Choice, Dashboard as DrawnDashboard } from '../../viewer/api/wire';
import { call, kApi, refusalOf, Refusal, signedOut, Unreachable } from '../api/client';
import type { Dashboard, Json, JsonObject, Model, Source } from '../api/types';
import { listModels, listSources } from '../api/calls';
import type { InspectedQuery } from '../draw/session';
import type { Schema } from '../query/names';

/** A dashboard with what its saving is counted by. */
export type Revised = Dashboard & { revision: number };

const at = (id: string): string => `/dashboards/${encodeURIComponent(id)}`;

export const getRevised = (id: string, signal?: AbortSignal): Promise<Revised> =>
  call('GET', at(id), signal ? { signal } : {});

/** Refused with 409 `dashboard_version_mismatch` where somebody has saved another since. */
export const saveRevision = (
  id: string,
  document: Json,
  revision: number,
  message: string,
): Promise<Revised> => call('PUT', at(id), { body: { document, revision, message } });

export const isOutdated = (error: unknown): boolean =>
  error instanceof Refusal && error.code === 'dashboard_version_mismatch';

export interface Readable {
  sources: Source[];
  models: Model[];
}

/** What queries can read from, for whoever writes dashboards. */
export async function readable(signal: AbortSignal): Promise<Readable> {
  const [{ sources }, { models }] = await Promise.all([listSources(signal), listModels(signal)]);
  return { sources, models };
}

const kMostRelations = 2000;

export async function fetchSchema(source: string, signal: AbortSignal): Promise<Schema> {
  const answer = await call<Partial<Schema>>(
    'GET',
    `/sources/${encodeURIComponent(source)}/schema`,
    { query: { limit: kMostRelations }, signal },
  );
  return { relations: answer.relations ?? [], labels: answer.labels ?? [] };
}

/** How a draft is drawn: its first line, which says the variables with their choices. */
export async function describeDraft(
  document: JsonObject,
  signal: AbortSignal,
): Promise<DrawnDashboard> {
  let response: Response;
  try {
    response = await fetch(`${kApi}/draw`, {
      method: 'POST',
      credentials: 'same-origin',
      headers: { 'Content-Type': 'application/json', 'X-Casement': '1' },
      body: JSON.stringify({ document, data: false, timezone: browserZone() }),
      signal,
    });
  } catch (error) {
    if (signal.aborted) throw error;
    throw new Unreachable();
  }
  if (!response.ok) {
    const refusal = await refusalOf(response);
    if (refusal.status === 401) signedOut();
    throw refusal;
  }
  if (response.body) {
    for await (const line of readLines(response.body)) {
      const { dashboard } = line as { dashboard?: DrawnDashboard };
      if (dashboard) return dashboard;
    }
  }
  throw new Unreachable();
}

/** How the queries of a draft's panel are asked, and what comes of it. */
export const inspectDraft = (
  document: JsonObject,
  panel: number,
  asked: { width?: number },
  signal: AbortSignal,
): Promise<{ queries: InspectedQuery[] }> =>
  call('POST', '/draw/inspect', {
    body: { document, panel, timezone: browserZone(), ...asked },
    signal,
  });

function browserZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

export interface Preview {
  choices: Choice[];
  /** Why there are none, in the source's own words. */
  reason: string | null;
}

/**
 * What a variable of the draft offers. A picker stays empty where its query fails, and nobody says
 * why: that is asked for besides.
 */
export async function previewChoices(
  draft: JsonObject,
  name: string,
  signal: AbortSignal,
): Promise<Preview> {
  const bare = { ...draft, title: 'Choices', panels: [] };
  const described = await describeDraft(bare, signal);
  const choices = described.variables?.find((one) => one.name === name)?.choices ?? [];
  if (choices.length > 0) return { choices, reason: null };
  return { choices, reason: await reasonFor(bare, name, signal) };
}

async function reasonFor(
  draft: JsonObject,
  name: string,
  signal: AbortSignal,
): Promise<string | null> {
  const variables = Array.isArray(draft['variables']) ? (draft['variables'] as JsonObject[]) : [];
  const variable = variables.find((one) => one['name'] === name);
  const query = variable?.['query'] as JsonObject | undefined;
  if (!variable || !query) return null;
  if (typeof query['sql'] === 'string') {
    const panel = {
      id: 1,
      type: 'table',
      grid: { x: 0, y: 0, w: 24, h: 8 },
      queries: [{ ...query, name: 'A' }],
    };
    const { queries } = await inspectDraft({ ...draft, panels: [panel] }, 1, {}, signal);
    return queries[0]?.error?.message ?? null;
  }
  // Where all are chosen the server has to have them, and says what kept it from that.
  const all = { ...variable, include_all: true, default: ['*'] };
  const others = variables.map((one) => (one === variable ? all : one));
  try {
    await describeDraft({ ...draft, variables: others }, signal);
    return null;
  } catch (error) {
    if (error instanceof Refusal) return error.message;
    throw error;
  }
}
