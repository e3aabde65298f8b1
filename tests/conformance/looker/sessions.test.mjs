// What a person's session opens and what it does not, through the calls that the page in the frame
// makes: permissions, content, filters, time zones, themes, attributes, signing in.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, before, describe, test } from 'node:test';

import { casementBinary } from '../../support/casement.mjs';
import { Viewer, newSecret, rowsOf, shellOf, startLooker } from './support.mjs';

describe('a page that a session shows', () => {
  let looker;
  before(async () => {
    looker = await startLooker();
  });
  after(() => looker?.close());
  const amounts = ({ lines }) => rowsOf(lines, 2).map(({ amount }) => amount);
  const show = (target, user) => looker.viewer(user, { target });

  test("is any that its person may see, not the link's alone; each call names it", async () => {
    const viewer = await show('/embed/dashboards/sales');
    const other = await viewer.view('/embed/dashboards/note?x=1');
    assert.equal(other.head.content.url, '/embed/dashboards/note');
    assert.equal(other.head.dashboard.title, 'Note');
    for (const path of ['query', 'export']) {
      const answer = await viewer[path]({
        content: undefined,
        panel: path === 'export' ? 2 : undefined,
      });
      assert.deepEqual([answer.status, answer.code], [400, 'content_required'], answer.text);
    }
    for (const content of [
      'dashboards/',
      'dashboards',
      '/embed/dashboards/sales',
      'sales',
      'dashboards/a/b',
      'dashboards/../x',
      'boards/1',
      'dashboards/sales?x=1',
      '',
    ]) {
      const answer = await viewer.query({ content });
      assert.ok([400, 404].includes(answer.status), `${content}: ${answer.status}`);
    }
    for (const target of [
      '/admin',
      'https://evil.example/embed/dashboards/sales',
      '//x/embed/dashboards/sales',
      '/embed/../admin',
      'embed',
      '/embed/dashboards/sales#x',
    ]) {
      const answer = await viewer.view(target);
      assert.deepEqual([answer.status, answer.code], [400, 'invalid_target'], target);
    }
    const again = await viewer.resume({ content: '/embed/dashboards/note' });
    assert.equal(again.head.content.id, 'note', again.text);
    const bySecret = await viewer.resume({ secret: viewer.secret }, { cookie: null });
    assert.equal(bySecret.status, 200, bySecret.text);
    assert.equal(bySecret.head.content.id, 'sales', 'what the link was for');
  });

  test('takes filters from its URL, by name and by label, lists at their commas', async () => {
    for (const [query, expected] of [
      ['', [1, 2, 4, 8, 16, 32]],
      ['region=north', [1, 4]],
      ['Sales%20Region=north', [1, 4]],
      ['Sales+Region=north,east', [1, 4, 16, 32]],
      ['region=%22north%22%2C%20east', [1, 4, 16, 32]],
      ['region=', [1, 2, 4, 8, 16, 32]],
      ['Product=Rock', [2, 4, 32]],
      ['region=east&Product=Anvil', [16]],
      ['unknown=x&embed_domain=https%3A%2F%2Fapp.example&sdk=3', [1, 2, 4, 8, 16, 32]],
    ]) {
      const viewer = await show(`/embed/dashboards/sales?${query}`);
      assert.deepEqual(amounts(viewer), expected, query);
    }
    const viewer = await show('/embed/dashboards/sales?region=north&hide_filter=region');
    assert.deepEqual(viewer.head.embed.hidden_filters, ['region']);
    assert.deepEqual(viewer.head.embed.filters, { region: 'north' });
    assert.deepEqual(
      (await viewer.view('/embed/dashboards/sales?region=south')).head.embed.filters,
      { region: 'south' },
    );
  });

  test('treats a filter as a value, whatever is in it', async () => {
    for (const value of [
      "' or 1=1 --",
      "north'; drop table sales; --",
      '%',
      'north" or "',
      '\\',
      '${region}',
      '$region',
      '{{x}}',
    ]) {
      const list = await looker.open(
        await looker.link(
          {},
          { target: `/embed/dashboards/sales?region=${encodeURIComponent(value)}` },
        ),
      );
      assert.deepEqual(
        [list.status, list.code],
        [403, 'value_not_allowed'],
        'a list offers what it offers',
      );
      const text = await show(`/embed/dashboards/sales?Product=${encodeURIComponent(value)}`);
      assert.deepEqual(amounts(text), [], value);
    }
  });

  test("is in the zone that the URL names, else the person's, else the dashboard's", async () => {
    const zone = ({ lines }) => rowsOf(lines, 3)[0].zone;
    const berlin = { user_timezone: 'Europe/Berlin' };
    assert.equal(zone(await show('/embed/dashboards/sales', berlin)), 'Europe/Berlin');
    assert.equal(
      zone(await show('/embed/dashboards/sales?query_timezone=user_timezone', berlin)),
      'Europe/Berlin',
    );
    assert.equal(
      zone(await show('/embed/dashboards/sales?query_timezone=Asia/Tokyo', berlin)),
      'Asia/Tokyo',
    );
    const named = await show('/embed/dashboards/sales?query_timezone=Asia%2FTokyo');
    assert.equal(named.head.dashboard.timezone, 'Asia/Tokyo');
    assert.equal(zone(await show('/embed/dashboards/sales')), 'UTC');
    assert.equal(zone(await show('/embed/dashboards/sales?query_timezone=Mars')), 'UTC');
    const viewer = await show('/embed/dashboards/sales?query_timezone=Asia/Tokyo', berlin);
    const data = await viewer.query({ query_timezone: 'Asia/Tokyo' });
    assert.equal(zone(data), 'Asia/Tokyo', data.text);
    assert.equal(zone(await viewer.query()), 'Europe/Berlin');
  });

  test('has the theme that its URL names, and only colours and fonts that are some', async () => {
    const look = async (query) => {
      const { theme, appearance } = (await show(`/embed/dashboards/sales?${query}`)).head.dashboard;
      return { theme, appearance };
    };
    assert.equal((await look('theme=dark')).theme, 'dark');
    assert.equal((await look('theme=nothing')).theme, 'system');
    const theme = (value) => look(`_theme=${encodeURIComponent(JSON.stringify(value))}`);
    assert.deepEqual(
      (
        await theme({
          background_color: '#123456',
          font_color: '#abc',
          font_family: 'Open Sans, serif',
          show_title: false,
          show_filters_bar: false,
          tile_shadow: true,
        })
      ).appearance,
      {
        background_color: '#123456',
        text_color: '#abc',
        font_family: 'Open Sans, serif',
        show_title: false,
        show_filters: false,
        tile_shadow: true,
      },
    );
    assert.deepEqual(
      (
        await theme({
          background_color: 'url(https://evil.example)',
          font_color: '#12345',
          tile_text_color: 'red;}',
          font_family: 'x;background:url(//evil.example)',
          show_title: 'no',
          logo: 'https://evil.example',
        })
      ).appearance,
      {},
    );
    assert.deepEqual((await look('_theme=%7Bbroken')).appearance, {});
  });

  test('waits, preloaded, for what it is to show', async () => {
    const viewer = await show('/embed/preload/');
    assert.equal(viewer.head.content.type, 'preload');
    assert.equal(viewer.head.dashboard, undefined);
    assert.equal((await viewer.view('/embed/dashboards/sales')).head.content.id, 'sales');
  });

  test('can be reloaded in its browser and nowhere else', async () => {
    const viewer = await show('/embed/dashboards/sales');
    assert.equal((await viewer.resume()).status, 200);
    assert.equal((await viewer.resume({ secret: newSecret() }, { cookie: null })).status, 401);
    assert.equal((await viewer.resume({}, { cookie: 'x'.repeat(43) })).status, 401);
    assert.equal((await viewer.resume({ content: '/embed/dashboards/none' })).status, 404);
    assert.equal((await viewer.query()).status, 200, 'what is not there ends nothing');
    assert.equal((await viewer.leave()).status, 204);
    assert.equal((await viewer.query()).status, 410);
  });
});

