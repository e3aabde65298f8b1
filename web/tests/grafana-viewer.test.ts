import assert from 'node:assert/strict';
import { test } from 'node:test';
import { classesOf } from '../viewer/grafana/look';
import { kPlainLook } from '../viewer/grafana/wire';
import { load, newBrowser, page, quiet, type TestBrowser } from './grafana-frame';

const kProof = 'aliyun_api_key=abc';

const open = (browser: TestBrowser, address: string) =>
  load(browser, `${address}${address.includes('?') ? '&' : '?'}${kProof}`);

const panelsOf = (frame: Awaited<ReturnType<typeof open>>) =>
  frame.viewer.dashboard.value?.panels.map(({ id }) => id);

test('an address of one panel shows it alone, and asks for no other', async () => {
  for (const address of ['/d-solo/flights/x?panelId=2', '/d/flights?viewPanel=2']) {
    const browser = newBrowser();
    const frame = await open(browser, address);
    assert.deepEqual(panelsOf(frame), [2]);
    frame.viewer.refreshIfOpen();
    await quiet();
    assert.deepEqual(browser.server.lastCall('/query').panels, [2]);
    assert.equal(frame.history.address, address);
  }
});

test('a panel that is not there is said to be so, and stays so after a reload', async () => {
  const browser = newBrowser();
  const { closed, history, viewer } = await open(browser, '/d-solo/flights?panelId=99');
  assert.deepEqual(closed, ['panel_not_found']);
  assert.ok(viewer.page.value.kind === 'message' && /99/.test(viewer.page.value.message));
  assert.equal(history.address, '/d-solo/flights?panelId=99');
  assert.deepEqual((await load(browser, history)).closed, ['panel_not_found']);
});

test('the page takes the shape that its address asks for', () => {
  assert.equal(classesOf(kPlainLook), 'sharable');
  assert.equal(classesOf({ ...kPlainLook, kiosk: 'full' }), 'sharable kiosk-full');
  assert.equal(classesOf({ ...kPlainLook, kiosk: 'tv' }), 'sharable kiosk-tv');
  assert.equal(classesOf({ ...kPlainLook, panel: 2 }), 'sharable one');
  assert.equal(classesOf({ ...kPlainLook, panel: 2, solo: true, fit: true }), 'sharable one solo');
  assert.equal(classesOf({ ...kPlainLook, fit: true }), 'sharable fit');
  const hide = { ...kPlainLook.hide, time: true };
  assert.equal(classesOf({ ...kPlainLook, hide }), 'sharable no-time');
});

test('the shape reaches the page with the dashboard', async () => {
  const browser = newBrowser();
  browser.server.look = { kiosk: 'full' };
  const { viewer } = await open(browser, '/d/flights?kiosk');
  assert.equal(viewer.look.value.kiosk, 'full');
});

test('hidden variables count and are not shown, also after their choices were asked for', async () => {
  const browser = newBrowser();
  browser.server.look = { hide: { ...kPlainLook.hide, variables: true } };
  const { viewer, session } = await open(browser, '/d/flights?var-airport=ATL');
  const hidden = () => viewer.dashboard.value?.variables?.map((variable) => variable.hidden);
  assert.deepEqual(hidden(), [true, true]);
  const first = await session.view({}, new AbortController().signal);
  assert.deepEqual(
    first?.dashboard.variables?.map((variable) => variable.hidden),
    [true, true],
  );
  viewer.refreshIfOpen();
  await quiet();
  assert.deepEqual(browser.server.lastCall('/query').variables, { airport: ['ATL'] });
});

test('the address sets how often the page refreshes; five seconds is the fastest', async () => {
  const cases: [own: number | null, address: number | null, seconds: number][] = [
    [60, null, 60],
    [60, 30, 30],
    [60, 0, 0],
    [null, null, 0],
    [null, 1, 5],
    [1, null, 5],
  ];
  for (const [own, address, seconds] of cases) {
    const browser = newBrowser();
    browser.server.ownRefresh = own;
    browser.server.look = { refresh: address };
    const { viewer } = await open(browser, '/d/flights');
    assert.equal(viewer.dashboard.value?.refresh_seconds, seconds, `${own}, ${address}`);
  }
});

