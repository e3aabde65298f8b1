// One of many, by name: what is typed is looked for, arrows go through what was found, Enter takes it.
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { isAbort, wordsOf } from '../api/client';
import { Frame, type Around } from './fields';
import { Glyph } from './icons';

export interface Pick {
  value: string;
  label: string;
  /** What tells it from another of the same name. */
  detail?: string;
}
/** The first that fit, in the order in which they are shown. */
export type Find = (search: string, signal: AbortSignal) => Promise<Pick[]>;

interface OneProps extends Around {
  find: Find;
  chosen: Pick | null;
  onChoose: (pick: Pick | null) => void;
  placeholder?: string;
  autofocus?: boolean;
}

/** One is chosen, or none. */
export function PickField(props: OneProps) {
  const { chosen, onChoose } = props;
  return (
    <Frame label={props.label} hint={props.hint} error={props.error}>
      {(ids) => (
        <Combobox
          {...ids}
          label={props.label}
          find={props.find}
          shown={chosen?.label ?? ''}
          placeholder={props.placeholder ?? 'Type to search'}
          autofocus={props.autofocus === true}
          onChoose={onChoose}
          onClear={() => onChoose(null)}
        />
      )}
    </Frame>
  );
}

interface SeveralProps extends Around {
  find: Find;
  chosen: Pick[];
  onChange: (chosen: Pick[]) => void;
}

/** Any number of them. */
export function PickSeveral({ chosen, onChange, ...props }: SeveralProps) {
  return (
    <Frame label={props.label} hint={props.hint} error={props.error}>
      {(ids) => (
        <>
          {chosen.length > 0 && (
            <ul class="picked" aria-label={`${props.label}: chosen`}>
              {chosen.map((one) => (
                <li key={one.value} class="token">
                  <span class="truncate">{one.label}</span>
                  <button
                    type="button"
                    aria-label={`Remove ${one.label}`}
                    onClick={() => {
                      onChange(chosen.filter(({ value }) => value !== one.value));
                      document.getElementById(ids.id)?.focus();
                    }}
                  >
                    <Glyph name="close" />
                  </button>
                </li>
              ))}
            </ul>
          )}
          <Combobox
            {...ids}
            label={props.label}
            find={async (search, signal) => {
              const taken = new Set(chosen.map(({ value }) => value));
              return (await props.find(search, signal)).filter(({ value }) => !taken.has(value));
            }}
            shown=""
            placeholder="Type to search"
            autofocus={false}
            onChoose={(pick) => onChange([...chosen, pick])}
          />
        </>
      )}
    </Frame>
  );
}

interface ComboboxProps {
  id: string;
  described: string | undefined;
  invalid: boolean;
  label: string;
  find: Find;
  /** What stands in the field while nobody types. */
  shown: string;
  placeholder: string;
  autofocus: boolean;
  onChoose: (pick: Pick) => void;
  onClear?: () => void;
}

const kTypingPause = 200;

function Combobox(props: ComboboxProps) {
  /** What is typed; null: nobody is searching. */
  const [search, setSearch] = useState<string | null>(null);
  const [found, setFound] = useState<Pick[] | null>(null);
  const [failure, setFailure] = useState('');
  const [at, setAt] = useState(-1);
  const list = useId();
  const find = useRef(props.find);
  find.current = props.find;

  useEffect(() => {
    if (search === null) return;
    const own = new AbortController();
    const timer = setTimeout(
      () => {
        find.current(search.trim(), own.signal).then(
          (picks) => {
            if (own.signal.aborted) return;
            setFound(picks);
            setFailure('');
            setAt(picks.length > 0 ? 0 : -1);
          },
          (error: unknown) => {
            if (own.signal.aborted || isAbort(error)) return;
            setFound([]);
            setFailure(wordsOf(error));
          },
        );
      },
      search === '' ? 0 : kTypingPause,
    );
    return () => {
      clearTimeout(timer);
      own.abort();
    };
  }, [search]);

  const close = (): void => {
    setSearch(null);
    setFound(null);
    setAt(-1);
  };
  const choose = (pick: Pick): void => {
    close();
    props.onChoose(pick);
  };
  const isOpen = search !== null && found !== null && found.length > 0;
  const optionId = (index: number): string => `${list}-${index}`;
  useEffect(() => {
    if (isOpen && at >= 0)
      document.getElementById(optionId(at))?.scrollIntoView({ block: 'nearest' });
  }, [isOpen, at]);

  const onKeyDown = (event: KeyboardEvent): void => {
    if (search === null) {
      if (event.key !== 'ArrowDown') return;
      event.preventDefault();
      setSearch('');
      return;
    }
    const last = (found?.length ?? 0) - 1;
    switch (event.key) {
      case 'ArrowDown':
        event.preventDefault();
        setAt(at >= last ? 0 : at + 1);
        break;
      case 'ArrowUp':
        event.preventDefault();
        setAt(at <= 0 ? last : at - 1);
        break;
      case 'Enter': {
        // While somebody searches, Enter takes what was found and sends no form.
        event.preventDefault();
        const pick = found?.[at];
        if (pick) choose(pick);
        break;
      }
      case 'Escape':
        // Of the list first; the dialog around it stays.
        event.preventDefault();
        event.stopPropagation();
        close();
        break;
      default:
    }
  };

  return (
    <div class="pick">
      <input
        id={props.id}
        class="input"
        type="text"
        role="combobox"
        value={search ?? props.shown}
        placeholder={props.placeholder}
        autocomplete="off"
        spellcheck={false}
        data-autofocus={props.autofocus ? true : undefined}
        aria-autocomplete="list"
        aria-expanded={isOpen}
        aria-controls={isOpen ? list : undefined}
        aria-activedescendant={isOpen && at >= 0 ? optionId(at) : undefined}
        aria-describedby={props.described}
        aria-invalid={props.invalid}
        onInput={(event) => {
          const { value } = event.currentTarget;
          if (value === '') props.onClear?.();
          setSearch(value);
        }}
        onClick={() => {
          if (search === null) setSearch('');
        }}
        onKeyDown={onKeyDown}
        onBlur={close}
      />
      {isOpen && (
        <ul id={list} class="pick-list" role="listbox" aria-label={props.label}>
          {found.map((one, index) => (
            <li
              key={one.value}
              id={optionId(index)}
              role="option"
              class={index === at ? 'pick-option current' : 'pick-option'}
              aria-selected={index === at}
              // The field keeps the focus.
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => choose(one)}
            >
              <span class="truncate">{one.label}</span>
              {one.detail !== undefined && <span class="muted small">{one.detail}</span>}
            </li>
          ))}
        </ul>
      )}
      <p class="pick-none" role="status">
        {search !== null && found !== null && found.length === 0 ? failure || 'Nothing fits.' : ''}
      </p>
    </div>
  );
}
