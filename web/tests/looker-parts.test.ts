import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Variable } from '../viewer/api/wire';
import { isDarkGround, propertiesOf } from '../viewer/looker/appearance';
import { HeightReporter } from '../viewer/looker/height';
import { followLink } from '../viewer/looker/links';
import {
  dashboardTarget,
  filterValues,
  innerTarget,
  keepDress,
  readFilters,
  readTarget,
  withFilters,
} from '../viewer/looker/target';
import { lookerFrame, quiet } from './looker-frame';
import { kFrameOrigin } from './looker-server';

const kOrigin = 'https://dash.example';

function variable(change: Partial<Variable> = {}): Variable {
  return { name: 'state', label: 'State', type: 'list', mode: 'free', value: [], ...change };
}

test('a frame shows its own content pages, and takes tokens out of their addresses', () => {
  assert.equal(readTarget('/embed/dashboards/1?a=b+c', kOrigin), '/embed/dashboards/1?a=b+c');
  assert.equal(readTarget(`${kOrigin}/embed/looks/2`, kOrigin), '/embed/looks/2');
  assert.equal(readTarget('/embed/preload', kOrigin), '/embed/preload');
  assert.equal(
    readTarget('/embed/folders/3?embed_navigation_token=x&sdk=3&signature=y', kOrigin),
    '/embed/folders/3?sdk=3',
  );
  for (const address of ['/d/x', '/embed/dashboards/', '/embed/dashboards/1/2', '', null, {}]) {
    assert.equal(readTarget(address, kOrigin), null);
  }
});

test('what a signed link opens is read from it, however it was encoded', () => {
  const target = '/embed/dashboards/42?Name=A B';
  for (const link of [
    '/login/embed/%2Fembed%2Fdashboards%2F42%3FName%3DA+B?nonce=%22x%22',
    '/login/embed/embed%2Fdashboards%2F42%3FName%3DA%20B?nonce=%22x%22',
    '/embed/login/embed/%2fembed%2fsso%2fdashboards%2f42%3fName%3DA+B?nonce=%22x%22',
  ]) {
    assert.equal(innerTarget(link), target, link);
  }
  assert.equal(innerTarget('/embed/looks/1?embed_navigation_token=x'), '/embed/looks/1');
});

test('a filter changes its place in the address, by its name or its label', () => {
  const variables = [variable()];
  assert.equal(withFilters('/e?State=CA&b=1', variables, { state: 'A&B' }), '/e?State=A%26B&b=1');
  assert.equal(withFilters('/e?b=1', variables, { state: 'TX' }), '/e?b=1&state=TX');
  assert.equal(withFilters('/e', variables, { state: 'TX' }), '/e?state=TX');
  assert.equal(withFilters('/e?State=CA', variables, { state: null }), '/e');
});

test('several values are split where several are taken, and nowhere else', () => {
  assert.deepEqual(filterValues(variable(), 'Dallas, TX'), ['Dallas, TX']);
  assert.deepEqual(filterValues(variable({ multi: true }), 'CA, NY,'), ['CA', 'NY']);
  assert.equal(filterValues(variable({ multi: true }), ''), null);
  assert.equal(filterValues(variable({ multi: true }), ' , '), null);
});

test('a host’s filters name variables first, labels second, and never locked ones', () => {
  const variables = [
    variable({ name: 'a', label: 'b' }),
    variable({ name: 'b', label: 'c' }),
    variable({ name: 'locked', mode: 'locked' }),
  ];
  const filters = { b: 'x', c: 1, locked: 'y', toString: 'z', a: null };
  assert.deepEqual(readFilters(variables, { filters }), { b: ['1'], a: null });
  for (const detail of [null, 'text', {}, { filters: 'x' }, { filters: ['a'] }]) {
    assert.deepEqual(readFilters(variables, detail), {});
  }
});

test('an id is never more than one step of a path', () => {
  assert.equal(dashboardTarget('../x?y'), '/embed/dashboards/..%2Fx%3Fy');
});

