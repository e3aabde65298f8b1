// What a page shows when it has nothing to show yet, nothing at all, or has failed.
import type { ComponentChildren } from 'preact';
import { kNoCode, Refusal, Unreachable, wordsOf } from '../api/client';
import { isOffline } from '../state/app';
import type { Resource } from '../state/resource';
import { Glyph } from './icons';

export function Loading({ what }: { what: string }) {
  return (
    <div class="opening" role="status" aria-label={`Loading ${what}`}>
      <span />
    </div>
  );
}

export function Failed({ error, onRetry }: { error: unknown; onRetry?: (() => void) | undefined }) {
  const isLacking = error instanceof Refusal && error.status === 403;
  // Nothing but something else done elsewhere changes these.
  const isFinal = error instanceof Refusal && [403, 404, 410].includes(error.status);
  // What stands above the page then says why.
  const isAwaited = error instanceof Unreachable && isOffline.value;
  const code = error instanceof Refusal && error.code !== kNoCode ? error.code : null;
  return (
    <div class="failed" role="alert">
      <Glyph name={error instanceof Unreachable ? 'offline' : isLacking ? 'lock' : 'alert'} />
      <div>
        <p>
          {isAwaited
            ? 'This is not loaded yet. It comes as soon as the server can be reached.'
            : wordsOf(error)}
        </p>
        {code !== null && <p class="code-word">Code: {code}</p>}
      </div>
      {onRetry && !isFinal && (
        <button type="button" class="button" onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  );
}

export function Empty({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <h2>{title}</h2>
      {children}
    </div>
  );
}

/** The resource's content, or its state in place of it; what was there stays while it is reloaded. */
export function Loaded<T>({
  from,
  what,
  children,
}: {
  from: Resource<T>;
  what: string;
  children: (value: T) => ComponentChildren;
}) {
  return (
    <>
      {from.error !== null && <Failed error={from.error} onRetry={from.reload} />}
      {from.value !== null ? (
        <div aria-busy={from.isLoading}>{children(from.value)}</div>
      ) : (
        from.error === null && <Loading what={what} />
      )}
    </>
  );
}

/** A form's error, where it has no field of its own. */
export function FormError({ error }: { error: unknown }) {
  return (
    <div aria-live="assertive">
      {error !== null && error !== undefined && (
        <p class="notice bad">
          <Glyph name="alert" />
          <span>{wordsOf(error)}</span>
        </p>
      )}
    </div>
  );
}

/** The refusal's sentence when it is about this field. */
export function wrongIn(error: unknown, field: string): string | null {
  return error instanceof Refusal && error.field === field ? error.message : null;
}

/** The error when none of these fields shows it. */
export function elsewhere(error: unknown, ...fields: string[]): unknown {
  return error instanceof Refusal && error.field !== null && fields.includes(error.field)
    ? null
    : error;
}