describe('an attribute', () => {
  let looker;
  before(async () => {
    looker = await startLooker();
  });
  after(() => looker?.close());
  let count = 0;
  const of = (user_attributes, query = '') =>
    looker.viewer(
      { external_user_id: `a${(count += 1)}`, ...(user_attributes && { user_attributes }) },
      { target: `/embed/dashboards/mine${query}` },
    );
  const amounts = ({ lines }) => rowsOf(lines, 1)?.map(({ amount }) => amount);

  test('locks the variable that names it: two persons, two sets of rows, one dashboard', async () => {
    const [north, east] = [await of({ region: 'north' }), await of({ region: 'east' })];
    assert.deepEqual(amounts(north), [1, 4]);
    assert.deepEqual(amounts(east), [16, 32]);
    for (let i = 0; i < 3; i += 1) {
      const [a, b] = await Promise.all([north.query(), east.query()]);
      assert.deepEqual(
        [amounts(a), amounts(b)],
        [
          [1, 4],
          [16, 32],
        ],
        'from the cache too',
      );
    }
  });

  test('is not for the viewer to choose', async () => {
    const viewer = await of({ region: 'north' }, '?region=east&Region=south');
    assert.deepEqual(amounts(viewer), [1, 4]);
    for (const variables of [
      { region: ['east'] },
      { region: ['*'] },
      { region: [] },
      { region: ['north', 'east'] },
    ]) {
      const answer = await viewer.query({ variables });
      assert.ok(
        [400, 403].includes(answer.status) || JSON.stringify(amounts(answer)) === '[1,4]',
        answer.text,
      );
    }
  });

  test('that has no value shows no rows, and says why; the rest of the page stands', async () => {
    for (const attributes of [undefined, {}, { region: '' }, { Region: 'north' }, { other: 'x' }]) {
      const viewer = await of(attributes);
      const line = viewer.lines.find(({ panel }) => panel === 1);
      assert.equal(line.error?.code, 'attribute_missing', JSON.stringify(line));
      assert.equal(rowsOf(viewer.lines, 2)[0].n, 6);
      assert.doesNotMatch(viewer.text, /"amount"/);
    }
    const odd = await of({ region: 'nowhere' });
    assert.deepEqual(amounts(odd), []);
  });
});

