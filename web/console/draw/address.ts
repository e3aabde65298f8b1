// What somebody has chosen on a dashboard, as the page's address keeps it: `time=1w` or `from` and
// `to` in milliseconds, `var-airport=ATL` (again for each further value), `tz`, `refresh` in seconds.
import type { CloneRef, TimeChoice } from '../../viewer/api/wire';

export interface Chosen {
  time: TimeChoice | null;
  variables: Record<string, string[]>;
  /** A name, "browser", or null for the dashboard's own. */
  zone: string | null;
  /** Seconds; 0: never; null: as the dashboard says. */
  refresh: number | null;
}

const kVariable = 'var-';
const kLatest = 253_402_300_799_000;

function instant(text: string | null): number | null {
  if (text === null || !/^\d{1,15}$/.test(text)) return null;
  const value = Number(text);
  return value <= kLatest ? value : null;
}

/** What is no value there counts as not chosen. */
export function chosenIn(query: URLSearchParams): Chosen {
  const from = instant(query.get('from'));
  const to = instant(query.get('to'));
  const span = query.get('time') ?? '';
  const refresh = query.get('refresh') ?? '';
  const variables: Record<string, string[]> = {};
  for (const name of new Set(query.keys())) {
    if (name.startsWith(kVariable) && name.length > kVariable.length) {
      variables[name.slice(kVariable.length)] = query.getAll(name);
    }
  }
  let time: TimeChoice | null = null;
  if (from !== null && to !== null && from < to) time = { from, to };
  else if (/^\w{1,8}$/.test(span)) time = { span };
  return {
    time,
    variables,
    zone: /^[\w+\-/]{1,64}$/.test(query.get('tz') ?? '') ? query.get('tz') : null,
    refresh: /^\d{1,6}$/.test(refresh) ? Number(refresh) : null,
  };
}

/** Of an address, what chooses what one sees: not whether the screen hangs on a wall, and the like. */
export function chosenPart(query: URLSearchParams): URLSearchParams {
  const names = ['time', 'from', 'to', 'tz', 'refresh', 'panel', 'repeat'];
  return new URLSearchParams(
    [...query].filter(([name]) => names.includes(name) || name.startsWith(kVariable)),
  );
}

export const timeAsQuery = (time: TimeChoice): Record<string, string | null> =>
  'span' in time
    ? { time: time.span, from: null, to: null }
    : { time: null, from: String(time.from), to: String(time.to) };

export const variableAsQuery = (name: string, values: string[]): Record<string, string[]> => ({
  [kVariable + name]: values,
});

/** The one panel that the address shows alone. */
export function aloneIn(query: URLSearchParams): number | CloneRef | null {
  const id = query.get('panel') ?? '';
  if (!/^\d{1,7}$/.test(id)) return null;
  const repeat = query.get('repeat');
  return repeat === null ? Number(id) : { id: Number(id), repeat };
}

export function aloneAsQuery(which: number | CloneRef | null): Record<string, string | null> {
  if (which === null) return { panel: null, repeat: null };
  if (typeof which === 'number') return { panel: String(which), repeat: null };
  return { panel: String(which.id), repeat: which.repeat };
}
