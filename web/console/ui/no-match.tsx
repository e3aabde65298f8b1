// What a list shows when its search and its filters leave nothing of it.
import type { ComponentChildren } from 'preact';
import { setQuery } from '../state/router';
import { Empty } from './states';

/** `filters`: names in the page's address that can leave nothing. */
export function NoMatch({
  filters,
  children,
}: {
  filters: readonly string[];
  children: ComponentChildren;
}) {
  return (
    <Empty title="Nothing matches">
      <p>{children}</p>
      <button
        type="button"
        class="button"
        onClick={() => {
          setQuery(Object.fromEntries(filters.map((name) => [name, null])));
          // The button goes away with its own click.
          document.querySelector<HTMLElement>('[data-search]')?.focus();
        }}
      >
        {filters.length === 1 ? 'Clear the search' : 'Clear search and filters'}
      </button>
    </Empty>
  );
}