test('host page and theme stay over a journey that names none, and filters do not', () => {
  const current = '/embed/dashboards/1?State=CA&embed_domain=https://app.example&sdk=3&theme=A%20B';
  const dress = 'embed_domain=https://app.example&sdk=3&theme=A%20B';
  assert.equal(keepDress('/embed/looks/7', current), `/embed/looks/7?${dress}`);
  const own = '/embed/looks/7?_theme=%7B%7D&embed_domain=https://other.example&sdk=2';
  assert.equal(keepDress(own, current), own);
  assert.equal(keepDress('/embed/looks/7?a=b', '/embed/dashboards/1'), '/embed/looks/7?a=b');
});

test('heights are told when they change', () => {
  const told: number[] = [];
  const reporter = new HeightReporter(
    () => 0,
    (height) => told.push(height),
  );
  for (const height of [0, 400.2, 401, 400.9, 500]) reporter.see(height);
  assert.deepEqual(told, [401, 500]);
});

test('a frame that follows the height comes to rest, scrollbar or not', () => {
  let now = 0;
  let frame = 300;
  let steps = 0;
  const reporter = new HeightReporter(
    () => now,
    (height) => {
      frame = height;
      steps++;
    },
  );
  // With a scrollbar there is less width, and the text needs one line more.
  let content = 0;
  for (; now < 5000; now += 16) {
    const height = frame < 620 ? 620 : 600;
    // As a ResizeObserver does: only changes are seen.
    if (height !== content) reporter.see((content = height));
  }
  assert.ok(steps <= 3, `told ${steps} times`);
  assert.equal(frame, 620);
});

test('colours are colours and fonts are names, or they are left out', () => {
  const properties = propertiesOf({
    background_color: '#102030',
    tile_background_color: 'red;}',
    text_color: '#fff',
    primary_color: '#ffee00',
    font_family: '"Open Sans", sans-serif',
    tile_shadow: false,
  });
  assert.equal(properties['--page'], '#102030');
  assert.equal(properties['--card'], null);
  assert.equal(properties['--muted'], 'rgb(255 255 255 / 70%)');
  assert.equal(properties['--on-accent'], '#171c26');
  assert.equal(properties['--font'], '"Open Sans", sans-serif');
  assert.equal(properties['--shadow'], 'none');
  assert.equal(propertiesOf({ font_family: 'x;background:url(//e)' })['--font'], null);
  assert.ok(Object.values(propertiesOf({})).every((value) => value === null));
});

test('the charts’ colours follow the ground they stand on', () => {
  assert.equal(isDarkGround({ background_color: '#000', tile_background_color: '#ffffff' }), false);
  assert.equal(isDarkGround({ background_color: '#102030' }), true);
  assert.equal(isDarkGround({}), null);
});

test('a link in the content is the host’s to take, ours to follow, or a window of its own', async () => {
  const frame = lookerFrame();
  await frame.open();
  const opened: string[] = [];
  const parts = {
    viewer: frame.viewer,
    origin: kFrameOrigin,
    open: (href: string) => opened.push(href),
  };
  frame.host.answers.set('drillmenu:click', [{ cancel: true }]);
  await followLink(parts, 'https://else.example/x', 'Else');
  assert.deepEqual(opened, []);
  assert.deepEqual(frame.host.last('drillmenu:click'), {
    type: 'drillmenu:click',
    label: 'Else',
    link_type: 'url',
    url: 'https://else.example/x',
    modal: false,
    target: '_blank',
    context: '',
  });
  frame.host.answers.clear();
  await followLink(parts, 'https://else.example/x', 'Else');
  assert.deepEqual(opened, ['https://else.example/x']);
  await followLink(parts, `${kFrameOrigin}/embed/dashboards/43`, 'Delays');
  await quiet();
  assert.equal(frame.viewer.dashboard.value?.title, 'Content 43');
  assert.equal(
    frame.travels.at(-1),
    'push /embed/dashboards/43?embed_domain=https://app.example&sdk=3',
    'a reload finds the host page again',
  );
});
