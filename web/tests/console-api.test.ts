import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { afterEach, test } from 'node:test';
import { addressOf, call, listen, Refusal, Unreachable } from '../console/api/client';
import { partsOf, placeOf } from '../console/state/place';

const realFetch = globalThis.fetch;
afterEach(() => {
  globalThis.fetch = realFetch;
});

interface Asked {
  url: string;
  init: RequestInit;
}

function answering(make: () => Response): Asked[] {
  const asked: Asked[] = [];
  globalThis.fetch = (url, init) => {
    asked.push({ url: url as string, init: init ?? {} });
    return Promise.resolve(make());
  };
  return asked;
}

const json = (status: number, body: unknown): Response =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });

test('Every call shows that a page of this server makes it, and takes only its cookie along', async () => {
  const asked = answering(() => json(200, { id: 1 }));
  await call('POST', '/dashboards', { body: { a: 1 }, query: { q: 'a b', none: undefined } });
  const [{ url, init } = { url: '', init: {} }] = asked;
  assert.equal(url, '/api/casement/v1/dashboards?q=a+b');
  assert.equal(init.credentials, 'same-origin');
  const headers = new Headers(init.headers);
  assert.equal(headers.get('x-casement'), '1');
  assert.equal(headers.get('content-type'), 'application/json');
  assert.equal(headers.get('authorization'), null);
});

test('An empty answer is no answer to read', async () => {
  answering(() => new Response(null, { status: 204 }));
  assert.equal(await call('DELETE', '/shares/t'), undefined);
});

test('A refusal keeps its code, its sentence and its field', async () => {
  answering(() =>
    json(400, { error: { code: 'invalid_body', message: 'Not so.', field: 'a[0]' } }),
  );
  await assert.rejects(call('GET', '/me'), (error: unknown) => {
    assert.ok(error instanceof Refusal);
    assert.deepEqual(
      [error.status, error.code, error.message, error.field],
      [400, 'invalid_body', 'Not so.', 'a[0]'],
    );
    return true;
  });
});

test('What stands between server and browser is not taken at its word', async () => {
  answering(() => new Response('<h1>Bad gateway</h1>', { status: 502 }));
  await assert.rejects(call('GET', '/me'), /The server could not do this \(status 502\)/);
});

test('A session that is over is told, a password that is wrong is not one', async () => {
  const told: string[] = [];
  listen({ signedOut: () => told.push('out'), reached: () => undefined });
  answering(() => json(401, { error: { code: 'login_failed', message: 'No.' } }));
  await assert.rejects(call('POST', '/sign-in', { body: {} }));
  assert.deepEqual(told, []);
  answering(() => json(401, { error: { code: 'signed_out', message: 'No.' } }));
  await assert.rejects(call('GET', '/shares'));
  assert.deepEqual(told, ['out']);
});

test('No answer is told, and so is the next one', async () => {
  const told: boolean[] = [];
  listen({ signedOut: () => undefined, reached: (isReached) => told.push(isReached) });
  globalThis.fetch = () => Promise.reject(new TypeError('failed'));
  await assert.rejects(call('GET', '/me'), Unreachable);
  answering(() => json(200, {}));
  await call('GET', '/me');
  assert.deepEqual(told, [false, true]);
});

test('Every call of the console is one of the server’s, by method and path', () => {
  const { paths } = JSON.parse(readFileSync('../docs/openapi.json', 'utf8')) as {
    paths: Record<string, Record<string, unknown>>;
  };
  const source = readFileSync('console/api/calls.ts', 'utf8');
  const calls = [...source.matchAll(/call\(\s*'([A-Z]+)',\s*['`]([^'`]+)['`]/g)];
  assert.ok(calls.length >= 30, `${calls.length} calls were found`);
  const unknown = calls
    .map(([, method = '', path = '']) => ({
      method: method.toLowerCase(),
      path: `/api/casement/v1${path.replaceAll(/\$\{[^}]*\}/g, '{}')}`,
    }))
    .filter(
      ({ method, path }) =>
        !Object.entries(paths).some(
          ([name, methods]) => name.replaceAll(/\{[^}]*\}/g, '{}') === path && method in methods,
        ),
    );
  assert.deepEqual(unknown, []);
});

test('An address of the console is its parts, whatever stands in them', () => {
  assert.equal(placeOf('/console/', '').path, '');
  assert.equal(placeOf('/console/shares/a%2Fb/', '?q=1').path, '/shares/a%2Fb');
  assert.equal(placeOf('/console/shares', '?q=1').query.get('q'), '1');
  assert.deepEqual(partsOf('/shares/a%2Fb'), ['shares', 'a/b']);
  assert.deepEqual(partsOf('/shares/%E0%A4%A'), ['shares', '\uFFFD']);
  assert.equal(
    addressOf('/audit', { before: 7, limit: undefined }),
    '/api/casement/v1/audit?before=7',
  );
});
