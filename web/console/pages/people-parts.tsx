// What the pages about people have in common.
import type { ComponentChildren } from 'preact';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { isAbort, wordsOf } from '../api/client';
import type { Named, NewInvitation, Page as PageOf } from '../data/people';
import { counted, instantWords } from '../format';
import { returns } from '../state/app';
import { confirm, type Question } from '../state/confirming';
import { to } from '../state/router';
import { toast } from '../state/toasts';
import { BusyButton, CopyLine } from '../ui/bits';
import { Glyph } from '../ui/icons';
import { Page, Tabs } from '../ui/page';
import { Failed, Loading } from '../ui/states';

export type PeopleTab = 'users' | 'invitations' | 'groups' | 'roles' | 'attributes' | 'external';

const kTabs: { tab: PeopleTab; label: string }[] = [
  { tab: 'users', label: 'People' },
  { tab: 'invitations', label: 'Invitations' },
  { tab: 'groups', label: 'Groups' },
  { tab: 'roles', label: 'Roles' },
  { tab: 'attributes', label: 'Attributes' },
  { tab: 'external', label: 'External people' },
];

export const hrefOf = (tab: PeopleTab): string =>
  tab === 'users' ? to('people') : to('people', tab);

/** One of the lists, with the way to the others. */
export function PeoplePage({
  tab,
  lead,
  actions,
  children,
}: {
  tab: PeopleTab;
  lead: ComponentChildren;
  actions?: ComponentChildren;
  children: ComponentChildren;
}) {
  return (
    <Page title="People" actions={actions}>
      <Tabs
        label="People"
        tabs={kTabs.map((one) => ({
          label: one.label,
          href: hrefOf(one.tab),
          isCurrent: one.tab === tab,
        }))}
      />
      <p class="lead">{lead}</p>
      {children}
    </Page>
  );
}

/** The value some time after it last changed. */
export function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), 250);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}

export interface Pages<T> {
  rows: T[];
  /** Whether the first page has come. */
  isThere: boolean;
  isLoading: boolean;
  error: unknown;
  hasMore: boolean;
  more: () => void;
  reload: () => void;
}

interface Held<T> {
  key: string;
  rows: T[];
  next: number | null;
  isThere: boolean;
  isLoading: boolean;
  error: unknown;
}

/** A list that the server gives page by page; another key begins anew. */
export function usePages<T>(
  key: string,
  load: (next: number | undefined, signal: AbortSignal) => Promise<PageOf<T>>,
): Pages<T> {
  const nothing: Held<T> = {
    key,
    rows: [],
    next: null,
    isThere: false,
    isLoading: true,
    error: null,
  };
  const [held, setHeld] = useState<Held<T>>(nothing);
  const [turn, setTurn] = useState(0);
  const loader = useRef(load);
  loader.current = load;
  const control = useRef<AbortController | null>(null);
  const back = returns.value;

  const read = useCallback((from: Held<T>, next: number | undefined): void => {
    control.current?.abort();
    const own = new AbortController();
    control.current = own;
    setHeld({ ...from, isLoading: true, error: null });
    loader.current(next, own.signal).then(
      (page) => {
        if (own.signal.aborted) return;
        setHeld({
          ...from,
          rows: next === undefined ? page.rows : [...from.rows, ...page.rows],
          next: page.next,
          isThere: true,
          isLoading: false,
          error: null,
        });
      },
      (error: unknown) => {
        if (own.signal.aborted || isAbort(error)) return;
        setHeld({ ...from, isLoading: false, error });
      },
    );
  }, []);
  useEffect(() => {
    // The old rows stay while the same list comes anew.
    read(held.key === key ? held : nothing, undefined);
    return () => control.current?.abort();
  }, [read, key, turn, back]);

  const shown = held.key === key ? held : nothing;
  return {
    rows: shown.rows,
    isThere: shown.isThere,
    isLoading: shown.isLoading,
    error: shown.error,
    hasMore: shown.next !== null,
    more: () => {
      if (shown.next !== null) read(shown, shown.next);
    },
    reload: () => setTurn((old) => old + 1),
  };
}

