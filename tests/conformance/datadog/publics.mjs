// The sharing API of the first version: open, embed and invite shares, and invitations by mail.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { createCredentials, startCasement } from '../../support/casement.mjs';
import { freePort, linkIn, mailSettings, startMailServer } from '../../support/mail.mjs';
import { fails, newDashboard, openSession, query, raw, vendorClient } from './support.mjs';

const pathOf = (url) => new URL(url).pathname;

/** `the` holds server, keys and api once the tests run. */
export function publicsTests(the) {
  describe('shared dashboards', () => {
    let dashboardId;
    const create = (more = {}) =>
      the.api.dashboards.createPublicDashboard({
        body: { dashboardId, dashboardType: 'custom_timeboard', shareType: 'open', ...more },
      });
    before(async () => {
      dashboardId = (await the.api.dashboards.createDashboard(newDashboard())).id;
    });

    test('an open share has every field, with the usual values for what was not said', async () => {
      const made = await create();
      assert.equal(made.shareType, 'open');
      assert.equal(made.status, 'active');
      assert.equal(made.title, 'Conformance');
      assert.equal(made.dashboardId, dashboardId);
      assert.equal(made.dashboardType, 'custom_timeboard');
      assert.equal(made.globalTimeSelectableEnabled, false);
      assert.deepEqual(made.embeddableDomains, []);
      assert.deepEqual(made.invitees, []);
      assert.deepEqual(made.shareList, []);
      assert.equal(made.lastAccessed, null);
      assert.equal(made.publicUrl, `${the.server.url}/sb/${made.token}`);
      const year = made.expiration.getTime() - made.created.getTime();
      assert.equal(Math.round(year / 86_400_000), 365);
      const body = (
        await raw(the.server.url, 'GET', `/api/v1/dashboard/public/${made.token}`, {
          keys: the.keys,
        })
      ).json;
      assert.match(body.created, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00$/);
      assert.deepEqual(body.viewing_preferences, {});
      assert.equal(body.session_duration_in_days, null);
      assert.equal(typeof body.author, 'object');
    });

    test('an open share opens for everybody, and is paused by its end', async () => {
      const made = await create();
      const page = await raw(the.server.url, 'GET', pathOf(made.publicUrl));
      assert.equal(page.status, 200);
      const session = await openSession(the.server.url, made.publicUrl);
      assert.equal(session.status, 201);
      assert.equal(session.lines[0].dashboard.title, 'Conformance');
      const seen = await the.api.dashboards.getPublicDashboard({ token: made.token });
      assert.ok(seen.lastAccessed instanceof Date);

      const ended = await the.api.dashboards.updatePublicDashboard({
        token: made.token,
        body: { globalTime: { liveSpan: '1h' }, expiration: new Date(Date.now() - 1000) },
      });
      assert.equal(ended.status, 'paused');
      assert.equal((await query(the.server.url, session.token)).status, 410);
      assert.equal((await openSession(the.server.url, made.publicUrl)).status, 410);
    });

    test('an expiration of null means that it has no end', async () => {
      const made = await create({ expiration: null });
      assert.equal(made.expiration, null);
    });

    test('an embed opens in frames of its domains and comes back as it was sent', async () => {
      const domains = ['https://domain.atlassian.net/', 'http://intranet.example:8080'];
      const made = await create({ shareType: 'embed', embeddableDomains: domains });
      assert.deepEqual(made.embeddableDomains, domains);
      assert.equal(made.publicUrl, `${the.server.url}/sb/embed/${made.token}`);
      const inFrame = { 'Sec-Fetch-Dest': 'iframe' };
      const page = await raw(the.server.url, 'GET', pathOf(made.publicUrl), { headers: inFrame });
      assert.equal(page.status, 200);
      assert.match(
        page.headers.get('content-security-policy'),
        /frame-ancestors 'self' https:\/\/domain\.atlassian\.net http:\/\/intranet\.example:8080$/,
      );
      const alone = await raw(the.server.url, 'GET', pathOf(made.publicUrl), {
        headers: { 'Sec-Fetch-Dest': 'document' },
      });
      assert.equal(alone.status, 403);
      assert.match(alone.text, /embed_only/);
      assert.equal((await openSession(the.server.url, made.publicUrl)).status, 201);
    });

    test('an embed without domains stands nowhere', async () => {
      const made = await create({ shareType: 'embed' });
      const page = await raw(the.server.url, 'GET', pathOf(made.publicUrl));
      assert.equal(page.status, 403);
      assert.match(page.headers.get('content-security-policy'), /frame-ancestors 'none'/);
      await fails(create({ shareType: 'embed', embeddableDomains: ['https://a.example/x'] }), 400);
    });

    test('variables keep their single default, and bound what a viewer may choose', async () => {
      const variables = [
        { name: 'org', prefix: 'org', type: null, defaultValue: 'acme', visibleTags: ['acme', 'b'] },
      ];
      const made = await create({ selectableTemplateVars: variables });
      const [shown] = made.selectableTemplateVars;
      assert.equal(shown.defaultValue, 'acme');
      assert.deepEqual(shown.visibleTags, ['acme', 'b']);
      const session = await openSession(the.server.url, made.publicUrl);
      const [variable] = session.lines[0].dashboard.variables;
      assert.equal(variable.mode, 'bounded');
      assert.deepEqual(
        variable.choices.map((choice) => choice.value),
        ['acme', 'b'],
      );
    });

    test('a type that changes takes its sessions along where the new one needs a proof', async () => {
      const made = await create();
      const session = await openSession(the.server.url, made.publicUrl);
      const changed = await the.api.dashboards.updatePublicDashboard({
        token: made.token,
        body: {
          globalTime: {},
          shareType: 'invite',
          invitees: [{ email: 'anna@example.com' }, { email: '@example.org' }],
        },
      });
      assert.equal(changed.shareType, 'invite');
      assert.deepEqual(changed.shareList, ['anna@example.com', '@example.org']);
      assert.equal((await query(the.server.url, session.token)).status, 404);
      const refused = await openSession(the.server.url, made.publicUrl);
      assert.equal(refused.lines[0].error.code, 'invitation_needed');

      const again = await the.api.dashboards.updatePublicDashboard({
        token: made.token,
        body: { globalTime: {}, shareType: 'open', shareList: [] },
      });
      assert.deepEqual(again.invitees, []);
    });

    test('a paused share lets nobody in until it is active again', async () => {
      const made = await create();
      const session = await openSession(the.server.url, made.publicUrl);
      const set = (status) =>
        raw(the.server.url, 'PUT', `/api/v1/dashboard/public/${made.token}`, {
          keys: the.keys,
          body: { status },
        });
      assert.equal((await set('paused')).json.status, 'paused');
      assert.equal((await query(the.server.url, session.token)).status, 403);
      const page = await raw(the.server.url, 'GET', pathOf(made.publicUrl));
      assert.equal(page.status, 403);
      assert.match(page.text, /paused/);
      await set('active');
      assert.equal((await query(the.server.url, session.token)).status, 200);
    });

    test('delete says whose token is gone, and nothing opens by it any more', async () => {
      const made = await create();
      const session = await openSession(the.server.url, made.publicUrl);
      const gone = await the.api.dashboards.deletePublicDashboard({ token: made.token });
      assert.equal(gone.deletedPublicDashboardToken, made.token);
      await fails(the.api.dashboards.getPublicDashboard({ token: made.token }), 404);
      await fails(the.api.dashboards.deletePublicDashboard({ token: made.token }), 404);
      assert.equal((await query(the.server.url, session.token)).status, 404);
    });

    test('a secure embed is not found here, and is not opened by these addresses', async () => {
      const embed = await the.api.embeds.createDashboardSecureEmbed({
        dashboardId,
        body: {
          data: {
            type: 'secure_embed_request',
            attributes: {
              title: 'x',
              status: 'active',
              globalTime: {},
              globalTimeSelectable: false,
              selectableTemplateVars: [],
              viewingPreferences: {},
            },
          },
        },
      });
      const { token } = embed.data.attributes;
      await fails(the.api.dashboards.getPublicDashboard({ token }), 404);
      await fails(the.api.dashboards.deletePublicDashboard({ token }), 404);
      for (const path of [`/sb/${token}`, `/sb/embed/${token}`]) {
        const opened = await openSession(the.server.url, `${the.server.url}${path}`);
        assert.equal(opened.status, 404, path);
      }
    });

    test('what is wrong is 400, what is missing 404, in strings', async () => {
      const post = (body) =>
        raw(the.server.url, 'POST', '/api/v1/dashboard/public', { keys: the.keys, body });
      const good = { dashboard_id: dashboardId, dashboard_type: 'custom_timeboard' };
      for (const [bad, field] of [
        [{ ...good, share_type: 'secure_embed' }, 'share_type'],
        [{ ...good, status: 7 }, 'status'],
        [{ dashboard_id: dashboardId }, 'dashboard_type'],
        [{ ...good, invitees: [{ email: 'no address' }] }, 'address'],
        [{ ...good, invitees: [{ email: 'a@b.example\r\nBcc: x@y.example' }] }, 'address'],
        [{ ...good, expiration: 'soon' }, 'expiration'],
        [{ ...good, global_time: { live_span: '5m' } }, 'live_span'],
      ]) {
        const refused = await post(bad);
        assert.equal(refused.status, 400, field);
        assert.equal(typeof refused.json.errors[0], 'string');
        assert.match(refused.json.errors[0], new RegExp(field));
      }
      const missing = await post({ ...good, dashboard_id: 'abc-123-def' });
      assert.equal(missing.status, 404);
      assert.deepEqual(missing.json.errors, ['custom_timeboard abc-123-def not found']);
    });

    test('whoever may not share learns nothing and changes nothing', async () => {
      const made = await create();
      const viewer = await createCredentials(the.server.dataDir, 'Viewer');
      const theirs = vendorClient(the.server.url, viewer.datadog);
      assert.equal(
        (await theirs.dashboards.getPublicDashboard({ token: made.token })).token,
        made.token,
      );
      await fails(theirs.dashboards.deletePublicDashboard({ token: made.token }), 403);
      await fails(theirs.dashboards.deletePublicDashboard({ token: 'nothing' }), 403);
      await fails(
        theirs.dashboards.createPublicDashboard({
          body: { dashboardId, dashboardType: 'custom_timeboard', shareType: 'open' },
        }),
        403,
      );
      await fails(theirs.dashboards.getPublicDashboardInvitations({ token: made.token }), 403);
    });

    test('the list of a dashboard has shares of every type', async () => {
      const id = (await the.api.dashboards.createDashboard(newDashboard())).id;
      const body = { dashboardId: id, dashboardType: 'custom_timeboard' };
      await the.api.dashboards.createPublicDashboard({ body: { ...body, shareType: 'open' } });
      await the.api.dashboards.createPublicDashboard({
        body: { ...body, shareType: 'invite', invitees: [{ email: 'anna@example.com' }] },
      });
      const listed = await the.api.sharing.listSharedDashboardsByDashboardId({ dashboardId: id });
      assert.deepEqual(
        listed.data.map((share) => share.attributes.shareType),
        ['open', 'invite'],
      );
      assert.equal(listed.data[1].attributes.invitees[0].email, 'anna@example.com');
    });
  });

  // Needs a mail server, and a server that knows its own address.
  describe('invitations', { skip: process.env.CASEMENT_URL !== undefined }, () => {
    let mail, server, api, token, publicUrl;
    before(async () => {
      mail = await startMailServer();
      const port = await freePort();
      const url = `http://127.0.0.1:${port}`;
      server = await startCasement({
        listen: `127.0.0.1:${port}`,
        env: mailSettings(mail, { CASEMENT_SERVER_PUBLIC_URL: url }),
      });
      api = vendorClient(server.url, server.credentials.datadog);
      const dashboardId = (await api.dashboards.createDashboard(newDashboard())).id;
      const made = await api.dashboards.createPublicDashboard({
        body: {
          dashboardId,
          dashboardType: 'custom_timeboard',
          shareType: 'invite',
          invitees: [{ email: 'anna@example.com' }, { email: 'bob@example.com' }],
        },
      });
      ({ token, publicUrl } = made);
      assert.equal(
        (
          await raw(server.url, 'GET', `/api/v1/dashboard/public/${token}`, {
            keys: server.credentials.datadog,
          })
        ).json.session_duration_in_days,
        30,
      );
    });
    after(async () => {
      await server?.stop();
      await mail?.stop();
    });

    const invitation = (email) => ({
      type: 'public_dashboard_invitation',
      attributes: { email },
    });

    test('one invitation is answered as one, and comes by mail', async () => {
      const sent = await api.dashboards.sendPublicDashboardInvitation({
        token,
        body: { data: invitation('anna@example.com') },
      });
      const { attributes } = sent.data;
      assert.equal(attributes.email, 'anna@example.com');
      assert.equal(attributes.shareToken, token);
      assert.equal(attributes.hasSession, false);
      assert.equal(attributes.sessionExpiry, null);
      assert.equal(attributes.invitationExpiry - attributes.createdAt, 3_600_000);

      const got = await mail.next((one) => one.to.includes('anna@example.com'));
      assert.equal(got.from, 'dashboards@casement.example');
      assert.match(got.subject, /^Your link to Conformance$/);
      const link = linkIn(got);
      assert.ok(link.startsWith(`${publicUrl}?invitation=`));
      const opened = await openSession(server.url, link);
      assert.equal(opened.status, 201);
      const left = Date.parse(opened.lines[0].session.expires_at) - Date.now();
      assert.equal(Math.round(left / 86_400_000), 30);

      const listed = await api.dashboards.getPublicDashboardInvitations({ token });
      const mine = [].concat(listed.data).find((one) => one.attributes.email === 'anna@example.com');
      assert.equal(mine.attributes.hasSession, true);
      assert.ok(mine.attributes.sessionExpiry instanceof Date);
    });

    test('several are answered as a list, and listed in pages', async () => {
      const sent = await api.dashboards.sendPublicDashboardInvitation({
        token,
        body: { data: [invitation('anna@example.com'), invitation('bob@example.com')] },
      });
      assert.equal(sent.data.length, 2);
      const keys = server.credentials.datadog;
      const page = await raw(
        server.url,
        'GET',
        `/api/v1/dashboard/public/${token}/invitation?page_size=1&page_number=1`,
        { keys },
      );
      assert.equal(page.json.meta.page.total_count, 2);
      assert.equal(page.json.data.length, 1);
      assert.equal(page.json.data[0].attributes.email, 'bob@example.com');
    });

    test('only those on the list can be invited', async () => {
      const body = { data: invitation('eve@example.com') };
      await fails(api.dashboards.sendPublicDashboardInvitation({ token, body }), 400);
      const all = { data: [invitation('anna@example.com'), invitation('eve@example.com')] };
      await fails(api.dashboards.sendPublicDashboardInvitation({ token, body: all }), 400);
      await fails(api.dashboards.sendPublicDashboardInvitation({ token: 'none', body }), 404);
    });

    test('delete takes back the links and ends the sessions', async () => {
      const before = mail.mails.length;
      await api.dashboards.sendPublicDashboardInvitation({
        token,
        body: { data: [invitation('bob@example.com'), invitation('bob@example.com')] },
      });
      const isBobs = (one) => one.to.includes('bob@example.com');
      const first = await mail.next(isBobs, before);
      const second = await mail.next((one) => isBobs(one) && one !== first, before);
      const opened = await openSession(server.url, linkIn(first));
      assert.equal(opened.status, 201);
      await api.dashboards.deletePublicDashboardInvitation({
        token,
        body: { data: invitation('bob@example.com') },
      });
      assert.equal((await query(server.url, opened.token)).status, 410);
      const refused = await openSession(server.url, linkIn(second));
      assert.equal(refused.status, 410);
      assert.equal(refused.lines[0].error.code, 'invitation_revoked');
      await fails(
        api.dashboards.deletePublicDashboardInvitation({
          token,
          body: { data: invitation('nobody@example.com') },
        }),
        404,
      );
    });
  });
}
