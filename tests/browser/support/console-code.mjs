// Writing in the console's editors of code, which stand in shadow roots.

export async function press(page, ...keys) {
  for (const key of keys.slice(0, -1)) await page.keyboard.down(key);
  await page.keyboard.press(keys.at(-1));
  for (const key of keys.slice(0, -1).reverse()) await page.keyboard.up(key);
}

/** The editors of a page that `selector` finds, each by its place among them. */
export function codeEditors(page, selector) {
  /** Until the caret stands there: what the page has begun before may take it away once more. */
  const focus = (at = 0) => page.waitForFunction((wanted, place) => {
    const root = document.querySelectorAll(wanted)[place]?.shadowRoot;
    const content = root?.querySelector('.cm-content');
    if (!content) return false;
    if (root.activeElement === content) return true;
    content.focus();
    return false;
  }, {}, selector, at);
  return {
    focus,
    /** All of its text, by keyboard, without what would be completed or closed on the way. */
    async write(text, at = 0) {
      await focus(at);
      await press(page, 'Control', 'a');
      // Text put over coloured text would have Chromium keep the colour in a style, which the policy forbids.
      await page.keyboard.press('Backspace');
      if (text === '') return;
      const session = await page.createCDPSession();
      await session.send('Input.insertText', { text });
      await session.detach();
    },
    text: (at = 0) => page.evaluate((wanted, place) => [...document.querySelectorAll(wanted)[place]
      .shadowRoot.querySelectorAll('.cm-line')].map(line => line.textContent).join('\n'), selector, at),
  };
}
