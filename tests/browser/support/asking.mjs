// What a test asks of a page: to wait for something, and what a frame says it is.
import assert from 'node:assert/strict';

/** Asks until the answer is truthy, and answers it. The only wait here. `complain` gets what was last thrown. */
export async function patiently(ask, complain) {
  const end = Date.now() + Number(process.env.CONSOLE_PATIENCE ?? 20_000);
  for (;;) {
    let thrown = null;
    const value = await ask().catch(error => {
      thrown = error;
    });
    if (value) return value;
    if (Date.now() > end) assert.fail(await complain(thrown));
    await new Promise(done => setTimeout(done, 50));
  }
}

/** Polls inside the page, or inside its frame i, until `code` is truthy; answers it. */
export const until = (browser, code, what, i = null) =>
  patiently(() => i === null ? browser.eval(code) : browser.frameEval(i, code), async () =>
    `waited for ${what}; the host heard ${await browser.eval('JSON.stringify(window.heard)').catch(() => 'nothing')}`);

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

/** Loads the frame's document again, from inside, and answers what it then says. */
export async function reloadFrame(browser, i = 0) {
  await forget(browser);
  await browser.frameEval(i, 'setTimeout(() => location.reload(), 0)');
  return state(browser, i);
}

/**
 * What the frame says after its browser was closed and opened again with the same profile. A browser
 * writes its profile when it likes, and now and then loses one that was closed in order: one more try.
 */
export async function stateAfterRestart(browser, lab) {
  const once = async () => {
    const page = lab.host.url('host.test', lab.link('acme'));
    await browser.goto(page);
    assert.equal(await state(browser), 'ready');
    await browser.restart();
    await browser.goto(page);
    return state(browser);
  };
  const first = await once();
  return first === 'ready' ? first : once();
}

/** Opens a page of `site` that frames these links. */
export async function open(browser, lab, site, links, attrs) {
  await browser.goto(lab.host.url(site, links, attrs));
}

/** Waits until frame 0 shows its time series, and has had two frames' time to paint. */
export async function drawn(browser) {
  await until(browser, "document.querySelector('canvas') !== null", 'a time series', 0);
  await browser.frameEval(0,
    'new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))');
}

/** Presses the option of an open menu of frame i whose text fits; a menu comes when it has loaded. */
export const pressOption = (browser, pattern, i = 0) => until(browser, `(() => {
  const found = [...document.querySelectorAll('.option')].find(option => ${pattern}.test(option.textContent));
  found?.click();
  return found !== undefined; })()`, `an option ${pattern}`, i);
