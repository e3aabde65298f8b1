// examples/looker against examples/flights: two people, one dashboard, each his own airport, in
// signed links and in cookieless sessions, and no secret in the browser.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { Casement } from '../../../examples/looker/casement.mjs';
import { createHost, people } from '../../../examples/looker/server.mjs';
import { Viewer, ndjson, newSecret, shellOf, startLooker } from './support.mjs';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const agent = 'Mozilla/5.0 (example)';
let looker, server, origin, key;
const seen = [];

before(async () => {
  execFileSync(`${root}examples/flights/fetch-data.sh`, { stdio: 'ignore' });
  looker = await startLooker({
    fixture: `${root}examples/flights`,
    publicUrl: null,
  });
  const casement = new Casement(looker.url, looker.credentials.looker);
  key = await casement.createSecret();
  server = createServer(createHost({ casementUrl: new URL(looker.url), casement, key }));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  origin = `http://127.0.0.1:${server.address().port}`;
});
after(async () => {
  server?.close();
  await looker?.close();
});

async function ask(path, init = {}) {
  const answer = await fetch(origin + path, {
    ...init,
    headers: { 'User-Agent': agent, ...init.headers },
  });
  const text = await answer.text();
  seen.push(text);
  return { status: answer.status, headers: answer.headers, text };
}

const unescape = (text) => text.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(code));

/** Opens a frame's address as the page in it does, and reads the airports in its rows. */
async function open(address) {
  const { host, pathname, search } = new URL(address);
  const headers = {
    Host: host,
    Origin: `http://${host}`,
    'User-Agent': agent,
    'X-Forwarded-Proto': 'http',
  };
  const page = await looker.page(pathname + search, headers);
  assert.equal(page.status, 200, page.text);
  const opened = await looker.open(pathname + search, { secret: newSecret(), headers });
  assert.equal(opened.status, 201, opened.text);
  return { page, opened, viewer: new Viewer(looker, opened, headers) };
}

function departures(opened) {
  const lines = ndjson(opened.text);
  assert.ok(
    lines.every((line) => !line.error),
    opened.text,
  );
  return JSON.stringify(lines.filter(({ panel }) => panel).sort((a, b) => a.panel - b.panel));
}

test('shows each person the departures of his own airport, in a signed link', async () => {
  const html = (await ask('/')).text;
  const frames = [...html.matchAll(/<iframe [^>]*src="([^"]*)"/g)].map(([, src]) => unescape(src));
  assert.equal(frames.length, Object.keys(people).length);
  const shown = [];
  for (const frame of frames) shown.push(departures((await open(frame)).opened));
  assert.notEqual(shown[0], shown[1], 'they see different rows');
  assert.ok(
    shown.every((text) => text.length > 1000),
    'they see rows',
  );
  for (const part of ['external_user_id', 'HMAC-SHA256', key.secret.slice(-4)])
    assert.ok(html.includes(part), part);
  const other = [...(await ask('/')).text.matchAll(/<iframe [^>]*src="([^"]*)"/g)].map(([, src]) =>
    unescape(src),
  );
  assert.ok(
    other.every((frame) => !frames.includes(frame)),
    'each load signs anew',
  );
});

test('shows the same in cookieless sessions, which its page renews', async () => {
  const html = (await ask('/cookieless')).text;
  assert.match(html, /data-person="ada"/);
  const shown = [];
  for (const id of Object.keys(people)) {
    const post = (call, body) =>
      ask(`/api/${call}/${id}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      });
    const { frame, tokens } = JSON.parse((await post('acquire', {})).text);
    const { page, opened, viewer } = await open(frame);
    assert.equal(shellOf(page)['embed-domain'], origin, 'the frame may talk to its page');
    shown.push(departures(opened));
    assert.equal(tokens.session_reference_token, undefined);
    const fresh = JSON.parse((await post('generate', tokens)).text);
    assert.ok(fresh.session_reference_token_ttl > 3000 && fresh.api_token);
    const renewed = await viewer.call('/sessions/tokens', { api_token: fresh.api_token });
    assert.equal(renewed.status, 200, renewed.text);
    const again = JSON.parse((await post('acquire', {})).text);
    assert.ok(again.frame.includes('embed_authentication_token='), 'a reload joins the session');
  }
  assert.notEqual(shown[0], shown[1]);
});

test('answers its own page only, and gives no secret to a browser', async () => {
  for (const path of ['/api/acquire/ada', '/api/generate/ada']) {
    assert.equal(
      (await ask(path, { method: 'POST', headers: { 'Sec-Fetch-Site': 'cross-site' } })).status,
      403,
    );
  }
  assert.equal((await ask('/api/acquire/nobody', { method: 'POST' })).status, 405);
  assert.equal((await ask('/api/acquire/__proto__', { method: 'POST' })).status, 405);
  assert.equal((await ask('/server.mjs')).status, 404);
  const large = await ask('/api/generate/ada', {
    method: 'POST',
    body: JSON.stringify({ a: 'x'.repeat(20_000) }),
  });
  assert.equal(large.status, 502);
  assert.match((await ask('/')).headers.get('content-security-policy'), /frame-ancestors 'none'/);
  for (const text of seen) {
    assert.ok(
      !text.includes(key.secret) && !text.includes(looker.credentials.looker.client_secret),
    );
    assert.ok(!/"session_reference_token"/.test(text));
  }
});
