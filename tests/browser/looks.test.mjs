// Pictures of the viewer in both themes at three widths, kept in build/test-output/.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { drawn, state } from './support/asking.mjs';
import { startChromium } from './support/browsers.mjs';
import { startLab } from './support/lab.mjs';

const OUTPUT = fileURLToPath(new URL('../../build/test-output/', import.meta.url));
mkdirSync(OUTPUT, { recursive: true });

describe('What it looks like', () => {
  let lab;
  before(async () => { lab = await startLab(); });
  after(() => lab?.close());

  for (const colorScheme of ['light', 'dark']) {
    for (const [device, width, height] of [['desktop', 1200, 900], ['phone', 375, 800], ['narrow', 320, 700]]) {
      test(`${colorScheme}, ${device}`, async () => {
        const browser = await startChromium({ pin: lab.pin, colorScheme });
        try {
          await browser.resize(width, height);
          await browser.goto(lab.host.url('host.test', lab.link('globex'),
            `style="width:100%;height:${height - 20}px;border:0"`));
          assert.equal(await state(browser), 'ready');
          await drawn(browser);
          await browser.screenshot(`${OUTPUT}viewer-${colorScheme}-${device}.png`);
          const overflow = await browser.frameEval(0,
            'document.documentElement.scrollWidth - document.documentElement.clientWidth');
          assert.equal(overflow, 0, 'nothing is wider than the frame');
        } finally {
          await browser.close();
        }
      });
    }
  }
});
