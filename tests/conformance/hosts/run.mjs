// Starts every example host application whose runtime is present and holds it against what the
// vendor's guide asks of a host: both ways to embed, CORS in both modes, the exact signature.
//
//     node tests/conformance/hosts/run.mjs
//
// Runtimes that are absent are skipped by name.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

import { languages } from './languages.mjs';
import { freePort, start } from './process.mjs';
import { sign, signedParts } from './signature.mjs';
import { checkSnippets } from './snippets.mjs';

const work = mkdtempSync(join(tmpdir(), 'casement-hosts-'));
after(() => rmSync(work, { recursive: true, force: true }));

const EMBED_URL = 'https://dash.example/sb/secure-embed/share-0001';
const CREDENTIAL = 'A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8S9t0U1v2';
const ORIGIN = 'https://app.example';

const absent = languages.filter((language) => !language.present).map((language) => language.name);

async function withHost(language, settings, use) {
  const port = await freePort();
  const env = { CASEMENT_EMBED_URL: EMBED_URL, CASEMENT_EMBED_CREDENTIAL: CREDENTIAL, ...settings };
  const host = await start(language.command(work, port), { ...env, PORT: String(port) }, port);
  try {
    await use(`http://127.0.0.1:${port}`);
  } finally {
    await host.stop();
  }
}

/** Frame attributes as the vendor's samples have them; returns the tag. */
function iframeOf(html) {
  const tag = /<iframe [^>]*>/.exec(html)?.[0];
  assert.ok(tag, 'the page has no iframe');
  for (const part of ['width: 100%', 'height: 85vh', 'border: 0', 'loading="lazy"',
    'referrerpolicy="no-referrer"', 'allow="fullscreen"', 'title="']) {
    assert.ok(tag.includes(part), `the iframe has no ${part}`);
  }
  return tag;
}

function unescapeHtml(text) {
  const named = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
  return text.replace(/&(#x?[0-9a-f]+|[a-z]+);/gi, (whole, name) => {
    if (name.startsWith('#x')) return String.fromCodePoint(parseInt(name.slice(2), 16));
    if (name.startsWith('#')) return String.fromCodePoint(Number(name.slice(1)));
    return named[name] ?? whole;
  });
}

function checkSigned(url, base = EMBED_URL) {
  const parts = signedParts(url);
  // Go and PHP may percent-encode what the base URL has unencoded.
  assert.equal(decodeURI(parts.base), decodeURI(base));
  assert.match(parts.nonce, /^[0-9a-f]{32}$/);
  assert.match(parts.ts, /^[1-9][0-9]{9}$/);
  assert.ok(Math.abs(Number(parts.ts) - Date.now() / 1000) < 60, `ts ${parts.ts} is not now`);
  assert.equal(parts.token, sign(CREDENTIAL, parts.nonce, parts.ts));
  return parts.nonce;
}

async function checkPage(origin) {
  const answer = await fetch(`${origin}/`);
  assert.equal(answer.status, 200);
  assert.match(answer.headers.get('content-type'), /^text\/html/);
  assert.equal(answer.headers.get('cache-control'), 'no-store');
  const html = await answer.text();
  assert.ok(!/\ssrc=/.test(iframeOf(html)), 'the fetching page must not carry a link');
  assert.ok(html.includes("fetch('/api/embed-url')"));
  assert.ok(!html.includes(CREDENTIAL));
}

async function embedUrl(origin) {
  const answer = await fetch(`${origin}/api/embed-url`, { headers: { Origin: ORIGIN } });
  assert.equal(answer.status, 200);
  assert.match(answer.headers.get('content-type'), /^application\/json/);
  assert.equal(answer.headers.get('cache-control'), 'no-store');
  return { url: (await answer.json()).url, headers: answer.headers };
}

