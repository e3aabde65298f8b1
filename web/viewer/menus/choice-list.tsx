import { useEffect, useId, useMemo, useRef, useState } from 'preact/hooks';
import type { Choice, Variable } from '../api/wire';
import { kAll } from '../data/variables';
import { Glyph } from '../ui/icons';
import { toggled } from './toggled';

/** More choices than this need a search field. */
const kSearchFrom = 8;
/** More rows than this are found by typing, not by scrolling. */
const kMostRows = 200;

export interface ChoiceListProps {
  label: string;
  variable: Variable;
  chosen: string[];
  onChoose: (values: string[]) => void;
  onDone: () => void;
}

export function ChoiceList({ label, variable, chosen, onChoose, onDone }: ChoiceListProps) {
  const [search, setSearch] = useState('');
  const list = useRef<HTMLDivElement>(null);
  const id = useId();

  const all: Choice[] = useMemo(
    () => [
      ...(variable.include_all ? [{ value: kAll, label: 'All' }] : []),
      ...(variable.choices ?? []),
    ],
    [variable],
  );
  const found = useMemo(() => {
    const wanted = search.trim().toLocaleLowerCase();
    if (wanted === '') return all;
    return all.filter((choice) =>
      `${choice.label ?? ''} ${choice.value}`.toLocaleLowerCase().includes(wanted),
    );
  }, [all, search]);
  const rows = found.slice(0, kMostRows);

  // What is chosen, when the list opens; later the viewer's own moves count.
  const [active, setActive] = useState(() => {
    const at = all.findIndex((choice) => chosen.includes(choice.value));
    return at < kMostRows ? Math.max(0, at) : 0;
  });
  useEffect(() => {
    list.current?.querySelector('[data-active]')?.scrollIntoView({ block: 'nearest' });
  }, [active, search]);

  const pick = (choice: Choice | undefined): void => {
    if (choice) onChoose(toggled(variable, chosen, choice.value));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const last = rows.length - 1;
    const moves: Record<string, number> = {
      ArrowDown: Math.min(last, active + 1),
      ArrowUp: Math.max(0, active - 1),
      PageDown: Math.min(last, active + 8),
      PageUp: Math.max(0, active - 8),
      Home: 0,
      End: last,
    };
    const next = moves[event.key];
    if (next !== undefined) {
      event.preventDefault();
      setActive(next);
    } else if (event.key === 'Enter' || (event.key === ' ' && !hasSearch)) {
      event.preventDefault();
      pick(rows[active]);
    }
  };
  const hasSearch = all.length >= kSearchFrom;
  const controls = {
    'aria-controls': `${id}-list`,
    'aria-activedescendant': rows[active] ? `${id}-${active}` : undefined,
  };

  return (
    <div class="choices">
      {hasSearch && (
        <div class="search">
          <Glyph name="search" />
          <input
            type="text"
            role="combobox"
            aria-expanded="true"
            aria-autocomplete="list"
            aria-label={`Search ${label}`}
            placeholder="Search"
            data-autofocus
            autocomplete="off"
            spellcheck={false}
            value={search}
            {...controls}
            onInput={(event) => {
              setSearch(event.currentTarget.value);
              setActive(0);
            }}
            onKeyDown={onKeyDown}
          />
        </div>
      )}
      <div
        id={`${id}-list`}
        class="options"
        role="listbox"
        aria-label={label}
        aria-multiselectable={variable.multi ?? false}
        ref={list}
        {...(hasSearch ? {} : { tabIndex: 0, 'data-autofocus': true, onKeyDown, ...controls })}
      >
        {rows.map((choice, index) => {
          const isChosen = chosen.includes(choice.value);
          return (
            <div
              key={choice.value}
              id={`${id}-${index}`}
              role="option"
              aria-selected={isChosen}
              class={index === active ? 'option active' : 'option'}
              data-active={index === active ? '' : undefined}
              onPointerMove={() => setActive(index)}
              onClick={() => pick(choice)}
            >
              <span class={variable.multi ? 'option-box' : 'option-mark'}>
                {isChosen && <Glyph name="check" />}
              </span>
              <span class="truncate">{choice.label || choice.value}</span>
            </div>
          );
        })}
        {rows.length === 0 && <p class="popover-note">Nothing matches.</p>}
        {found.length > rows.length && (
          <p class="popover-note">
            {(found.length - rows.length).toLocaleString()} more: type to find them.
          </p>
        )}
      </div>
      {variable.multi && (
        <div class="choices-foot">
          <span class="popover-note" aria-live="polite">
            {chosen.includes(kAll) ? 'All' : chosen.length} selected
          </span>
          <button type="button" class="button quiet" onClick={() => onChoose([])}>
            Clear
          </button>
          <button
            type="button"
            class="button primary"
            disabled={chosen.length === 0}
            onClick={onDone}
          >
            Done
          </button>
        </div>
      )}
    </div>
  );
}
