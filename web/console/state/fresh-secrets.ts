// Secrets that the server has just shown. In memory, until they are put away or the page goes.
import { signal } from '@preact/signals';
import type { NewCredential } from '../api/types';

export interface FreshSecret {
  token: string;
  id: number;
  suffix: string;
  secret: string;
}

export const fresh = signal<FreshSecret | null>(null);

export function show(token: string, credential: NewCredential): void {
  fresh.value = {
    token,
    id: credential.id,
    suffix: credential.suffix,
    secret: credential.secret,
  };
}

export function putAway(): void {
  fresh.value = null;
}
