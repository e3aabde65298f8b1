// Persons' dashboards in every engine, under every policy for cookies.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startChromium, startFirefox, startWebKit } from './support/browsers.mjs';
import { NAMES } from './support/certificates.mjs';
import { act, begin, connected, embed, forgetEvents, ran, shows } from './support/looker-asking.mjs';
import { startLookerLab } from './support/looker-lab.mjs';

const ORDERS = "sdk => sdk.createDashboardWithId('orders').withFilters({ Tenant: 'globex' })";
const PRODUCTS = "sdk => sdk.createDashboardWithId('products').withFilters({ Tenant: 'globex' })";

/** `forgets`: nothing is stored for a foreign frame here, so that one without a token knows nobody. */
const ENGINES = [
  { name: 'Chromium that allows all cookies', start: ({ pin }) => startChromium({ pin, policy: 'allowed' }) },
  { name: 'Chromium that blocks all cookies', start: ({ pin }) => startChromium({ pin, policy: 'none' }), forgets: true },
  { name: 'Firefox, as it comes', start: () => startFirefox({ names: NAMES }) },
  { name: 'Firefox with all cookies blocked', start: () => startFirefox({ names: NAMES, cookieBehavior: 2 }), forgets: true },
  { name: 'WebKitGTK', start: lab => startWebKit({ proxyPort: lab.host.proxyPort }) },
];

for (const { name, start, forgets = false } of ENGINES) {
  describe(name, () => {
    let lab;
    let browser;
    before(async () => {
      lab = await startLookerLab();
      browser = await start(lab);
    });
    after(async () => {
      await browser?.close();
      await lab?.close();
    });

    for (const kind of ['signed', 'cookieless']) {
      test(`opens a dashboard, also after a reload of the frame: ${kind}`, async () => {
        await begin(browser, lab, kind);
        await embed(browser, ORDERS);
        await connected(browser);
        assert.equal((await ran(browser)).status, 'complete');
        assert.match(await shows(browser, '/Anvil/'), /Anvil \(globex\)/);
        await forgetEvents(browser);
        await browser.frameEval(0, '(setTimeout(() => location.reload(), 0), true)');
        assert.equal((await ran(browser)).status, 'complete');
        assert.match(await shows(browser, '/Anvil/'), /Anvil \(globex\)/);
        await forgetEvents(browser);
        await act(browser, 'connection.asDashboardConnection().run()');
        assert.equal((await ran(browser)).status, 'complete');
      });

      const isAlone = forgets && kind === 'signed';
      test(`a second frame ${isAlone ? 'says plainly that nobody is signed in' : 'opens too'}: ${kind}`, async () => {
        await begin(browser, lab, kind);
        await embed(browser, ORDERS);
        await connected(browser);
        await ran(browser);
        await embed(browser, PRODUCTS);
        if (isAlone) {
          assert.match(await shows(browser, '/not_authenticated/', 1), /You are not authenticated to view this page/);
        } else {
          await connected(browser, 1);
          await ran(browser, { i: 1 });
          assert.match(await shows(browser, '/Rocket/', 1), /Rocket \(globex\)/);
        }
      });
    }

    test('a reload of the whole page signs its person in anew', async () => {
      for (const round of ['first', 'again']) {
        await begin(browser, lab, 'signed');
        await embed(browser, ORDERS);
        await connected(browser);
        assert.equal((await ran(browser)).status, 'complete', round);
      }
    });
  });
}