export function Paged<T>({
  from,
  what,
  one,
  none,
  children,
}: {
  from: Pages<T>;
  what: string;
  /** The same of a single one. */
  one: string;
  /** In place of an empty list. */
  none: ComponentChildren;
  children: (rows: T[]) => ComponentChildren;
}) {
  return (
    <>
      {from.error !== null && <Failed error={from.error} onRetry={from.reload} />}
      {from.isThere && (
        <div aria-busy={from.isLoading}>
          {from.rows.length > 0 && (
            <p class="count" role="status">
              {counted(from.rows.length, one, what)}
              {from.hasMore ? ', and more' : ''}
            </p>
          )}
          {from.rows.length === 0 ? none : children(from.rows)}
        </div>
      )}
      {!from.isThere && from.error === null && <Loading what={what} />}
      {from.hasMore && (
        <button type="button" class="button" onClick={from.more}>
          Show more
        </button>
      )}
    </>
  );
}

/** Asks, does it, and says how it went. True when it was done. */
export async function act(
  question: Question | null,
  work: () => Promise<string>,
): Promise<boolean> {
  if (question && !(await confirm(question))) return false;
  try {
    toast(await work());
    return true;
  } catch (error) {
    toast(wordsOf(error), 'bad');
    return false;
  }
}

/** A link that the server has just made: this page is the only one that ever shows it. */
export function FreshLink({ made, onAway }: { made: NewInvitation; onAway: () => void }) {
  const { invitation, url } = made;
  // Gone with the page: going back does not show it again.
  useEffect(() => {
    window.addEventListener('pagehide', onAway);
    return () => window.removeEventListener('pagehide', onAway);
  }, [onAway]);
  const isNew = invitation.kind === 'invitation';
  return (
    <section class="card secret" aria-label={isNew ? 'New invitation' : 'New password link'}>
      <div class="card-head">
        <div role="status">
          <h2>
            <Glyph name="key" />
            {isNew
              ? `The invitation of ${invitation.handle}`
              : `A password link for ${invitation.handle}`}
          </h2>
          <p class="hint">
            It is shown now and never again. Pass it on to this person alone: whoever opens it first
            chooses the password. It is good once, until {instantWords(invitation.expires_at)}.
          </p>
        </div>
        <button type="button" class="button" onClick={onAway}>
          I have passed it on
        </button>
      </div>
      <CopyLine label="Link" text={url} />
    </section>
  );
}

/** Some of those that there are, by check boxes. */
export function Checks({
  label,
  hint,
  all,
  chosen,
  none,
  disabled,
  onChange,
}: {
  label: string;
  hint?: string;
  all: Named[];
  chosen: number[];
  /** Where there is nothing to choose from. */
  none: string;
  disabled?: boolean;
  onChange: (chosen: number[]) => void;
}) {
  return (
    <fieldset class="checks">
      <legend>{label}</legend>
      {hint !== undefined && <p class="hint">{hint}</p>}
      {all.length === 0 && <p class="muted">{none}</p>}
      <div class="checks-list">
        {all.map(({ id, name }) => (
          <label key={id} class="check">
            <input
              type="checkbox"
              checked={chosen.includes(id)}
              disabled={disabled}
              onChange={(event) =>
                onChange(
                  event.currentTarget.checked
                    ? [...chosen, id]
                    : chosen.filter((other) => other !== id),
                )
              }
            />
            <span>{name}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

/** A dialog's last line. */
export function DialogActions({
  verb,
  isBusy,
  disabled = false,
  onClose,
}: {
  verb: string;
  isBusy: boolean;
  disabled?: boolean;
  onClose: () => void;
}) {
  return (
    <>
      <button type="button" class="button" onClick={onClose}>
        Cancel
      </button>
      <BusyButton isBusy={isBusy} disabled={disabled}>
        {verb}
      </BusyButton>
    </>
  );
}

export function isSameSet(left: number[], right: number[]): boolean {
  return left.length === right.length && left.every((one) => right.includes(one));
}
