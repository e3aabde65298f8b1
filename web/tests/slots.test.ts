import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  cacheStore,
  historyStore,
  parseSlot,
  slotName,
  webStorageStore,
  type Slot,
} from '../viewer/session/slots';

const kSlot: Slot = { mode: 'secret', secret: 'abc', ends: 5000 };

class FakeStorage {
  readonly map = new Map<string, string>();
  get length(): number {
    return this.map.size;
  }
  key(index: number): string | null {
    return [...this.map.keys()][index] ?? null;
  }
  getItem(name: string): string | null {
    return this.map.get(name) ?? null;
  }
  setItem(name: string, value: string): void {
    this.map.set(name, value);
  }
  removeItem(name: string): void {
    this.map.delete(name);
  }
}

const blocked = (): never => {
  throw new DOMException('blocked', 'SecurityError');
};

test('different links have different slots, and none shows the link', () => {
  const names = Array.from({ length: 20_000 }, (_, index) =>
    slotName(`/sb/x?token=T&nonce=${index}`),
  );
  assert.equal(new Set(names).size, names.length);
  assert.ok(!names[0]?.includes('token'));
});

test('web storage keeps a slot and tidies only what is old and ours', async () => {
  const storage = new FakeStorage();
  const store = webStorageStore(() => storage as unknown as Storage);
  assert.equal(await store.write('casement:a', kSlot), true);
  await store.write('casement:b', { ...kSlot, ends: 100 });
  storage.setItem('other', '{"ends":1}');
  await store.tidy(1000);
  assert.deepEqual(await store.read('casement:a'), kSlot);
  assert.equal(await store.read('casement:b'), null);
  assert.equal(storage.getItem('other'), '{"ends":1}');
});

test('storage that throws is as if it were empty', async () => {
  for (const store of [webStorageStore(blocked), historyStore(blocked), cacheStore(blocked)]) {
    assert.equal(await store.read('casement:a'), null);
    assert.equal(await store.write('casement:a', kSlot), false);
    await store.remove('casement:a');
    await store.tidy(0);
  }
});

test('history keeps what the page itself put there', async () => {
  const history = {
    state: { mine: 1 } as Record<string, unknown>,
    replaceState(value: Record<string, unknown>): void {
      this.state = value;
    },
  };
  const store = historyStore(() => history as unknown as History);
  await store.write('casement:a', kSlot);
  assert.deepEqual(await store.read('casement:a'), kSlot);
  await store.remove('casement:a');
  assert.deepEqual(history.state, { mine: 1 });
});

test('a foreign or torn value is no slot', () => {
  for (const value of [
    null,
    7,
    'x',
    {},
    { mode: 'secret' },
    { mode: 'secret', secret: 1, ends: 1 },
  ]) {
    assert.equal(parseSlot(value), null);
  }
  assert.equal(parseSlot({ mode: 'cookie', session: '../other', ends: 1 }), null);
});
