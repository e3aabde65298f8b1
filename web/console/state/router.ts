// The address and what it means: below /console, in the browser's history.
import { computed, signal } from '@preact/signals';
import { partsOf, placeOf, type Place } from './place';

export { kBase, to } from './place';

function here(): Place {
  return placeOf(window.location.pathname, window.location.search);
}

export const place = signal<Place>(here());

/** Grows with every journey, and not with what a page writes into its own query. */
export const journey = signal(0);

/** The path's parts, decoded. A part that is no text is one that no page has. */
export const parts = computed(() => partsOf(place.value.path));

/** Answers whether the person may leave what is not saved. */
type Guard = () => Promise<boolean>;

let guard: Guard | null = null;
let current = hrefHere();

function hrefHere(): string {
  return window.location.pathname + window.location.search;
}

/** While set, journeys ask first, and so does the browser when the page is closed. */
export function setGuard(wanted: Guard | null): void {
  guard = wanted;
}

function arrive(): void {
  current = hrefHere();
  place.value = here();
  journey.value += 1;
}

export async function navigate(href: string, how: 'push' | 'replace' = 'push'): Promise<void> {
  if (guard && !(await guard())) return;
  guard = null;
  if (how === 'replace') window.history.replaceState(null, '', href);
  else window.history.pushState(null, '', href);
  arrive();
}

/**
 * Writes what a page shows into its address, so that a reload and a link bring it back. A list is a
 * name that stands there several times.
 */
export function setQuery(changes: Record<string, string | readonly string[] | null>): void {
  const query = new URLSearchParams(place.peek().query);
  for (const [name, value] of Object.entries(changes)) {
    if (typeof value === 'string' && value !== '') {
      query.set(name, value);
      continue;
    }
    query.delete(name);
    for (const one of value === '' ? [] : (value ?? [])) query.append(name, one);
  }
  const text = query.toString();
  window.history.replaceState(null, '', window.location.pathname + (text === '' ? '' : `?${text}`));
  current = hrefHere();
  place.value = here();
}

export function startRouter(): void {
  window.addEventListener('popstate', () => {
    const wanted = hrefHere();
    const asked = guard;
    if (!asked) {
      arrive();
      return;
    }
    // The browser has gone already: back to where the work is, then ask.
    window.history.pushState(null, '', current);
    void asked().then((mayLeave) => {
      if (!mayLeave) return;
      guard = null;
      window.history.pushState(null, '', wanted);
      arrive();
    });
  });
  window.addEventListener('beforeunload', (event) => {
    if (guard) event.preventDefault();
  });
}