describe('a user who signs in inside the frame', () => {
  let looker;
  const password = 'correct horse battery staple';
  before(async () => {
    looker = await startLooker();
    const made = spawnSync(
      casementBinary(),
      [
        'admin',
        'create-user',
        '--data',
        looker.dataDir,
        '--handle',
        'ada@example.com',
        '--name',
        'Ada',
        '--role',
        'Admin',
        '--password-stdin',
      ],
      { input: password, encoding: 'utf8' },
    );
    assert.equal(made.status, 0, made.stderr);
  });
  after(() => looker?.close());
  const target = '/embed/dashboards/sales?allow_login_screen=true';
  const signIn = (email, word, link = target) =>
    looker.open(link, { body: { login: { email, password: word } } });

  test('is asked to by the page, and sees what he may', async () => {
    const shell = shellOf(await looker.page(target));
    assert.equal(shell.mode, 'content');
    assert.equal(shell['login-screen'], 'true');
    assert.equal(shellOf(await looker.page('/embed/dashboards/sales'))['login-screen'], undefined);
    const opened = await signIn('ada@example.com', password);
    assert.equal(opened.status, 201, opened.text);
    assert.equal(opened.head.embed.ordinary, true);
    const viewer = new Viewer(looker, opened);
    assert.equal((await viewer.query()).status, 200);
    assert.equal((await viewer.view('/embed/dashboards/none')).status, 404);
  });

  test('is refused alike for a wrong password and a wrong name, and not for ever', async () => {
    const texts = new Set();
    for (const [email, word] of [
      ['ada@example.com', 'wrong'],
      ['bob@example.com', password],
      ['ada@example.com ', password],
      ['ADA', ''],
    ]) {
      const refused = await signIn(email, word || 'x');
      assert.deepEqual([refused.status, refused.code], [401, 'login_failed']);
      texts.add(refused.message);
    }
    assert.equal(texts.size, 1);
    const guesses = await Promise.all(
      Array.from({ length: 20 }, (_, i) => signIn('eve@example.com', `guess ${i}`)),
    );
    const statuses = guesses.map(({ status }) => status);
    assert.ok(statuses.includes(429), 'a guesser is slowed down');
    assert.ok(
      statuses.every((status) => [401, 429].includes(status)),
      statuses.join(),
    );
    assert.equal((await signIn('ada@example.com', password)).status, 201);
  });

  test('signs in to pages of content only', async () => {
    for (const link of [
      '/login/embed/x',
      '/admin',
      '/sb/secure-embed/x',
      'https://evil.example/embed/dashboards/sales',
    ]) {
      const answer = await signIn('ada@example.com', password, link);
      assert.ok(answer.status >= 400 && answer.status < 500, `${link}: ${answer.text}`);
    }
    for (const login of [
      { email: 'ada@example.com' },
      { email: {}, password },
      [],
      'x',
      { email: 'a', password: null },
    ]) {
      const answer = await looker.open(target, { body: { login } });
      assert.equal(answer.status, 400, answer.text);
    }
  });
});
