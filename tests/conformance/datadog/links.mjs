// Signed links, as a browser and as an attacker loads them.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';

import { createBody, fails, newDashboard, openSession, query, signLink } from './support.mjs';

/** `the` holds server, keys and api once the tests run. */
export function linksTests(the) {
  describe('signed links', () => {
    let dashboardId;
    before(async () => {
      dashboardId = (await the.api.dashboards.createDashboard(newDashboard())).id;
    });

    async function share() {
      const made = await the.api.embeds.createDashboardSecureEmbed({
        dashboardId,
        ...createBody(),
      });
      const { token, url, credential } = made.data.attributes;
      const update = (attributes) =>
        the.api.embeds.updateDashboardSecureEmbed({
          dashboardId,
          token,
          body: { data: { type: 'secure_embed_update_request', attributes } },
        });
      return { token, url, credential, update };
    }
    const load = async (link, init) => {
      const response = await fetch(link, { redirect: 'manual', ...init });
      return {
        status: response.status,
        headers: response.headers,
        text: await response.text(),
      };
    };
    const codeOf = (page) => /data-code="([^"]+)"/.exec(page.text)?.[1];

    test('opens once, and for that browser again', async () => {
      const { url, credential } = await share();
      const link = signLink(url, credential);
      const page = await load(link);
      assert.equal(page.status, 200);
      assert.match(page.text, /data-mode="link"/);
      assert.match(page.headers.get('content-security-policy'), /frame-ancestors \*/);
      assert.equal(page.headers.get('x-frame-options'), null);
      assert.equal(page.headers.get('cache-control'), 'no-store');
      assert.equal(page.headers.get('set-cookie'), null);

      const opened = await openSession(the.server.url, link);
      assert.equal(opened.status, 201, JSON.stringify(opened.lines));
      assert.equal(opened.lines[0].dashboard.title, 'Acme');
      assert.deepEqual(opened.lines.at(-1), { end: true });

      const again = await openSession(the.server.url, link, opened.secret);
      assert.equal(again.status, 200);
      assert.equal(again.lines[0].session.id, opened.lines[0].session.id);

      const replay = await openSession(the.server.url, link);
      assert.equal(replay.status, 409);
      assert.equal(replay.lines[0].error.code, 'link_already_used');
    });

    test('loading the page a hundred times uses nothing up', async () => {
      const { url, credential } = await share();
      const link = signLink(url, credential);
      for (let i = 0; i < 100; ++i) assert.equal((await load(link)).status, 200);
      assert.equal((await load(link, { method: 'HEAD' })).status, 200);
      assert.equal((await openSession(the.server.url, link)).status, 201);
    });

    test('parameters come in any order, each once', async () => {
      const { url, credential } = await share();
      const sorted = new URL(signLink(url, credential));
      sorted.searchParams.sort();
      assert.equal((await openSession(the.server.url, sorted.href)).status, 201);
      const twice = signLink(url, credential);
      assert.equal((await load(`${twice}&ts=1`)).status, 400);
      assert.equal(codeOf(await load(`${twice}&nonce=abcdef`)), 'malformed_link');
    });

    test('is refused outside its window', async () => {
      const { url, credential } = await share();
      const late = await openSession(the.server.url, signLink(url, credential, { age: 1860 }));
      assert.equal(late.status, 410);
      assert.equal(late.lines[0].error.code, 'link_expired');
      const early = await openSession(the.server.url, signLink(url, credential, { age: -180 }));
      assert.equal(early.status, 403);
      assert.equal(early.lines[0].error.code, 'link_not_yet_valid');
      const nearly = await openSession(the.server.url, signLink(url, credential, { age: 1740 }));
      assert.equal(nearly.status, 201);
    });

    test('is refused with another credential, changed or cut', async () => {
      const mine = await share();
      const other = await share();
      const crossed = signLink(mine.url, other.credential);
      assert.equal(codeOf(await load(crossed)), 'bad_signature');
      assert.equal((await load(crossed)).status, 401);
      assert.equal((await openSession(the.server.url, crossed)).status, 401);

      const good = new URL(signLink(mine.url, mine.credential));
      for (const name of ['token', 'nonce', 'ts']) {
        const changed = new URL(good);
        const value = changed.searchParams.get(name);
        changed.searchParams.set(name, value.slice(0, -1) + (value.endsWith('1') ? '2' : '1'));
        assert.equal(codeOf(await load(changed.href)), 'bad_signature', name);
        changed.searchParams.delete(name);
        assert.equal(codeOf(await load(changed.href)), 'malformed_link', name);
      }
      assert.equal((await load(mine.url)).status, 400);
      const unknown = signLink(mine.url.replace(mine.token, 'A'.repeat(32)), mine.credential);
      assert.equal((await load(unknown)).status, 404);
      assert.equal((await openSession(the.server.url, unknown)).status, 404);
    });

    test('pausing refuses links and open sessions; resuming lets both in', async () => {
      const { url, credential, update } = await share();
      const opened = await openSession(the.server.url, signLink(url, credential));
      assert.equal((await query(the.server.url, opened.token)).status, 200);
      await update({ status: 'paused' });
      const paused = await load(signLink(url, credential));
      assert.equal(paused.status, 403);
      assert.equal(codeOf(paused), 'share_paused');
      assert.equal((await openSession(the.server.url, signLink(url, credential))).status, 403);
      assert.equal((await query(the.server.url, opened.token)).status, 403);
      await update({ status: 'active' });
      assert.equal((await query(the.server.url, opened.token)).status, 200);
      assert.equal((await openSession(the.server.url, signLink(url, credential))).status, 201);
    });

    test('deleting the share ends its sessions', async () => {
      const { token, url, credential } = await share();
      const opened = await openSession(the.server.url, signLink(url, credential));
      await the.api.embeds.deleteDashboardSecureEmbed({ dashboardId, token });
      assert.equal(codeOf(await load(signLink(url, credential))), 'share_not_found');
      assert.ok([401, 403, 404, 410].includes((await query(the.server.url, opened.token)).status));
    });

    test('a deleted dashboard takes its shares along, and brings them back', async () => {
      const { id } = await the.api.dashboards.createDashboard(newDashboard());
      const made = await the.api.embeds.createDashboardSecureEmbed({
        dashboardId: id,
        ...createBody(),
      });
      const { token, url, credential } = made.data.attributes;
      await the.api.dashboards.deleteDashboard({ dashboardId: id });
      assert.equal((await load(signLink(url, credential))).status, 404);
      await fails(the.api.embeds.getDashboardSecureEmbed({ dashboardId: id, token }), 404);
      const body = { data: [{ id, type: 'dashboard' }] };
      await the.api.dashboards.restoreDashboards({ body });
      assert.equal((await load(signLink(url, credential))).status, 200);
    });

    test('what was edited shows in the next view', async () => {
      const { url, credential, update } = await share();
      await update({ title: 'Renamed', viewingPreferences: { theme: 'dark' } });
      const opened = await openSession(the.server.url, signLink(url, credential));
      assert.equal(opened.lines[0].dashboard.title, 'Renamed');
      assert.equal(opened.lines[0].dashboard.theme, 'dark');
    });

    test('no answer to a stranger holds a credential or a stack trace', async () => {
      const { token, url, credential } = await share();
      const pages = [
        await load(signLink(url, credential)),
        await load(signLink(url, 'wrong')),
        await load(`${the.server.url}/sb/secure-embed/${token}?token=%00&nonce=%0a&ts=%`),
        await load(`${the.server.url}/sb/secure-embed/${'x'.repeat(4000)}?a=b`),
      ];
      for (const page of pages) {
        assert.ok(!page.text.includes(credential));
        assert.ok(!/exception|terminate|std::|\.cpp/i.test(page.text));
        assert.ok(page.status < 500);
      }
      assert.ok(!the.server.log().includes(credential));
      assert.ok(!the.server.log().includes(the.keys.app_key));
    });
  });
}
