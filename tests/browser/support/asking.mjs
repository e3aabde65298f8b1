// What a test asks of a page: to wait for something, and what a frame says it is.
import assert from 'node:assert/strict';

/** Polls inside the page until `code` is truthy; answers it. The only wait in these tests. */
export async function until(browser, code, what, milliseconds = 20_000) {
  const end = Date.now() + milliseconds;
  for (;;) {
    const value = await browser.eval(code).catch(() => null);
    if (value) return value;
    if (Date.now() > end) {
      const heard = await browser.eval('JSON.stringify(window.heard)').catch(() => 'nothing');
      assert.fail(`waited for ${what}; the host heard ${heard}`);
    }
    await new Promise(done => setTimeout(done, 50));
  }
}

/** What frame i says it is, once it has said it: "ready", or the code of its refusal. */
export async function state(browser, i = 0) {
  const said = await until(browser,
    `(() => { const m = window.heard.filter(m => m.frame === ${i} && (m.type === 'ready' || m.type === 'denied' ||` +
    ` m.type === 'session-expired')); return m.length ? m[m.length - 1] : null; })()`, `frame ${i}`);
  return said.type === 'ready' ? 'ready' : said.code;
}
export const forget = browser => browser.eval('(window.heard.length = 0, true)');
/** All text of frame i. */
export const textOf = (browser, i = 0) => browser.frameEval(i, 'document.body.innerText');

/** Opens a page of `site` that frames these links. */
export async function open(browser, lab, site, links, attrs) {
  await browser.goto(lab.host.url(site, links, attrs));
}

/** Waits until frame 0 shows its time series, and has had two frames' time to paint. */
export async function drawn(browser, milliseconds = 20_000) {
  const end = Date.now() + milliseconds;
  while (!(await browser.frameEval(0, "document.querySelector('canvas') !== null"))) {
    if (Date.now() > end) assert.fail('no time series was drawn');
    await new Promise(done => setTimeout(done, 50));
  }
  await browser.frameEval(0,
    'new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))');
}