async function serverRenderedSrc(origin) {
  const answer = await fetch(`${origin}/server-rendered`);
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get('cache-control'), 'no-store');
  const html = await answer.text();
  assert.ok(!html.includes(CREDENTIAL));
  const src = / src="([^"]*)"/.exec(iframeOf(html))?.[1];
  assert.ok(src, 'the iframe has no src');
  assert.ok(!/&(?!(#x?[0-9a-f]+|[a-z]+);)/i.test(src), 'a bare & stands in the attribute');
  assert.ok(!/[<>']/.test(src), 'the attribute is not escaped');
  return unescapeHtml(src);
}

async function preflight(origin) {
  const answer = await fetch(`${origin}/api/embed-url`, {
    method: 'OPTIONS',
    headers: { Origin: ORIGIN, 'Access-Control-Request-Method': 'GET' },
  });
  assert.ok(answer.status === 204 || answer.status === 200, `preflight: ${answer.status}`);
  assert.match(answer.headers.get('access-control-allow-methods'), /GET/);
  return answer.headers;
}

function checkCors(headers, allowedOrigin) {
  assert.equal(headers.get('access-control-allow-origin'), allowedOrigin ?? '*');
  assert.equal(headers.get('access-control-allow-credentials'), allowedOrigin ? 'true' : null);
}

test('the signature is the one of the known link', () => {
  assert.equal(sign(CREDENTIAL, '00112233445566778899aabbccddeeff', '1767225600'),
    '296633d660c45eef76cd7971745ab7e8c54e20a98dc5e27c7188eead0ffa25b8');
});

test('the snippets in docs/signing.md are those of the examples', () => checkSnippets());

for (const language of languages) {
  const skip = language.present ? false : `${language.name}: no ${language.needs.join(', ')} here`;
  test(`${language.name} host`, { skip }, async (t) => {
    await language.build?.(work);

    await t.test('embeds both ways, open to any origin, each link signed anew', () =>
      withHost(language, {}, async (origin) => {
        await checkPage(origin);
        const nonces = new Set();
        const answers = await Promise.all(Array.from({ length: 20 }, () => embedUrl(origin)));
        for (const { url, headers } of answers) {
          nonces.add(checkSigned(url));
          checkCors(headers);
        }
        nonces.add(checkSigned(await serverRenderedSrc(origin)));
        nonces.add(checkSigned(await serverRenderedSrc(origin)));
        assert.equal(nonces.size, 22, 'a nonce was used twice');
        checkCors(await preflight(origin));
        assert.equal((await fetch(`${origin}/nothing-here`)).status, 404);
      }));

    await t.test('lets one origin in with its cookies, and escapes what it writes', () => {
      const base = `${EMBED_URL}/'"<b>`;
      const settings = { ALLOWED_ORIGIN: ORIGIN, CASEMENT_EMBED_URL: base };
      return withHost(language, settings, async (origin) => {
        const { url, headers } = await embedUrl(origin);
        checkSigned(url, base);
        checkCors(headers, ORIGIN);
        checkCors(await preflight(origin), ORIGIN);
        checkSigned(await serverRenderedSrc(origin), base);
      });
    });

    await t.test('says what is missing when it has no credential', async () => {
      const port = await freePort();
      const env = { CASEMENT_EMBED_URL: EMBED_URL, CASEMENT_EMBED_CREDENTIAL: '', PORT: String(port) };
      const host = await start(language.command(work, port), env, port, { mayExit: true });
      try {
        if (!host.exited()) {
          // PHP starts its server first and the program with the first request.
          assert.equal((await fetch(`http://127.0.0.1:${port}/api/embed-url`)).status, 500);
        } else {
          assert.notEqual(host.exitCode(), 0);
        }
        assert.match(host.output(), /CASEMENT_EMBED_CREDENTIAL/);
      } finally {
        await host.stop();
      }
    });
  });
}

after(() => {
  console.log(absent.length > 0 ? `absent runtimes, skipped: ${absent.join(', ')}` : 'every runtime is present');
});
