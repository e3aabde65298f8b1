// Where a frame keeps what brings its session back. No storage works in every browser and under
// every policy, so a slot is written to all that accept it and read from the first that has it:
// localStorage (all but a restarted WebKit), sessionStorage (Firefox without third-party storage),
// history.state (a reload of the frame, when all else is refused), Cache API (a restarted WebKit).

/** `secret`: the secret itself, because no cookie comes back here, and the session's name once it
 *  is known. `cookie`: only the session's name; an HttpOnly cookie holds the rest. `ends` is for
 *  tidying up, epoch milliseconds. `owner`: a dialect's own note on whose session it is. */
export type Slot = { ends: number; owner?: object | undefined } & (
  | { mode: 'secret'; secret: string; session?: string | undefined }
  | { mode: 'cookie'; session: string }
);

export interface SlotStore {
  read(name: string): Promise<Slot | null>;
  write(name: string, slot: Slot): Promise<boolean>;
  remove(name: string): Promise<void>;
  /** Drops what ended before `before`. */
  tidy(before: number): Promise<void>;
}

const kPrefix = 'casement:';
const kCacheName = 'casement-slots';
const kCachePath = '/.casement-slot/';
/** A storage that hangs must not keep the dashboard from opening. */
const kCacheTimeout = 1000;

/**
 * The slot's name: one per link, so two embeds in one page never share a session. A plain hash
 * (106 bits) keeps the link itself out of storage; it decides nothing that needs a cryptographic
 * one, and crypto.subtle is missing on plain HTTP.
 */
export function slotName(link: string): string {
  return kPrefix + hash53(link, 1).toString(36) + hash53(link, 2).toString(36);
}

function hash53(text: string, seed: number): number {
  let a = 0xdeadbeef ^ seed;
  let b = 0x41c6ce57 ^ seed;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 2654435761);
    b = Math.imul(b ^ code, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return 4294967296 * (2097151 & b) + (a >>> 0);
}

export function parseSlot(value: unknown): Slot | null {
  if (typeof value !== 'object' || value === null) return null;
  const { mode, secret, session, ends, owner } = value as Record<string, unknown>;
  if (typeof ends !== 'number') return null;
  const rest = { ends, ...(typeof owner === 'object' && owner && { owner }) };
  const name = typeof session === 'string' && /^[\w-]{1,128}$/.test(session) ? session : undefined;
  if (mode === 'secret' && typeof secret === 'string') {
    return { mode, secret, ...rest, ...(name && { session: name }) };
  }
  if (mode === 'cookie' && name) return { mode, session: name, ...rest };
  return null;
}

function parseText(text: string | null | undefined): Slot | null {
  if (!text) return null;
  try {
    return parseSlot(JSON.parse(text));
  } catch {
    return null;
  }
}

/** Over localStorage or sessionStorage; `get` is called each time because the getter may throw. */
export function webStorageStore(get: () => Storage): SlotStore {
  const attempt = <T>(action: () => T, fallback: T): Promise<T> => {
    try {
      return Promise.resolve(action());
    } catch {
      return Promise.resolve(fallback);
    }
  };
  return {
    read: (name) => attempt(() => parseText(get().getItem(name)), null),
    write: (name, slot) =>
      attempt(() => {
        get().setItem(name, JSON.stringify(slot));
        return true;
      }, false),
    remove: (name) => attempt(() => get().removeItem(name), undefined),
    tidy: (before) =>
      attempt(() => {
        const storage = get();
        const names = Array.from({ length: storage.length }, (_, index) => storage.key(index));
        for (const name of names) {
          if (!name?.startsWith(kPrefix)) continue;
          const slot = parseText(storage.getItem(name));
          if (slot && slot.ends < before) storage.removeItem(name);
        }
      }, undefined),
  };
}

export function historyStore(get: () => History): SlotStore {
  const state = (): Record<string, unknown> => {
    try {
      const value: unknown = get().state;
      return typeof value === 'object' && value !== null ? { ...value } : {};
    } catch {
      return {};
    }
  };
  const replace = (value: Record<string, unknown>): boolean => {
    try {
      get().replaceState(value, '');
      return true;
    } catch {
      return false;
    }
  };
  return {
    read: (name) => Promise.resolve(parseSlot(state()[name])),
    write: (name, slot) => Promise.resolve(replace({ ...state(), [name]: slot })),
    remove: (name) => {
      const { [name]: _dropped, ...rest } = state();
      replace(rest);
      return Promise.resolve();
    },
    tidy: () => Promise.resolve(),
  };
}

export function cacheStore(get: () => CacheStorage): SlotStore {
  const attempt = async <T>(action: (cache: Cache) => Promise<T>, fallback: T): Promise<T> => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const timeout = new Promise<T>((resolve) => {
      timer = setTimeout(() => resolve(fallback), kCacheTimeout);
    });
    try {
      const opened = get()
        .open(kCacheName)
        .then((cache) => action(cache));
      return await Promise.race([opened, timeout]);
    } catch {
      return fallback;
    } finally {
      clearTimeout(timer);
    }
  };
  const path = (name: string): string => kCachePath + name.slice(kPrefix.length);
  const slotOf = async (response: Response | undefined): Promise<Slot | null> =>
    response ? parseText(await response.text()) : null;
  return {
    read: (name) => attempt(async (cache) => slotOf(await cache.match(path(name))), null),
    write: (name, slot) =>
      attempt(async (cache) => {
        await cache.put(path(name), new Response(JSON.stringify(slot)));
        return true;
      }, false),
    remove: async (name) => {
      await attempt((cache) => cache.delete(path(name)), false);
    },
    tidy: (before) =>
      attempt(async (cache) => {
        for (const request of await cache.keys()) {
          const slot = await slotOf(await cache.match(request));
          if (!slot || slot.ends < before) await cache.delete(request);
        }
      }, undefined),
  };
}

/** One link's slot over all stores. */
export class SlotKeeper {
  constructor(
    private readonly name: string,
    private readonly stores: readonly SlotStore[],
  ) {}

  async read(): Promise<Slot | null> {
    for (const store of this.stores) {
      const slot = await store.read(this.name);
      if (slot) return slot;
    }
    return null;
  }

  async write(slot: Slot): Promise<void> {
    await Promise.all(
      this.stores.map(async (store) => {
        // A store that no longer takes writes must not go on holding an older secret.
        if (!(await store.write(this.name, slot))) await store.remove(this.name);
      }),
    );
  }

  /** Only this frame's own secret: what another frame wrote meanwhile may be the good one. */
  async dropSecret(secret: string): Promise<void> {
    await this.dropWhere((slot) => slot.mode === 'secret' && slot.secret === secret);
  }

  /** The session this slot names is over. */
  async dropSession(session: string): Promise<void> {
    await this.dropWhere((slot) => slot.mode === 'cookie' && slot.session === session);
  }

  async tidy(before: number): Promise<void> {
    await Promise.all(this.stores.map((store) => store.tidy(before)));
  }

  private async dropWhere(mine: (slot: Slot) => boolean): Promise<void> {
    await Promise.all(
      this.stores.map(async (store) => {
        const slot = await store.read(this.name);
        if (slot && mine(slot)) await store.remove(this.name);
      }),
    );
  }
}

export function browserStores(): SlotStore[] {
  return [
    webStorageStore(() => window.localStorage),
    webStorageStore(() => window.sessionStorage),
    historyStore(() => window.history),
    cacheStore(() => window.caches),
  ];
}
