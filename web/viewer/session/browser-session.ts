// The session over the real browser.
import type { WireError } from '../api/wire';
import { Session } from './session';
import { browserStores, SlotKeeper, slotName } from './slots';
import { chartWidth } from '../state/chart-width';

const kDay = 86_400_000;

export function makeSecret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return btoa(String.fromCharCode(...bytes))
    .replace(/\+/g, '-')
    .replace(/\//g, '_')
    .replace(/=+$/, '');
}

/** Web Locks where the browser grants them; Firefox throws when storage is blocked, plain HTTP has none. */
export async function withLock<T>(
  locks: LockManager | undefined,
  name: string,
  action: () => Promise<T>,
): Promise<T> {
  const held = { once: false };
  if (locks) {
    try {
      return await locks.request(name, () => {
        held.once = true;
        return action();
      });
    } catch (error) {
      if (held.once) throw error;
    }
  }
  return action();
}

export function webLocks(): LockManager | undefined {
  // Typed as always there; on plain HTTP it is not.
  return (navigator as Partial<Navigator>).locks;
}

export function browserSession(refused: WireError | undefined): {
  session: Session;
  tidy: () => Promise<void>;
} {
  const link = location.pathname + location.search;
  const name = slotName(link);
  const keeper = new SlotKeeper(name, browserStores());
  const session = new Session({
    link,
    keeper,
    fetch: (input, init) => window.fetch(input, init),
    lock: (action) => withLock(webLocks(), name, action),
    makeSecret,
    now: () => performance.now(),
    wallClock: () => Date.now(),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    refused,
    width: chartWidth(),
    timezone: browserZone(),
  });
  // A day of grace: this clock may be wrong, and only the server's decides.
  return { session, tidy: () => keeper.tidy(Date.now() - kDay) };
}

export function browserZone(): string | undefined {
  try {
    return Intl.DateTimeFormat().resolvedOptions().timeZone || undefined;
  } catch {
    return undefined;
  }
}
