// Hands over a WebDriver session, for an engine that Puppeteer does not drive: the same clicks and keys
// as in browsers.mjs, each a real event of the browser.

const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';
const KEYS = { Backspace: '\uE003', Tab: '\uE004', Enter: '\uE007', Shift: '\uE008', Control: '\uE009',
  Escape: '\uE00C', End: '\uE010', Home: '\uE011', ArrowLeft: '\uE012', ArrowUp: '\uE013', ArrowRight: '\uE014',
  ArrowDown: '\uE015', Delete: '\uE017' };

/** `session` calls the driver; `run` evaluates in the page. */
export function webDriverHands(session, run) {
  const elementOf = async code => (await run(code))?.[ELEMENT] ?? null;
  const keys = actions => session('POST', '/actions', { actions: [{ type: 'key', id: 'keyboard', actions }] });
  const code = key => KEYS[key] ?? key;
  return {
    async click(found) {
      const element = await elementOf(found);
      if (element !== null) await session('POST', `/element/${element}/click`);
      return element !== null;
    },
    async drag(found, x, y) {
      const { left, top } = await run(`(() => { const box = (${found}).getBoundingClientRect();
        return { left: Math.round(box.x + box.width / 2), top: Math.round(box.y + box.height / 2) }; })()`);
      const move = (to, share) => ({ type: 'pointerMove', origin: 'viewport', duration: 0,
        x: Math.round(left + to.x * share), y: Math.round(top + to.y * share) });
      await session('POST', '/actions', { actions: [{ type: 'pointer', id: 'mouse', parameters: { pointerType: 'mouse' },
        actions: [move({ x: 0, y: 0 }, 0), { type: 'pointerDown', button: 0 },
          ...[0.25, 0.5, 0.75, 1].map(share => move({ x, y }, share)), { type: 'pointerUp', button: 0 }] }] });
    },
    async select(found, value) {
      const option = await elementOf(
        `[...(${found}).options].find(option => option.value === ${JSON.stringify(value)}) ?? null`);
      await session('POST', `/element/${option}/click`);
    },
    type: text => keys([...text].flatMap(letter => [{ type: 'keyDown', value: letter }, { type: 'keyUp', value: letter }])),
    press: (...pressed) => keys([...pressed.map(key => ({ type: 'keyDown', value: code(key) })),
      ...pressed.reverse().map(key => ({ type: 'keyUp', value: code(key) }))]),
  };
}
