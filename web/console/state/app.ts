// Who is signed in, and whether the server can be reached.
import { computed, signal } from '@preact/signals';
import { getMe, needsSetup } from '../api/calls';
import { listen, Refusal } from '../api/client';
import type { Me, Permission } from '../api/types';
import { putAway } from './fresh-secrets';

type Stage =
  | { kind: 'starting' }
  | { kind: 'setup' }
  | { kind: 'signed-out'; reason: 'ended' | 'left' | null }
  | { kind: 'signed-in'; me: Me }
  | { kind: 'failed'; error: unknown };

export const stage = signal<Stage>({ kind: 'starting' });
export const isOffline = signal(false);
/** Grows when the connection is back: what is shown is loaded anew. */
export const returns = signal(0);

/** The newest person; kept while a session that has ended is being opened again. */
const known = signal<Me | null>(null);

/** Whose pages these are. After a session has ended they stay, hidden, with what was typed in them. */
export const me = computed(() => {
  const current = stage.value;
  if (current.kind === 'signed-in') return current.me;
  return current.kind === 'signed-out' && current.reason === 'ended' ? known.value : null;
});

export function may(permission: Permission): boolean {
  return me.value?.permissions.includes(permission) ?? false;
}

export function enter(who: Me): void {
  const isReturn = stage.peek().kind === 'signed-out';
  const before = known.peek();
  // A secret that was shown to one person is not shown to the next.
  if (before?.handle !== who.handle || before.organization.id !== who.organization.id) putAway();
  known.value = who;
  stage.value = { kind: 'signed-in', me: who };
  if (isReturn) returns.value += 1;
}

export function leave(reason: 'ended' | 'left' | null): void {
  if (reason === 'left') putAway();
  stage.value = { kind: 'signed-out', reason };
}

const kAskAgain = 4000;
let asking: ReturnType<typeof setTimeout> | null = null;

function reached(isReached: boolean): void {
  if (isReached) {
    if (asking) clearTimeout(asking);
    asking = null;
    if (!isOffline.peek()) return;
    isOffline.value = false;
    returns.value += 1;
  } else if (!isOffline.peek()) {
    isOffline.value = true;
    askLater();
  }
}

function askLater(): void {
  if (asking) clearTimeout(asking);
  asking = setTimeout(() => void lookAgain(), kAskAgain);
}

/** Whether the server answers again; any answer will do. */
export async function lookAgain(): Promise<void> {
  try {
    await needsSetup();
  } catch (error) {
    if (!(error instanceof Refusal)) askLater();
  }
}

export async function start(): Promise<void> {
  listen({
    signedOut: () => {
      if (stage.peek().kind === 'signed-in') leave('ended');
    },
    reached,
  });
  window.addEventListener('online', () => void lookAgain());
  await settle();
}

/** Asks who is signed in; where nobody is, whether the server waits for its first person. */
export async function settle(): Promise<void> {
  stage.value = { kind: 'starting' };
  try {
    enter(await getMe());
  } catch (error) {
    if (!(error instanceof Refusal) || error.status !== 401) {
      stage.value = { kind: 'failed', error };
      return;
    }
    try {
      const { needed } = await needsSetup();
      stage.value = needed ? { kind: 'setup' } : { kind: 'signed-out', reason: null };
    } catch (failure) {
      stage.value = { kind: 'failed', error: failure };
    }
  }
}
