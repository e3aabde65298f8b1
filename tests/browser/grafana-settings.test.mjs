// What Grafana's settings do to a page in a frame of another site: anonymous access, frames in text
// panels, embedding switched off, a browser that runs no scripts.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { drawn, open, reloadFrame, state, textOf, until } from './support/asking.mjs';
import { startChromium } from './support/browsers.mjs';
import { startGrafanaLab } from './support/grafana-lab.mjs';
import { shows } from './support/looker-asking.mjs';

const ORDERS = '/d/orders/orders?var-tenant=globex';

async function lives(env, body) {
  const lab = await startGrafanaLab({ env });
  try {
    await body(lab);
  } finally {
    await lab.close();
  }
}

describe('With anonymous access', () => {
  let lab;
  let browser;
  before(async () => {
    lab = await startGrafanaLab({ env: {
      CASEMENT_AUTH_ANONYMOUS_ENABLED: 'true', CASEMENT_AUTH_ANONYMOUS_ALLOWED_ADDRESSES: '127.0.0.0/8,::1/128',
      CASEMENT_SECURITY_DISABLE_SANITIZE_HTML: 'true' } });
    browser = await startChromium({ pin: lab.pin, policy: 'blocked' });
  });
  after(async () => {
    await browser?.close();
    await lab?.close();
  });

  test('a plain address opens its dashboard, and again after a reload', async () => {
    await open(browser, lab, 'host.test', [lab.origin + ORDERS]);
    assert.equal(await state(browser), 'ready');
    await drawn(browser);
    await shows(browser, '/Anvil \\(globex\\)/');
    assert.equal(await reloadFrame(browser), 'ready');
    await shows(browser, '/Anvil \\(globex\\)/');
    const { sessions } = await lab.api('GET', '/api/casement/v1/sessions?limit=10');
    assert.equal(sessions.length, 1, 'a reload is the same session');
  });

  test('a text panel’s frame is drawn, and other HTML stays text', async () => {
    const src = `${lab.host.origin('other.test')}/`;
    await lab.api('POST', '/api/casement/v1/dashboards', { document: { uid: 'framed', title: 'Framed', panels: [
      { id: 1, type: 'text', title: 'Text', grid: { x: 0, y: 0, w: 24, h: 8 },
        markdown: `<iframe src="${src}" title="Inside" height="200"></iframe>\n\n<b onclick="alert(1)">bold</b>` },
    ] } }, 201);
    await open(browser, lab, 'host.test', [`${lab.origin}/d/framed`]);
    assert.equal(await state(browser), 'ready');
    await until(browser, "document.querySelector('.markdown iframe') !== null", 'the frame', 0);
    const [frame] = await browser.frameEval(0, `[...document.querySelectorAll('.markdown iframe')].map(one =>
      ({ src: one.src, title: one.title, height: one.height, sandbox: one.sandbox.value }))`);
    assert.deepEqual(frame, { src, title: 'Inside', height: '200', sandbox: 'allow-scripts allow-same-origin' });
    assert.match(await textOf(browser), /<b onclick="alert\(1\)">/);
    assert.equal(await browser.frameEval(0, "document.querySelector('.markdown b') === null"), true);
  });

  test('a frame whose scripts are off says what it needs', async () => {
    await open(browser, lab, 'host.test', [lab.origin + ORDERS], 'sandbox="allow-same-origin"');
    assert.equal(await browser.eval("document.getElementById('frame0').sandbox.value"), 'allow-same-origin');
    await until(browser, "getComputedStyle(document.querySelector('.old')).opacity === '1'", 'the words', 0);
    assert.match(await textOf(browser), /needs JavaScript, and a browser of 2022 or later/);
  });
});

test('With embedding off, the frame names the setting', () =>
  lives({ CASEMENT_SECURITY_ALLOW_EMBEDDING: 'false', CASEMENT_ALIYUN_API_KEY_SHARE: 'true',
    CASEMENT_ALIYUN_API_KEY_SHARE_VERSION: 'v2' }, async lab => {
    const browser = await startChromium({ pin: lab.pin, policy: 'blocked' });
    try {
      await browser.goto(lab.host.url('host.test', lab.v2(ORDERS)));
      await until(browser, "document.querySelector('h1') !== null", 'a page in the frame', 0);
      assert.match(await textOf(browser), /lets no page into a frame.*security\.allow_embedding: true/s);
    } finally {
      await browser.close();
    }
  }));
