import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

/** A form in which the first field that is wrong is brought into sight when an error comes. */
export function useWrongSeen(error: unknown): RefObject<HTMLFormElement | null> {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (error === null || error === undefined) return;
    form.current?.querySelector('.field-error')?.scrollIntoView({ block: 'center' });
  }, [error]);
  return form;
}
