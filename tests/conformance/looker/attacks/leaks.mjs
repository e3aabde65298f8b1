// Rows 10, 17: a closed list of what a viewer receives, and no secret where it does not belong.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { canaries } from '../../attacks/support/witness.mjs';
import {
  Viewer,
  api,
  api40,
  ndjson,
  newSecret,
  pageHeaders,
  publicHost,
  publicUrl,
  signLink,
} from '../support.mjs';
import { startTarget, tenantOf, witness } from './target.mjs';

// What the first line may hold; null: anything below.
const firstLine = {
  session: { id: 0, expires_at: 0 },
  access_token: 0,
  access_token_expires_in: 0,
  embed: {
    target: 0,
    user: 0,
    ordinary: 0,
    cookieless: 0,
    session_ttl: 0,
    query_timezone: 0,
    permissions: { drill: 0, download: 0, fresh: 0, browse: 0 },
    filters: null,
    hidden_filters: [0],
  },
  content: { type: 0, id: 0, title: 0, url: 0 },
  folder: {
    id: 0,
    title: 0,
    parent: { id: 0, url: 0 },
    folders: [{ id: 0, title: 0, url: 0 }],
    items: [{ type: 0, id: 0, title: 0, url: 0 }],
  },
  dashboard: {
    uid: 0,
    title: 0,
    description: 0,
    theme: 0,
    high_density: 0,
    timezone: 0,
    refresh_seconds: 0,
    time: { span: 0, from: 0, to: 0, selectable: 0, spans: [0], custom: 0 },
    download: 0,
    allowed_origins: [0],
    settles: { variables: [0], time: 0 },
    variables: [
      {
        name: 0,
        label: 0,
        type: 0,
        mode: 0,
        multi: 0,
        include_all: 0,
        value: [0],
        choices: [{ value: 0, label: 0 }],
        max_length: 0,
      },
    ],
    panels: [
      {
        id: 0,
        type: 0,
        title: 0,
        description: 0,
        grid: { x: 0, y: 0, w: 0, h: 0 },
        options: null,
        content: null,
        queries: [0],
      },
    ],
    appearance: {
      background_color: 0,
      text_color: 0,
      tile_background_color: 0,
      tile_text_color: 0,
      primary_color: 0,
      font_family: 0,
      show_title: 0,
      show_filters: 0,
      tile_shadow: 0,
    },
  },
};

function unknown(value, known, path = '') {
  if (known === null || value === null || typeof value !== 'object') return [];
  if (Array.isArray(value))
    return value.flatMap((item, i) => unknown(item, known[0], `${path}[${i}]`));
  return Object.entries(value).flatMap(([name, item]) =>
    name in known ? unknown(item, known[name], `${path}.${name}`) : [`${path}.${name}`],
  );
}

describe('attack 10: a viewer receives a closed list of fields, and no secret in any byte', () => {
  let looker, key, acme, everything;
  before(async () => {
    looker = await startTarget();
    key = await looker.key();
    acme = await witness(looker, 'acme', {
      more: {
        external_group_id: 'canary-group',
        first_name: 'canary-first',
        last_name: 'canary-last',
        user_attributes: { tenant: 'acme', other: 'canary-attribute' },
        permissions: [
          'access_data',
          'see_looks',
          'see_user_dashboards',
          'embed_browse_spaces',
          'see_drill_overlay',
        ],
        models: ['orders', 'canary-model'],
      },
    });
    everything = [acme.text];
    for (const call of [
      acme.view(),
      acme.view('/embed/dashboards/locked?needle=x&theme=dark'),
      acme.view('/embed/preload/'),
      acme.view('/embed/folders/1'),
      acme.view('/embed/dashboards/hidden'),
      acme.view('/embed/x'),
      acme.view('x'),
      acme.query(),
      acme.query({ panels: [3, 99] }),
      acme.query({ x: 1 }),
      acme.query({ content: 1 }),
      acme.export({ panel: 2 }),
      acme.query({ fresh: true }),
      acme.resume(),
      acme.resume({ content: '/embed/folders/1' }),
      acme.call('/sessions/tokens', { api_token: 'x' }),
    ]) {
      const answer = await call;
      everything.push(
        JSON.stringify(answer.rawHeaders.filter((text) => !text.includes('__Secure-casement'))) +
          answer.text,
      );
    }
  });
  after(() => looker?.close());

  test('the first line has these fields and no other', () => {
    const lines = everything
      .flatMap((text) => ndjson(text.slice(text.indexOf('{'))))
      .filter((line) => 'session' in line);
    assert.ok(lines.length >= 5);
    assert.deepEqual(
      lines.flatMap((line) => unknown(line, firstLine)),
      [],
    );
    assert.ok(
      lines.some((line) => 'folder' in line),
      'a folder was among them',
    );
  });

  test('no query, path, key, name of a source or group, and no attribute that no variable shows', () => {
    const { looker: client, datadog, service_token } = looker.credentials;
    const secrets = [
      ...canaries,
      'canary-attribute',
      'canary-model',
      'canary-first',
      'canary-last',
      key.secret,
      client.client_id,
      client.client_secret,
      datadog.api_key,
      datadog.app_key,
      service_token,
      acme.secret,
    ];
    for (const text of everything) {
      for (const secret of secrets)
        assert.ok(!text.includes(secret), `${secret} in ${text.slice(0, 400)}`);
      assert.doesNotMatch(text, /\bselect\b|parquet|duckdb|\.csv/i);
    }
  });
});

