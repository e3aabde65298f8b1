// Tags that the home page is narrowed to: a dashboard is shown that has all of them.
import { setQuery } from '../state/router';
import { Glyph } from '../ui/icons';

/** `tags`: what may be added, the chosen ones left out. */
export function TagChoice({ tags, chosen }: { tags: string[]; chosen: readonly string[] }) {
  if (tags.length === 0 && chosen.length === 0) return null;
  const set = (wanted: readonly string[]): void => setQuery({ tag: wanted });
  return (
    <>
      {tags.length > 0 && (
        <label class="inline-select">
          <span>Tag</span>
          <select
            class="input"
            value=""
            onChange={({ currentTarget }) => {
              set([...chosen, currentTarget.value]);
              currentTarget.value = '';
            }}
          >
            <option value="">{chosen.length === 0 ? 'Any' : 'And also'}</option>
            {tags.map((tag) => (
              <option key={tag} value={tag}>
                {tag}
              </option>
            ))}
          </select>
        </label>
      )}
      {chosen.map((tag) => (
        <button
          key={tag}
          type="button"
          class="tag is-chosen"
          aria-label={`Not only with the tag ${tag}`}
          title={`Not only with the tag ${tag}`}
          onClick={() => {
            set(chosen.filter((other) => other !== tag));
            // The button goes away with its own click.
            document.querySelector<HTMLElement>('[data-search]')?.focus();
          }}
        >
          {tag}
          <Glyph name="close" />
        </button>
      ))}
    </>
  );
}
