// What the page about keys says beside a secret that was just made. The secret itself is kept where
// all of them are, so that it goes with the person to whom it was shown.
import { signal } from '@preact/signals';
import { fresh } from './fresh-secrets';

/** Where on the pages it belongs; going elsewhere does not show it. */
export type FreshPlace = 'keys' | 'accounts' | 'programs' | 'embedding';

export interface FreshWords {
  title: string;
  label: string;
  hint: string;
  /** Public, but without it the secret is of no use. */
  clientId?: string;
}

export const freshWords = signal<FreshWords | null>(null);

export function showKey(
  place: FreshPlace,
  key: { id: number; suffix: string },
  secret: string,
  words: FreshWords,
): void {
  freshWords.value = words;
  fresh.value = { token: `/${place}`, id: key.id, suffix: key.suffix, secret };
}