test('a page that is seen waits for its next refresh, a hidden one does not', async () => {
  for (const isHidden of [false, true]) {
    const browser = newBrowser();
    browser.server.look = { refresh: 30 };
    page.isHidden = isHidden;
    page.waits.length = 0;
    await open(browser, '/d/flights');
    const waits = page.waits.filter((wait) => wait > 0 && wait <= 35_000);
    assert.equal(waits.length, isHidden ? 0 : 1, `hidden: ${isHidden}`);
  }
  page.isHidden = true;
});

test('every question names its dashboard', async () => {
  const browser = newBrowser();
  const { viewer } = await open(browser, '/d/flights/slug?var-airport=ATL');
  viewer.refreshIfOpen();
  await quiet();
  const { content, timezone, query_timezone: zone } = browser.server.lastCall('/query');
  assert.equal(content, 'dashboards/flights');
  assert.equal(timezone, 'Europe/Berlin');
  assert.equal(zone, undefined);
});

test('the zone that the first line names is the zone of every question', async () => {
  const browser = newBrowser();
  browser.server.timezone = 'Asia/Tokyo';
  const { viewer } = await open(browser, '/d/flights?timezone=Asia%2FTokyo');
  viewer.refreshIfOpen();
  await quiet();
  assert.equal(browser.server.lastCall('/query').query_timezone, 'Asia/Tokyo');
});

test('a chosen variable stands in the address, and a reload keeps it', async () => {
  const browser = newBrowser();
  const { viewer, history } = await open(browser, '/d/flights?orgId=1&var-airport=ATL&kiosk');
  viewer.setVariable('airport', ['JFK', 'a b&c']);
  await quiet();
  assert.equal(history.address, '/d/flights?orgId=1&var-airport=JFK&var-airport=a%20b%26c&kiosk');
  assert.deepEqual(browser.server.lastCall('/query').variables, { airport: ['JFK', 'a b&c'] });
  const again = await load(browser, history);
  assert.deepEqual(again.viewer.variables.value.airport, ['JFK', 'a b&c']);
});

test('choices that follow from a change are asked for by the whole address', async () => {
  const browser = newBrowser();
  const { viewer } = await open(browser, '/d/flights?orgId=1&var-airport=ATL');
  const dashboard = viewer.dashboard.value;
  assert.ok(dashboard);
  viewer.dashboard.value = { ...dashboard, settles: { variables: ['airport'], time: false } };
  viewer.setVariable('airport', ['JFK']);
  await quiet();
  const asked = browser.server.lastCall('/view');
  assert.equal(asked.content, '/d/flights?orgId=1&var-airport=JFK');
  assert.deepEqual(asked.variables, { airport: ['JFK'] });
  assert.deepEqual(browser.server.lastCall('/query').content, 'dashboards/flights');
});

test('a chosen range stands in the address, and a reload keeps it', async () => {
  const browser = newBrowser();
  const { viewer, history } = await open(browser, '/d/flights?from=1000&to=2000');
  assert.deepEqual(viewer.time.value, { from: 1000, to: 2000 });
  viewer.setTime({ span: '1mo' });
  await quiet();
  assert.equal(history.address, '/d/flights?from=now-30d&to=now');
  assert.deepEqual(browser.server.lastCall('/query').time, { span: '1mo' });
  const again = await load(browser, history);
  // 30 days are what the picker calls a month.
  assert.deepEqual(again.viewer.time.value, { span: '1mo' });
  again.viewer.setTime({ from: 5000, to: 6000.4 });
  await quiet();
  assert.equal(history.address, '/d/flights?from=5000&to=6000');
});

