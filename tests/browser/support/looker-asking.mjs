// What a test asks of the application's page: to embed something, and what its frames have told.
import { textOf, until } from './asking.mjs';

/** Opens the application's page for one person; `kind` is signed, cookieless or private. */
export async function begin(browser, lab, kind, person = 'ada', site = 'host.test') {
  await browser.goto(lab.page(site));
  await browser.eval(`(window.begin(${JSON.stringify(kind)}, ${JSON.stringify(person)}), true)`);
}

/** Embeds what `make`, code of a function over the SDK, builds; answers the frame's number. */
export const embed = (browser, make, options = {}) =>
  browser.eval(`window.embed(${make}, ${JSON.stringify(options)})`);

export const connected = (browser, i = 0) =>
  until(browser, `window.connections[${i}] !== undefined`, `the connection of frame ${i}`);

/** All that frame i has told under this name, oldest first. */
export const told = (browser, type, i = 0) =>
  browser.eval(`window.heard.filter(m => m.frame === ${i} && m.type === ${JSON.stringify(type)}).map(m => m.detail ?? m)`);

/** The first event of this name after the last `forgetEvents`; `where` is code over its `detail`. */
export const event = (browser, type, { i = 0, where = 'true' } = {}) =>
  until(browser, `(() => { const m = window.heard.find(({ type, frame, detail }) => frame === ${i} &&
    type === ${JSON.stringify(type)} && (${where})); return m ? m.detail ?? m : null; })()`, `${type} of frame ${i}`);

export const forgetEvents = browser => browser.eval('(window.heard.length = 0, true)');

/** Waits for the end of a run and answers the event. */
export const ran = (browser, { i = 0, type = 'dashboard' } = {}) => event(browser, `${type}:run:complete`, { i });

/** Does something with frame i's connection, `code` over `connection`; answers what it resolves to. */
export const act = (browser, code, i = 0) =>
  browser.eval(`(async connection => ((await (${code})) ?? null))(window.connections[${i}])`);

/** Waits until frame i shows `pattern`, and answers all of its text. */
export async function shows(browser, pattern, i = 0) {
  await until(browser, `${pattern}.test(document.body.innerText)`, `${pattern} in frame ${i}`, i);
  return textOf(browser, i);
}

/** Waits in the test's own process until `look` answers something true. */
export async function eventually(look, what) {
  for (const end = Date.now() + 20_000; !look();) {
    if (Date.now() > end) throw new Error(`waited for ${what}`);
    await new Promise(done => setTimeout(done, 50));
  }
}
