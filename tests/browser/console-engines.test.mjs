// The console in Firefox and in WebKit, by real clicks and keys: from the set-up of a new server to signing
// out. What Chromium's tests see more closely (axe, downloads, a narrow screen in every theme) is not
// repeated; here stands what an engine could do differently.
import assert from 'node:assert/strict';
import { createHmac, randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { setCookies } from '../support/cookies.mjs';
import { startFirefox, startWebKit } from './support/browsers.mjs';
import { ADA, startConsoleLab, totpCode } from './support/console-lab.mjs';
import { LISTENING, personAt } from './support/console-person.mjs';

const ENGINES = [
  { name: 'Firefox', start: () => startFirefox({ atStart: LISTENING }) },
  // Where no language is set, it calls its language "C", which is the tag of none.
  { name: 'WebKitGTK', start: () => startWebKit({ profile: true, atStart: LISTENING,
    env: { LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8', LANGUAGE: '' } }) },
];
const CHROME = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36';
const FORM = { 'Organization': ADA.organization, 'Your name': ADA.name, 'Sign-in name': ADA.handle, 'Password': ADA.password };

for (const { name: engine, start } of ENGINES) {
  describe(`The console in ${engine}`, () => {
    let lab;
    let browser;
    let ada;
    before(async () => {
      lab = await startConsoleLab({ env: { CASEMENT_ALIYUN_API_KEY_SHARE: 'true', CASEMENT_ALIYUN_API_KEY_SHARE_VERSION: 'v3' } });
      browser = await start();
      await browser.resize(1200, 860);
      ada = personAt(browser, engine.toLowerCase(), lab.origin);
    });
    after(async () => {
      await browser?.close();
      await lab?.close();
    });

    const count = selector => browser.eval(`document.querySelectorAll(${JSON.stringify(selector)}).length`);
    const textOf = selector => browser.eval(`document.querySelector(${JSON.stringify(selector)}).textContent`);
    const fromMenu = async (button, item, role = 'menuitem') => {
      await ada.click('button', button);
      await ada.click(role, item);
    };
    const signOut = async () => {
      await fromMenu(`Your account: ${ADA.name}`, 'Sign out');
      await ada.heading('Sign in');
    };
    /** A session of the console elsewhere: its cookie. */
    const signInElsewhere = async () => {
      const { handle, password } = ADA;
      const answer = await fetch(`${lab.origin}/api/casement/v1/sign-in`, { method: 'POST', body: JSON.stringify({ handle, password }),
        headers: { 'content-type': 'application/json', 'x-casement': '1', origin: lab.origin, 'user-agent': CHROME } });
      assert.ok(answer.ok, `${answer.status} ${await answer.text()}`);
      return setCookies(answer).map(cookie => cookie.split(';')[0]).join('; ');
    };
    const statusWith = async cookie => (await fetch(`${lab.origin}/api/casement/v1/me`,
      { headers: { cookie, 'x-casement': '1' } })).status;

    test('A new server is set up with its code, and with no other', async () => {
      await ada.open('/console/');
      await ada.heading('Set up this server');
      await ada.hasFocus('textbox', 'Set-up code');
      await ada.fill('Set-up code', 'wrong-code');
      for (const [field, text] of Object.entries(FORM)) await ada.fill(field, text);
      await ada.click('button', 'Set up and sign in');
      await ada.wait("document.querySelector('.wrong, .notice.bad') !== null", 'the refusal');
      await ada.picture('setup');
      await ada.fill('Set-up code', await lab.setupCode());
      await ada.press('Enter');
      await ada.heading('Dashboards');
      await ada.reads(ADA.organization);
    });

    test('One signs out, and in again by keyboard alone, not with a wrong password', async () => {
      await signOut();
      await ada.reads('You have signed out.');
      await ada.hasFocus('textbox', 'Name or e-mail');
      await ada.type(ADA.handle);
      await ada.press('Tab');
      await ada.hasFocus('textbox', 'Password');
      await ada.type('not this one');
      await ada.press('Enter');
      await ada.wait("document.querySelector('.notice.bad') !== null", 'the refusal');
      await ada.picture('sign-in');
      await ada.fill('Password', ADA.password);
      await ada.press('Enter');
      await ada.heading('Dashboards');
    });

    test('Dashboards are found as one types, and lie in folders', async () => {
      await ada.reads('2 dashboards');
      await ada.press('/');
      await ada.hasFocus('textbox', 'Search dashboards');
      await ada.type('depart');
      await ada.reads('1 of 2 dashboards');
      await ada.reload();
      await ada.reads('1 of 2 dashboards');
      await ada.fill('Search dashboards', '');
      await ada.find('link', 'Airport operations');

      await ada.click('button', 'New folder');
      await ada.hasFocus('textbox', 'Name');
      await ada.press('Escape');
      await ada.noDialog();
      await ada.hasFocus('button', 'New folder');
      await ada.press('Enter');
      await ada.hasFocus('textbox', 'Name');
      await ada.type('Airports');
      await ada.press('Enter');
      await ada.find('link', 'Airports');
      await fromMenu('Actions for Departures', 'Move to a folder');
      const { folders: [folder] } = await lab.api('GET', '/folders');
      await ada.choose('To', folder.uid);
      await ada.click('button', 'Move');
      await ada.reads('1 dashboard');
      await ada.picture('home');
      await ada.click('link', 'Airports');
      await ada.find('navigation', 'Folders above');
      await ada.click('link', 'Departures');
      await ada.heading('Departures');
    });

    test('A dashboard is drawn, and what is chosen stands in the address', async () => {
      await ada.drawn();
      assert.match(await textOf('[aria-labelledby="panel-2-title"] .panel-body'), /\d/);
      for (const [panel, least] of [[6, 5000], [8, 500], [10, 500]]) {
        await ada.waitFor(async () => await ada.inkOf(`[aria-labelledby="panel-${panel}-title"]`) > least, `${least} pixels of panel ${panel}`);
      }
      assert.ok(await count('[aria-labelledby="panel-12-title"] tbody tr') > 5);
      assert.ok(await count('[aria-labelledby="panel-7-title"] .panel-body *') > 20, 'bars and their words');
      await ada.picture('dashboard');

      await fromMenu('Airport Atlanta, GA (ATL)', 'Boston, MA (BOS)', 'option');
      await ada.find('button', 'Airport Boston, MA (BOS)');
      await ada.hasFocus('button', 'Airport Boston, MA (BOS)');
      await fromMenu('Time range: Past month', 'Past week', 'radio');
      await ada.find('button', 'Time range: Past week');
      assert.deepEqual([await ada.query('var-airport'), await ada.query('time')], ['BOS', '1w']);
      await ada.reload();
      await ada.find('button', 'Airport Boston, MA (BOS)');
      await ada.find('button', 'Time range: Past week');
      await ada.drawn();
      await browser.eval('(history.back(), true)');
      await ada.find('link', 'All folders');
    });

    test('A query is written in Explore, completed, run by keyboard, and seen as a table and as a picture', async () => {
      await ada.click('link', 'Explore');
      await ada.heading('Explore');
      await ada.click('textbox', 'Query A, SQL');
      await ada.type('select origin, count(*) as departures from fli');
      await ada.offered('flights');
      await ada.picture('explore-completion');
      await ada.type('ghts group by 1 order by 2 desc limit 5');
      assert.equal(await ada.editorText(), 'select origin, count(*) as departures from flights group by 1 order by 2 desc limit 5');
      await ada.press('Control', 'Enter');
      await ada.heading('How it was asked');
      await ada.wait("document.querySelectorAll('.explore-drawing table tbody tr').length === 5", 'five rows');
      assert.match(await textOf('.explore-drawing table tbody tr'), /^[A-Z]{3}[\d,. ]+/);
      await ada.picture('explore');
      await ada.click('radio', 'Bars');
      await ada.wait("document.querySelectorAll('.explore-drawing [role=img], .explore-drawing .bar, .explore-drawing svg').length > 0", 'bars');
      await ada.drawn();
      await ada.picture('explore-bars');
    });

    test('A dashboard is made in the editor: panels by mouse and keys, undone, saved, and its versions listed', async () => {
      const place = id => browser.eval(`['--x', '--y', '--w', '--h'].map(name =>
        Number(document.querySelector('[data-panel="${id}"]').style.getPropertyValue(name)))`);
      const stands = (id, ...wanted) => ada.wait(`['--x', '--y', '--w', '--h'].map(name =>
        document.querySelector('[data-panel="${id}"]')?.style.getPropertyValue(name)).join() === '${wanted}'`, `panel ${id} at ${wanted}`);
      const isDrawn = id => ada.wait(`document.querySelector('[data-panel="${id}"] .panel:not(.tile-waiting)[aria-busy="false"]') !== null`,
        `panel ${id} to be drawn`);
      await ada.open('/console/dashboards/new');
      await ada.heading('New dashboard');
      await ada.fill('Title', 'Notes');
      await ada.clickAt('.kind:has(input[value="text"])');
      await ada.click('button', 'Begin');
      await ada.heading('Notes');
      await isDrawn(1);
      await ada.click('button', 'Add a panel');
      await ada.heading('Add a panel');
      await ada.press('Escape');
      await ada.noDialog();
      await ada.hasFocus('button', 'Add a panel');
      await ada.press('Enter');
      await ada.heading('Add a panel');
      await ada.picture('editor-kinds');
      await ada.clickAt('dialog [data-kind="stat"]');
      await ada.wait("document.activeElement?.matches('[data-panel=\"2\"] .tile-grip')", 'the focus on what was added');
      await isDrawn(2);

      const [x, y, w, h] = await place(2);
      const cell = await browser.eval("(document.querySelector('.edit-grid').clientWidth + 12) / 24");
      await browser.drag("document.querySelector('[data-panel=\"2\"] .tile-corner')", cell * 2, 36);
      await stands(2, x, y, w + 2, h + 1);
      await ada.press('Control', 'z');
      await stands(2, x, y, w, h);
      await browser.eval("(document.querySelector('[data-panel=\"2\"] .tile-grip').focus(), true)");
      await ada.press('Shift', 'ArrowRight');
      await stands(2, x, y, w + 1, h);
      await ada.picture('editor');

      await ada.click('button', 'Create');
      await ada.wait("/\\/dashboards\\/[^/]+\\/edit$/.test(location.pathname)", 'an address of its own');
      const uid = await browser.eval("decodeURIComponent(location.pathname.split('/').at(-2))");
      await ada.reads('Saved');

      // The buttons of a tile come with the pointer or the focus; its grip opens it with Enter.
      await browser.eval("(document.querySelector('[data-panel=\"1\"] .tile-grip').focus(), true)");
      await ada.press('Enter');
      await ada.fill('Title', 'Read this first');
      await ada.heading('Read this first');
      await ada.picture('editor-panel');
      await ada.click('button', 'All panels');
      await ada.hasFocus('button', 'Read this first, text');
      await ada.press('Control', 'z');
      await ada.find('button', 'Edit Panel 1');
      await ada.press('Control', 'y');
      await ada.find('button', 'Edit Read this first');
      await ada.press('Control', 's');
      await ada.heading('Save the dashboard');
      await ada.hasFocus('textbox', 'What you changed, and why');
      await ada.type('A title for the text');
      await ada.picture('editor-save');
      await ada.press('Enter');
      await ada.noDialog();
      await ada.reads('The dashboard is saved.');
      const { document } = await lab.api('GET', `/dashboards/${uid}`);
      assert.equal(document.panels.find(({ id }) => id === 1).title, 'Read this first');

      await ada.click('link', 'Notes');
      await ada.drawn();
      await ada.picture('notes');
      await fromMenu('More about this dashboard', 'Versions');
      await ada.find('table', 'Versions');
      await ada.reads('A title for the text');
      await ada.wait("document.querySelector('.version-diff') !== null", 'what differs');
      await ada.picture('versions');
    });

    test('What was not saved is asked for, and offered again after a reload', async () => {
      const { dashboards } = await lab.api('GET', '/dashboards');
      const { uid } = dashboards.find(({ title }) => title === 'Notes');
      await ada.open(`/console/dashboards/${uid}/edit?part=settings`);
      await ada.fill('Title', 'Notes of today');
      await ada.click('link', 'Shares');
      await ada.reads('Leave without saving?');
      await ada.click('button', 'Cancel');
      await ada.noDialog();
      await ada.reload();
      await ada.heading('Go on with what was not saved?');
      await ada.click('button', 'Go on with it');
      await ada.heading('Notes of today');
      await ada.press('Control', 's');
      await ada.heading('Save the dashboard');
      await ada.press('Enter');
      await ada.noDialog();
      assert.equal((await lab.api('GET', `/dashboards/${uid}`)).title, 'Notes of today');
    });

    test('A document is written as JSON, marked where it is wrong, and saved by keyboard', async () => {
      await lab.api('POST', '/dashboards', { document: { uid: 'mine', title: 'Mine', panels: [] } });
      await ada.open('/console/dashboards/mine/json');
      await ada.find('textbox', 'Document of Mine');
      await ada.writeInEditor('Document of Mine', '{ "title": "Mine too", "panels": [,] }');
      await ada.press('Control', 's');
      await ada.reads('Line 1, column 35');
      await ada.inEditor('.cm-lintRange-error');
      await ada.picture('document');
      await ada.writeInEditor('Document of Mine', '{ "title": "Mine too", "panels": [] }');
      await ada.press('Control', 's');
      await ada.heading('Mine too');
      assert.equal((await lab.api('GET', '/dashboards/mine')).title, 'Mine too');
      // The editor keeps nobody in.
      await ada.press('Escape');
      await ada.press('Tab');
      await ada.wait("document.activeElement?.hasAttribute('data-editor') === false", 'the focus outside of the editor');
    });

    let secured;
    test('A dashboard becomes a secure embed, whose credential is shown once', async () => {
      await ada.open('/console/dashboards/flights');
      await ada.heading('Departures');
      await ada.click('button', 'Share');
      await ada.heading('Share “Departures”');
      await ada.fill('Name', 'Departures for Boston');
      await ada.choose('Airport', 'locked');
      await ada.fill('Airport: value', 'BOS');
      await ada.press('Enter');
      await ada.picture('share');
      await ada.click('button', 'Create the secure embed');
      await ada.heading('Departures for Boston');
      await ada.reads('It is shown now and never again.');
      const secret = await textOf('.secret code');
      const token = await browser.eval("decodeURIComponent(location.pathname.split('/')[3])");
      secured = { share: await lab.api('GET', `/shares/${token}`), secret };
      await ada.picture('secure-embed');
      await ada.reload();
      await ada.reads(`••••${secret.slice(-4)}`);
      assert.equal(await browser.eval(`document.documentElement.outerHTML.includes(${JSON.stringify(secret)})`), false);
      // It signs links that open the share.
      await lab.look(secured.share, secret, CHROME);
    });

    test('Links of both vendors are signed and open in a sandboxed frame, each with its dashboard inside', async () => {
      const inside = code => browser.evalIn('.live-test iframe', code);
      const isDrawnInside = () => ada.waitFor(() => inside(`document.querySelectorAll('.panel').length > 3 &&
        document.querySelector('canvas') !== null && document.querySelector('.panel[aria-busy="true"]') === null`), 'the panels inside');
      await lab.api('POST', '/account-keys', { name: 'linking', role: 'Viewer', seconds_to_live: 3600 });
      await ada.open('/console/keys');
      await fromMenu('Actions for linking', 'Sharable link…');
      await ada.choose('Version', '3');
      await ada.choose('Dashboard', 'flights');
      await ada.fill('Variables', 'airport=ATL');
      await ada.fill('Locked variables', 'airport');
      await ada.press('Enter');
      await ada.click('button', 'Make the link');
      await ada.reads('It opens until');
      await ada.click('button', 'Open it in a frame');
      await ada.reads('It opened in this frame.');
      await isDrawnInside();
      assert.match(await inside('document.body.innerText'), /ATL[^]+Departures\s+[\d,]{4,}/);
      await ada.picture('live-test');
      assert.deepEqual(await inside('window.__faults'), []);
      // Not by Escape: WebKit's driver leaves the keyboard's focus in a frame that it has looked into.
      await ada.click('button', 'Close');
      await ada.noDialog();
      await ada.hasFocus('button', 'Actions for linking');

      await ada.open('/console/keys/embedding');
      await ada.click('button', 'Get embed URL');
      await ada.heading('Embed URL');
      await ada.choose('Dashboard', 'airport-operations');
      await ada.fill('External user id', 'host-7');
      await ada.fill('User attributes', 'airport=ATL');
      await ada.click('button', 'Sign it');
      await ada.reads('It opens once, within five minutes.');
      await ada.click('button', 'Open it in a frame');
      // This vendor's pages tell a host that a link named, and no other.
      await ada.reads('The frame has loaded');
      await isDrawnInside();
      assert.match(await inside('document.body.innerText'), /Airport operations/);
      assert.deepEqual(await inside('window.__faults'), []);
      await ada.click('button', 'Close');
      await ada.noDialog();
      await ada.hasFocus('button', 'Get embed URL');
    });

    test('A link that does not open is explained', async () => {
      const nonce = randomBytes(16).toString('hex');
      const ts = Math.floor(Date.now() / 1000);
      const link = signed => `${secured.share.url}?token=${createHmac('sha256', secured.secret).update(signed).digest('hex')}&nonce=${nonce}&ts=${ts}`;
      await ada.click('link', 'Check a link');
      await ada.fill('Link', link('not what is signed'));
      await ada.press('Enter');
      await ada.heading('This link does not open');
      await ada.hasFocus('heading', 'This link does not open');
      await ada.find('table', 'Parts of the link');
      await ada.picture('link');
      await ada.fill('Link', link(`${nonce}|${ts}`));
      await ada.click('button', 'Check the link');
      await ada.heading('This link opens');
    });

    test('A viewer’s session is ended from the list, and another one of one’s own', async () => {
      await ada.click('link', 'Sessions');
      await ada.reads('Departures for Boston');
      await ada.picture('sessions');
      const { sessions: [viewer] } = await lab.api('GET', `/sessions?share=${secured.share.token}`);
      await ada.click('button', `End the session of Chrome 126 on Linux at ${viewer.client}`);
      await ada.heading('End this session?');
      await ada.hasFocus('button', 'End the session');
      await ada.press('Enter');
      await ada.reads('The session is over.');
      assert.deepEqual((await lab.api('GET', `/sessions?share=${secured.share.token}`)).sessions, []);

      const cookie = await signInElsewhere();
      assert.equal(await statusWith(cookie), 200);
      await ada.open('/console/account');
      await ada.click('button', 'End the session of Chrome 126 on Linux');
      await ada.click('button', 'End the session');
      await ada.reads('The session is over.');
      assert.equal(await statusWith(cookie), 401);
      await ada.gone('Chrome 126 on Linux');
    });

    test('A second factor is set up with the picture of its code, asked for, and switched off', async () => {
      await ada.click('button', 'Set up…');
      await ada.wait("document.querySelector('dialog .qr') !== null", 'the picture');
      await ada.hasFocus('textbox', 'Code that the app shows now');
      await ada.picture('second-factor');
      await ada.type(totpCode(await textOf('dialog .copy-line code')));
      await ada.press('Enter');
      await ada.heading('Your recovery codes');
      const [code] = (await textOf('dialog pre')).split('\n');
      await ada.click('button', 'I have kept them');
      await ada.noDialog();
      await signOut();
      await ada.signIn(ADA);
      await ada.heading('One more step');
      await ada.hasFocus('textbox', 'Code from your app');
      await ada.type(code);
      await ada.press('Enter');
      await ada.heading('Security and sessions');
      await ada.click('button', 'Switch off…');
      await ada.wait("document.activeElement?.matches('dialog[open] input[type=password]')", 'the password’s field');
      await ada.type(ADA.password);
      await ada.press('Enter');
      await ada.reads('The second factor is off.');
    });

    test('The other theme and a narrow window show the same, and nothing is too wide', async () => {
      await fromMenu(`Your account: ${ADA.name}`, 'Dark', 'menuitemradio');
      assert.equal(await browser.eval('document.documentElement.dataset.theme'), 'dark');
      await ada.open('/console/dashboards/flights');
      await ada.drawn();
      await ada.picture('dashboard-dark');
      await ada.open('/console/dashboards/mine/json');
      await ada.find('textbox', 'Document of Mine too');
      await ada.picture('document-dark');
      await browser.resize(500, 800);
      for (const [path, title, name] of [['', 'Dashboards', 'home'], ['/dashboards/flights', 'Departures', 'dashboard'],
        ['/shares', 'Shares', 'shares'], ['/settings', 'Settings', 'settings']]) {
        await ada.open(`/console${path}`);
        await ada.heading(title);
        await ada.wait("document.querySelector('[aria-busy=true]') === null", 'rest');
        await ada.picture(`${name}-narrow-dark`);
      }
      await ada.click('button', 'Menu');
      await ada.wait("document.querySelector('.nav-open .nav') !== null", 'the menu');
      await ada.picture('menu-narrow-dark');
      await ada.click('link', 'Audit');
      await ada.heading('Audit');
      await browser.resize(1200, 860);
      await fromMenu(`Your account: ${ADA.name}`, 'As the system', 'menuitemradio');
      await ada.picture('audit');
    });

    test('One signs out, and no page has broken a script or the policy on the way', async () => {
      await signOut();
      await ada.reload();
      await ada.heading('Sign in');
      assert.deepEqual(await ada.faults(), []);
    });
  });
}