test('a choice survives a renewal of the access token that was under way', async () => {
  const browser = newBrowser();
  const { viewer, session, history } = await open(browser, '/d/flights?var-airport=ATL');
  const letGo = browser.server.hold();
  const renewal = session.renew();
  await quiet();
  viewer.setVariable('airport', ['JFK']);
  letGo();
  await renewal;
  await quiet();
  assert.equal(session.target, '/d/flights?var-airport=JFK');
  assert.equal(history.address, '/d/flights?var-airport=JFK');
});

test('a range of the address is sent with every question, named or not', async () => {
  const cases: [address: string, time: object][] = [
    ['/d/flights?from=1000&to=2000', { from: 1000, to: 2000 }],
    ['/d/flights?from=now-6h&to=now', { span: '6h' }],
  ];
  for (const [address, time] of cases) {
    const browser = newBrowser();
    const { viewer } = await open(browser, address);
    viewer.refreshIfOpen();
    await quiet();
    assert.deepEqual(browser.server.lastCall('/query').time, time);
    assert.ok(!browser.server.paths().includes('/view'));
  }
});

test('a span of the address is offered beside the named ones, and any range', async () => {
  const { viewer } = await open(newBrowser(), '/d/flights?from=now-6h&to=now');
  const time = viewer.dashboard.value?.time;
  assert.deepEqual(time?.spans, ['1h', '1d', '1mo', '6h']);
  assert.equal(time.custom, true);
});

test('where the range is fixed none is offered and none is sent', async () => {
  const browser = newBrowser();
  browser.server.selectable = false;
  const { viewer } = await open(browser, '/d/flights?from=now/d&to=now');
  assert.notEqual(viewer.dashboard.value?.time.custom, true);
  viewer.refreshIfOpen();
  await quiet();
  assert.equal(browser.server.lastCall('/query').time, undefined);
  assert.ok(!browser.server.paths().includes('/view'));
});

test('"today so far" goes on with the day at every refresh, until another range is chosen', async () => {
  const browser = newBrowser();
  const { viewer } = await open(browser, '/d/flights?from=now/d&to=now&var-airport=ATL');
  browser.server.now += 60_000;
  viewer.refreshIfOpen();
  await quiet();
  const view = browser.server.lastCall('/view');
  assert.equal(view.content, '/d/flights?from=now/d&to=now&var-airport=ATL');
  const { time } = browser.server.lastCall('/query');
  assert.equal((time as { to: number }).to, browser.server.now);
  viewer.setTime({ from: 1, to: 2 });
  await quiet();
  assert.deepEqual(browser.server.lastCall('/query').time, { from: 1, to: 2 });
  assert.equal(browser.server.paths().filter((path) => path === '/view').length, 1);
});

test('a range that is chosen while "today" is asked for counts', async () => {
  const browser = newBrowser();
  const { viewer } = await open(browser, '/d/flights?from=now/d&to=now');
  const letGo = browser.server.hold();
  viewer.refreshIfOpen();
  await quiet();
  viewer.setTime({ from: 1, to: 2 });
  letGo();
  await quiet();
  assert.deepEqual(viewer.time.value, { from: 1, to: 2 });
  assert.deepEqual(browser.server.lastCall('/query').time, { from: 1, to: 2 });
});

test('a session that is over is noticed also where the range must be asked for first', async () => {
  const browser = newBrowser();
  const { viewer, closed } = await open(browser, '/d/flights?from=now/d&to=now');
  browser.server.failWith = { status: 410, code: 'session_ended' };
  viewer.refreshIfOpen();
  await quiet();
  assert.deepEqual(closed, ['end session_ended']);
  assert.ok(!browser.server.paths().includes('/query'));
});

test('a dashboard that is taken away closes the page', async () => {
  const browser = newBrowser();
  const { viewer, closed } = await open(browser, '/d/flights');
  browser.server.failWith = { status: 404, code: 'content_not_found' };
  viewer.refreshIfOpen();
  await quiet();
  assert.deepEqual(closed, ['content_not_found']);
});
