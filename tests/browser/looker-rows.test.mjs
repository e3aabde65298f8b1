// The flights example as an application of two airports embeds it: one dashboard, and each person sees
// the rows of their own.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { drawn } from './support/asking.mjs';
import { startChromium } from './support/browsers.mjs';
import { act, begin, connected, embed, forgetEvents, ran, shows } from './support/looker-asking.mjs';
import { startLookerLab } from './support/looker-lab.mjs';

const at = path => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const OUTPUT = at('build/test-output/');
const OPERATIONS = "sdk => sdk.createDashboardWithId('airport-operations')";
mkdirSync(OUTPUT, { recursive: true });

describe('Two airports', () => {
  let lab;
  let browser;
  before(async () => {
    lab = await startLookerLab({ fixture: at('examples/flights') });
    const of = (name, airport) => ({ external_user_id: name, models: ['flights'],
      user_attributes: airport ? { airport } : {} });
    lab.app.persons = { ada: of('ada', 'ATL'), bob: of('bob', 'ORD'), eve: of('eve') };
    browser = await startChromium({ pin: lab.pin });
    await browser.resize(1280, 900);
  });
  after(async () => {
    await browser?.close();
    await lab?.close();
  });

  /** What the person sees: the big number of departures, and the last of them. */
  async function seen(kind, person, make = OPERATIONS) {
    await begin(browser, lab, kind, person);
    await embed(browser, make);
    await connected(browser);
    const { status } = await ran(browser);
    const text = await shows(browser, '/Last departures/');
    return { status, text, departures: /Departures\n+([\d,.kM]+)/.exec(text)?.[1] };
  }

  for (const kind of ['signed', 'cookieless']) {
    test(`each see the departures of their own, and nobody without an airport sees one: ${kind}`, async () => {
      const ada = await seen(kind, 'ada');
      const bob = await seen(kind, 'bob');
      assert.deepEqual([ada.status, bob.status], ['complete', 'complete']);
      assert.ok(ada.departures && bob.departures, `${ada.text}\n----\n${bob.text}`);
      assert.notEqual(ada.departures, bob.departures);
      assert.doesNotMatch(ada.text, /\bATL\b/, 'a flight from Atlanta does not go there');
      assert.doesNotMatch(bob.text, /\bORD\b/, 'a flight from Chicago does not go there');
      assert.match(ada.text, /\bORD\b/);
      const eve = await seen(kind, 'eve');
      assert.ok(!eve.departures || eve.departures === '0', eve.text);
      assert.doesNotMatch(eve.text, /\((?:ATL|ORD|DFW)\)/);
    });
  }

  test('a filter, a name in the address and a host page widen nothing', async () => {
    const { departures } = await seen('signed', 'ada');
    const asked = await seen('signed', 'ada',
      "sdk => sdk.createDashboardWithUrl('/embed/dashboards/airport-operations?airport=ORD&origin=ORD&flights.origin=ORD')");
    assert.equal(asked.departures, departures);
    await forgetEvents(browser);
    await act(browser, "connection.asDashboardConnection().updateFilters({ airport: 'ORD', origin: 'ORD' })");
    await act(browser, 'connection.asDashboardConnection().run()');
    await ran(browser);
    assert.ok((await shows(browser, '/Last departures/')).includes(departures));
  });

  test('a dashboard that names only the source keeps to the same rows, whatever airport is asked for', async () => {
    const flights = "sdk => sdk.createDashboardWithId('flights')";
    const opened = async (person, make) => {
      await begin(browser, lab, 'signed', person);
      await embed(browser, make);
      await connected(browser);
      await ran(browser);
      return shows(browser, '/Source/');
    };
    const own = await opened('ada', flights);
    assert.match(own, /Atlanta, GA/);
    const hers = await opened('bob', `${flights}.withFilters({ Airport: 'ORD' })`);
    const [, chicago] = /Departures\n+([\d,.kM]+)/.exec(hers);
    const asked = await opened('ada', `${flights}.withFilters({ Airport: 'ORD' })`);
    assert.ok(!asked.includes(chicago), asked);
    assert.match(asked, /Departures\n+No data/);
  });

  test('looks well', async () => {
    for (const [width, height] of [[1280, 1180], [400, 1200]]) {
      await browser.resize(width, height);
      await begin(browser, lab, 'signed', 'ada');
      await embed(browser, `${OPERATIONS}.withDynamicIFrameHeight()`);
      await connected(browser);
      await ran(browser);
      await drawn(browser);
      await browser.screenshot(`${OUTPUT}looker-flights-${width}.png`);
    }
  });
});
