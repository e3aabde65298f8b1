// Somebody at the console in Firefox or WebKit: finds by role and name, clicks, writes, reads. Each wait is
// for something that is seen.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { patiently } from './asking.mjs';
import { freeByName, seenByName } from './by-name.mjs';

const OUTPUT = fileURLToPath(new URL('../../../build/test-output/', import.meta.url));
mkdirSync(OUTPUT, { recursive: true });

/** Before a page's own code: what it does wrong from the first line on is kept, its frames' too. */
export const LISTENING = `{
  const faults = window.__faults = [];
  const say = (kind, text) => faults.push(kind + ': ' + text);
  addEventListener('securitypolicyviolation', event => say('policy',
    event.violatedDirective + ' against ' + event.blockedURI + ' ' + event.sample + ' ' + event.sourceFile + ':' + event.lineNumber));
  addEventListener('error', event => say('error', event.message ?? 'nothing came of ' + (event.target.src ?? event.target.href)), true);
  addEventListener('unhandledrejection', event => say('rejection', String(event.reason) + ' ' + (event.reason?.stack ?? '')));
  const { error } = console;
  console.error = (...words) => { say('console', words.join(' ')); error.apply(console, words); };
}`;

/** The shadow roots of editors. */
const EDITORS = "[...document.querySelectorAll('[data-editor], [data-query-editor]')].map(host => host.shadowRoot).filter(Boolean)";

/** `browser`: as of browsers.mjs, started with LISTENING. `engine` names its pictures. */
export function personAt(browser, engine, origin) {
  const faults = [];
  /** What the document that is left has collected. */
  const gather = async () => {
    // Engines tell of a policy's breach in a task of its own.
    faults.push(...await browser.eval('new Promise(done => setTimeout(() => done(window.__faults?.splice(0) ?? []), 0))'));
  };
  const pageSays = () => browser.eval(`'the focus is on ' + document.activeElement?.outerHTML.slice(0, 200)
    + '; the page reads: ' + document.body.innerText.replace(/\\s+/g, ' ').slice(0, 1500)`).catch(String);
  const wait = (code, what) => patiently(() => browser.eval(code), async () => `waited for ${what}; ${await pageSays()}`);
  const text = JSON.stringify;
  /** What was drawn is seen, and the page listens: nobody acts within a frame of what made them act. */
  const atRest = () => patiently(() => browser.eval(`new Promise(done =>
    requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(true)))))`), pageSays);
  /** What is under way when the page is drawn anew is tried again. */
  const whenFree = (code, what, act) => patiently(
    async () => await browser.eval(`(${code}) !== null`) && await atRest() && act(),
    async last => `waited for ${what} to be free${last ? `: ${last.message}` : ''}; ${await pageSays()}`);

  const person = {
    browser,
    wait,
    async faults() {
      await gather();
      return faults;
    },
    async open(path) {
      await gather();
      await browser.goto(origin + path);
    },
    async reload() {
      await gather();
      await browser.reload();
    },
    find: (role, name) => wait(`${seenByName(role, name)} !== null`, `the ${role} “${name}”`),
    isThere: (role, name) => browser.eval(`${seenByName(role, name)} !== null`),
    heading: name => person.find('heading', name),
    /** Real presses of the mouse, at the middle. */
    click: (role, name) => whenFree(freeByName(role, name), `the ${role} “${name}”`,
      () => browser.click(freeByName(role, name))),
    clickAt: selector => whenFree(`document.querySelector(${text(selector)})`, selector,
      () => browser.click(`document.querySelector(${text(selector)})`)),
    async type(words) {
      await atRest();
      await browser.type(words);
    },
    async press(...keys) {
      await atRest();
      await browser.press(...keys);
    },
    /** In place of what stands in the field, by mouse and keyboard. */
    async fill(name, words) {
      const field = freeByName('textbox', name);
      await person.click('textbox', name);
      await browser.press('Control', 'a');
      await browser.press('Backspace');
      if (words !== '') await browser.type(words);
      await wait(`${field}?.value === ${text(words)}`, `“${words}” in the field “${name}”`);
    },
    async choose(name, value) {
      const field = freeByName('combobox', name);
      await wait(`[...(${field}?.options ?? [])].some(option => option.value === ${text(value)})`, `${value} in “${name}”`);
      await browser.select(field, value);
      await wait(`${field}?.value === ${text(value)}`, `“${name}” to be ${value}`);
    },
    reads: words => wait(`document.body.innerText.replaceAll('\\u00a0', ' ').includes(${text(words)})`, `“${words}”`),
    gone: words => wait(`!document.body.innerText.includes(${text(words)})`, `“${words}” to go`),
    /** Of whatever editor stands in the page: its text, and what its list offers. */
    editorText: () => browser.eval(`${EDITORS}.flatMap(root => [...root.querySelectorAll('.cm-line')]).map(line => line.textContent).join('\\n')`),
    offered: label => wait(`${EDITORS}.flatMap(root => [...root.querySelectorAll('.cm-tooltip-autocomplete .cm-completionLabel')])
      .some(one => one.textContent === ${text(label)})`, `“${label}” to be offered`),
    inEditor: selector => wait(`${EDITORS}.some(root => root.querySelector(${text(selector)}) !== null)`, selector),
    async writeInEditor(name, words) {
      await person.click('textbox', name);
      await browser.press('Control', 'a');
      await browser.press('Backspace');
      await browser.type(words);
      assert.equal(await person.editorText(), words);
    },
    waitFor: (ask, what) => patiently(ask, () => `waited for ${what}`),
    noDialog: () => wait("document.querySelector('dialog') === null", 'no dialog'),
    hasFocus: (role, name) => wait(`document.activeElement !== document.body && document.activeElement === ${seenByName(role, name)}`,
      `the focus on the ${role} “${name}”`),
    query: name => browser.eval(`new URLSearchParams(location.search).get(${text(name)})`),
    /** Every panel with what was asked for. */
    drawn: () => wait(`document.querySelector('.drawing .panel') !== null && document.querySelector(
      '.drawing .panel[aria-busy="true"], .drawing .panel-body.stale, .tile-waiting') === null`, 'all panels'),
    /** Of a panel's chart: how many of its pixels are drawn, of any colour. */
    inkOf: selector => browser.eval(`[...document.querySelectorAll(${text(`${selector} canvas`)})].reduce((sum, canvas) => {
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      for (let at = 3; at < data.length; at += 4) if (data[at] > 0) sum++;
      return sum; }, 0)`),
    async signIn({ handle, password }) {
      await person.fill('Name or e-mail', handle);
      await person.fill('Password', password);
      await browser.press('Enter');
    },
    /** A picture in build/test-output/, to be looked at; nothing in it is wider than the window. */
    async picture(name) {
      await wait("document.getAnimations().every(one => one.playState !== 'running' || one.effect.getTiming().iterations === Infinity)", 'rest');
      await browser.screenshot(`${OUTPUT}console-${engine}-${name}.png`);
      const over = await browser.eval('document.documentElement.scrollWidth - document.documentElement.clientWidth');
      assert.equal(over, 0, `${name}: ${over} px wider than the window`);
    },
  };
  return person;
}