describe('attack 17: a secret ends where it is used', () => {
  let looker;
  const secrets = {};
  const answers = [];

  before(async () => {
    looker = await startTarget({ env: { CASEMENT_LOG_LEVEL: 'debug' } });
    const keep = (answer) => {
      answers.push(answer);
      return answer;
    };
    const key = await looker.key();
    const { looker: client } = looker.credentials;
    secrets['client secret'] = client.client_secret;
    secrets['embed secret'] = key.secret;
    secrets['API token'] = keep(await looker.login()).json.access_token;
    const query = new URLSearchParams(client);
    secrets['API token of the query form'] = keep(
      await looker.call('POST', `${api40}/login?${query}`),
    ).json.access_token;
    const link = signLink(key, tenantOf('acme'), {
      target: '/embed/dashboards/locked?needle=canary-filter-9c1f',
    });
    secrets.signature = decodeURIComponent(/signature=(.*)$/.exec(link)[1]);
    secrets['signature as it is sent'] = /signature=(.*)$/.exec(link)[1];
    secrets['value of a filter'] = 'canary-filter-9c1f';
    keep(await looker.page(link));
    const opened = keep(await looker.open(link));
    secrets["browser's secret"] = opened.secret;
    secrets.cookie = opened.cookie;
    secrets['access token'] = opened.accessToken;
    const viewer = new Viewer(looker, opened);
    keep(await viewer.query());
    secrets['renewed access token'] = keep(await viewer.resume()).accessToken;
    const tokens = keep(
      await looker.api('POST', '/embed/cookieless_session/acquire', tenantOf('acme'), null, {
        'User-Agent': pageHeaders['User-Agent'],
      }),
    ).json;
    for (const name of [
      'authentication_token',
      'navigation_token',
      'api_token',
      'session_reference_token',
    ]) {
      secrets[name] = tokens[name];
    }
    const inner = encodeURIComponent(
      `/embed/dashboards/locked?embed_navigation_token=${tokens.navigation_token}`,
    );
    const first = `/login/embed/${inner}?embed_authentication_token=${tokens.authentication_token}`;
    keep(await looker.page(first));
    keep(await looker.open(first));
    keep(await looker.open(first)); // a stranger with the same link
    keep(
      await looker.page(
        `/embed/dashboards/locked?embed_navigation_token=${tokens.navigation_token}`,
      ),
    );
    keep(
      await looker.open(
        `/embed/dashboards/locked?embed_navigation_token=${tokens.navigation_token}`,
      ),
    );
    keep(await looker.get(`/embed/sso/validate?url=${encodeURIComponent(publicUrl + link)}`, null));
    const own = await looker.post('/embed/token_url/me', {
      target_url: `${publicUrl}/embed/dashboards/locked`,
    });
    secrets['one-time token'] = /embed_authentication_token=(.*)$/.exec(own.url)[1];
    keep(await looker.page(own.url.slice(publicUrl.length)));
    keep(await looker.open(own.url.slice(publicUrl.length)));
    secrets['rotated embed secret'] = (
      await looker.post('/embed_config/secrets/rotate', {})
    ).secret;
    keep(
      await looker.api(
        'DELETE',
        `/embed/cookieless_session/${tokens.session_reference_token}`,
        undefined,
        null,
      ),
    );
    keep(
      await looker.api(
        'DELETE',
        `/embed/cookieless_session/${secrets['API token']}x`,
        undefined,
        null,
      ),
    );
    secrets.password = 'canary password 71c0';
    keep(
      await looker.open('/embed/dashboards/locked', {
        body: { login: { email: 'x@example.com', password: secrets.password } },
      }),
    );
    await everyWrongPlace(keep);
    await looker.server.end(); // what is queued is written
  });
  after(() => looker?.close());

  // An honest client's slip, or an attacker's way into a log.
  async function everyWrongPlace(keep) {
    for (const secret of Object.values(secrets)) {
      const text = encodeURIComponent(secret);
      for (const path of [
        `/login/embed/%2Fembed%2Fdashboards%2F1%3Fx%3D${text}?signature=${text}&nonce=${text}`,
        `/login/embed/x?${text}`,
        `/embed/dashboards/1?embed_navigation_token=${text}&x=${text}`,
        `/embed/login/embed/x?embed_authentication_token=${text}`,
        `${api40}/setting?fields=${text}`,
        `${api40}/embed/sso/validate?url=${text}`,
        `${api40}/login?client_secret=${text}`,
      ]) {
        keep(
          await looker.call('GET', path, {
            headers: { Authorization: `token ${secret}`, Referer: `${publicUrl}/?${text}` },
          }),
        );
      }
      keep(
        await looker.call('POST', `${api40}/login`, {
          headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
          body: `client_id=${text}&client_secret=${text}`,
        }),
      );
      for (const body of [
        { link: secret, secret },
        { link: `/login/embed/x?signature=${text}`, secret: newSecret() },
        `{"link": "${secret}`,
      ]) {
        keep(await looker.call('POST', `${api}/sessions`, { headers: pageHeaders, body }));
      }
      keep(
        await looker.call('POST', `${api}/sessions/tokens`, {
          headers: pageHeaders,
          body: { api_token: secret },
        }),
      );
    }
  }

  function inNone(text, what, except = []) {
    for (const [name, secret] of Object.entries(secrets)) {
      if (except.includes(name)) continue;
      const at = text.indexOf(secret);
      assert.equal(
        at,
        -1,
        `the ${name} stands in ${what}: …${text.slice(Math.max(0, at - 200), at)}`,
      );
    }
  }

  test('there are many, and the log was kept', () => {
    assert.ok(
      Object.values(secrets).every((secret) => secret?.length >= 18),
      JSON.stringify(secrets),
    );
    assert.ok(Object.keys(secrets).length >= 18);
    assert.ok(looker.logged.split('\n').length > 200);
    assert.match(looker.logged, /"path":"\/login\/embed\//);
  });

  test('it is in no line of the log', () => inNone(looker.logged, 'the log'));

  test('it is in no header but the one cookie, and in no address that a browser is sent to', () => {
    for (const { rawHeaders } of answers)
      inNone(JSON.stringify(rawHeaders), 'a header', ['cookie']);
  });

  test('it is in no page, and no page sends its address on', () => {
    const pages = answers.filter(({ headers }) => /html/.test(headers['content-type'] ?? ''));
    assert.ok(pages.length > 30);
    for (const { text, headers } of pages) {
      inNone(text, 'a page');
      assert.equal(headers['referrer-policy'], 'same-origin');
      assert.match(headers['cache-control'], /no-store/);
    }
  });

  test('it comes back in no refusal, but for a link that the validator was asked about', () => {
    const refusals = answers.filter(({ status, json }) => status >= 400 && !json?.url);
    assert.ok(refusals.length > 100);
    for (const { text } of refusals) inNone(text, 'a refusal');
  });

  test('it is in no file of the data folder as plain text', () => {
    for (const name of readdirSync(looker.dataDir).filter((one) =>
      statSync(join(looker.dataDir, one)).isFile(),
    )) {
      // Where a link leads is kept with the session that it opened.
      inNone(readFileSync(join(looker.dataDir, name), 'latin1'), name, ['value of a filter']);
    }
  });

  test('it is in no row of the audit trail and in no metric', async () => {
    await looker.server.start();
    looker.connect();
    const rows = await looker.own('GET', '/audit?limit=1000');
    assert.ok(rows.rows.length > 5);
    inNone(JSON.stringify(rows), 'the audit trail');
    inNone(
      (await looker.call('GET', '/metrics', { headers: { Host: publicHost } })).text,
      'the metrics',
    );
  });
});
