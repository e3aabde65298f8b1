// Shares in the console: from a dashboard to its secure embed, the settings, the credentials, and
// the code for the backend, which is run here as it is shown.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { click, fill, find, gone, heading, looksRight, picture, reads, searchFor, signIn, startConsoleBrowser,
  startConsoleLab } from './support/console-lab.mjs';

const run = promisify(execFile);

const freePort = () => new Promise(done => {
  const server = net.createServer().listen(0, '127.0.0.1', () => {
    const { port } = server.address();
    server.close(() => done(port));
  });
});

async function patiently(work) {
  for (let attempt = 0; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt === 100) throw error;
      await new Promise(done => setTimeout(done, 50));
    }
  }
}

describe('Shares in the console', () => {
  let lab;
  let browser;
  let page;
  let token;
  let secret;
  before(async () => {
    lab = await startConsoleLab();
    await lab.setUp();
    browser = await startConsoleBrowser();
    ({ page } = browser);
    await signIn(page, lab.origin);
  });
  after(async () => {
    await browser?.close();
    await lab?.close();
  });

  const share = () => lab.api('GET', `/shares/${token}`);
  const choose = (name, value) => page.locator(`::-p-aria([name="${name}"][role="combobox"])`).fill(value);
  const save = async () => {
    await click(page, 'button', 'Save');
    await reads(page, 'The share is saved.');
    await gone(page, 'Not saved');
  };

  test('A dashboard becomes a secure embed, whose credential is shown once', async () => {
    await page.goto(`${lab.origin}/console/dashboards/flights`);
    await heading(page, 'Departures');
    await click(page, 'button', 'Share');
    await heading(page, 'Share “Departures”');
    await fill(page, 'Name', 'Departures for Boston');
    await choose('Time at the start', '1mo');
    await choose('Airport', 'bounded');
    await fill(page, 'Airport: values that viewers may pick', 'BOS');
    await page.keyboard.press('Enter');
    await looksRight(page, 'share-dialog');
    await reads(page, 'is not among the values that a viewer may pick');
    await choose('Airport', 'locked');
    for (const remove of await page.$$('.variable [aria-label^="Remove "]')) await remove.click();
    await fill(page, 'Airport: value', 'BOS');
    await page.keyboard.press('Enter');
    await click(page, 'button', 'Create the secure embed');
    await heading(page, 'Departures for Boston');
    await reads(page, 'It is shown now and never again.');
    token = decodeURIComponent(new URL(page.url()).pathname.split('/')[3]);
    secret = await page.$eval('.secret code', element => element.textContent);
    await looksRight(page, 'secure-embed');
    await picture(page, 'embed');
    const kept = await share();
    assert.equal(kept.title, 'Departures for Boston');
    assert.equal(kept.global_time.live_span, '1mo');
    assert.deepEqual(kept.selectable_template_vars, [{ name: 'airport', default_values: ['BOS'] }]);
    assert.equal(await page.$eval('.copy-line:not(.secret *) code', element => element.textContent), kept.url);
    const configured = () => page.$eval('pre[aria-label="Configuration"]', element => element.textContent);
    assert.equal(await configured(), `CASEMENT_EMBED_URL=${kept.url}\nCASEMENT_EMBED_CREDENTIAL=${secret}`);
    assert.equal((await page.content()).split(secret).length, 3, 'the credential stands in two places');
    await click(page, 'button', 'I have kept it');
    await reads(page, 'It was shown once, when it was made.');
    assert.equal(await configured(), `CASEMENT_EMBED_URL=${kept.url}\nCASEMENT_EMBED_CREDENTIAL=`);
    assert.equal((await page.content()).includes(secret), false);
    await page.reload();
    await reads(page, `••••${secret.slice(-4)}`);
    assert.equal((await page.content()).includes(secret), false);
  });

  test('The backend code that is shown signs links that open the share', async () => {
    await page.waitForSelector('.code-block');
    await choose('Show', 'whole');
    for (const [language, file] of [['python', 'host.py'], ['javascript', 'host.mjs'], ['ruby', 'host.rb'],
      ['go', 'host.go'], ['php', 'host.php'], ['java', 'Host.java'], ['cpp', 'host.cpp']]) {
      await choose('Language', language);
      await find(page, 'region', file).wait();
      const code = await page.$eval(`pre[aria-label="${file}"]`, element => element.textContent);
      assert.ok(code.includes((await share()).url), `${language} has the address`);
      assert.equal(code.includes(secret), false, `${language} does not have the credential`);
    }
    await choose('Language', 'python');
    await find(page, 'region', 'host.py').wait();
    const python = await page.$eval('pre[aria-label="host.py"]', element => element.textContent);
    const folder = mkdtempSync(join(tmpdir(), 'casement-host-'));
    const file = join(folder, 'host.py');
    writeFileSync(file, python);
    await run('python3', ['-m', 'py_compile', file]);
    const port = await freePort();
    const host = spawn('python3', ['-u', file], { stdio: ['ignore', 'pipe', 'ignore'],
      env: { PATH: process.env.PATH, PORT: String(port), CASEMENT_EMBED_CREDENTIAL: secret, CASEMENT_EMBED_URL: 'unused' } });
    try {
      await new Promise(done => host.stdout.once('data', done));
      // It says where it will listen just before it does.
      const { url } = await (await patiently(() => fetch(`http://127.0.0.1:${port}/api/embed-url`))).json();
      const kept = await share();
      assert.ok(url.startsWith(`${kept.url}?token=`), url);
      await lab.lookAt(url, 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0');
    } finally {
      host.kill();
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test('It is tried in a sandboxed frame, with a link that is signed for it', async () => {
    await page.goto(`${lab.origin}/console/shares/${token}/embed`);
    await click(page, 'button', 'Open it in a frame');
    await reads(page, 'It opened in this frame.');
    await reads(page, `Signed with the credential that ends in ${secret.slice(-4)}.`);
    const frame = await page.waitForSelector('.live-test iframe');
    assert.equal(await frame.evaluate(element => element.getAttribute('sandbox')),
      'allow-scripts allow-same-origin allow-downloads');
    const inside = await frame.contentFrame();
    await inside.waitForFunction(() => document.body.innerText.includes('Departures for Boston'));
    await inside.waitForSelector('.panel');
    const first = await frame.evaluate(element => element.src);
    await looksRight(page, 'live-test');
    await click(page, 'button', 'Sign another link');
    await page.waitForFunction(before => {
      const now = document.querySelector('.live-test iframe')?.src;
      return now !== undefined && now !== before;
    }, {}, first);
    await reads(page, 'It opened in this frame.');
    // A link that was used is refused to others: each try has one of its own.
    const { pathname, search } = new URL(first);
    const again = await fetch(`${lab.origin}/api/casement/v1/sessions`, { method: 'POST',
      headers: { 'content-type': 'application/json', origin: lab.origin, 'sec-fetch-site': 'same-origin' },
      body: JSON.stringify({ link: pathname + search, secret: 'A'.repeat(43), data: false }) });
    assert.equal(again.status, 409, await again.text());
    // Where the share names sites, it opens here all the same, and says that this tells nothing of them.
    await lab.api('PATCH', `/shares/${token}`, { allowed_origins: ['https://app.example.com'] });
    await page.reload();
    await reads(page, 'elsewhere only at https://app.example.com');
    await click(page, 'button', 'Open it in a frame');
    await reads(page, 'It opened in this frame.');
    await looksRight(page, 'live-test-sites');
    await lab.api('PATCH', `/shares/${token}`, { allowed_origins: null });
  });

  test('The settings are changed, and only what differs is sent', async () => {
    await click(page, 'link', 'Settings');
    await page.goto(`${lab.origin}/console/shares/${token}`);
    await reads(page, 'What viewers see');
    await looksRight(page, 'share');
    await fill(page, 'Sites that may frame it', 'https://app.example.com');
    await page.keyboard.press('Enter');
    await fill(page, 'Sites that may frame it', 'not an origin');
    await page.keyboard.press('Enter');
    await click(page, 'button', 'Save');
    await page.waitForSelector('.wrong .field-error');
    await looksRight(page, 'share-wrong');
    await click(page, 'button', 'Remove not an origin');
    await choose('Theme', 'dark');
    await choose('A session lasts', '86400');
    await page.locator('::-p-aria([name="Viewers may download CSV"][role="switch"])').click();
    const sent = page.waitForRequest(request => request.method() === 'PATCH');
    await save();
    assert.deepEqual(JSON.parse((await sent).postData()), { viewing_preferences: { theme: 'dark', high_density: false },
      allowed_origins: ['https://app.example.com'], download: true, session_length_seconds: 86400 });
    const kept = await share();
    assert.deepEqual(kept.allowed_origins, ['https://app.example.com']);
    assert.equal(kept.viewing_preferences.theme, 'dark');
    assert.equal(kept.download, true);
    assert.equal(kept.session_length_seconds, 86400);
    assert.equal(kept.global_time.live_span, '1mo', 'the rest is as it was');
    assert.deepEqual(kept.selectable_template_vars, [{ name: 'airport', default_values: ['BOS'] }]);
  });

  test('It is paused and active again, and its type is changed after a question', async () => {
    await click(page, 'button', 'Pause');
    await reads(page, 'Pause this share?');
    await page.locator('dialog .primary').click();
    await reads(page, 'The share is paused.');
    assert.equal((await share()).status, 'paused');
    await click(page, 'button', 'Activate');
    await reads(page, 'The share is active again.');
    await choose('Type', 'embed');
    await click(page, 'button', 'Save');
    await reads(page, 'Make it a share of type Embed?');
    await click(page, 'button', 'Change the type');
    // “The share is saved.” may still stand there from the save before.
    await gone(page, 'Not saved');
    assert.equal((await share()).type, 'embed');
    await click(page, 'link', 'Address');
    await reads(page, 'Address of the frame');
    await looksRight(page, 'embed-address');
    await reads(page, (await share()).url);
    // The navigation has a link of the tab's name too.
    await page.goto(`${lab.origin}/console/shares/${token}`);
    await reads(page, 'Who gets in');
    await choose('Type', 'secure_embed');
    await page.waitForFunction(() => document.body.innerText.includes('Not saved'));
    await click(page, 'button', 'Save');
    await reads(page, 'Make it a share of type Secure embed?');
    await click(page, 'button', 'Change the type');
    await gone(page, 'Not saved');
    assert.equal((await share()).type, 'secure_embed');
  });

  test('A credential is rotated with an overlap, switched off, noted and deleted', async () => {
    await click(page, 'link', 'Credentials');
    await find(page, 'table', 'Credentials').wait();
    await click(page, 'button', 'Rotate');
    await choose('The others end', '3600');
    await looksRight(page, 'credentials-rotate');
    await fill(page, 'Note', 'from the rotation');
    await page.locator('dialog .primary').click();
    await reads(page, 'It is shown now and never again.');
    await reads(page, 'from the rotation');
    await looksRight(page, 'credentials');
    const [old, fresh] = (await lab.api('GET', `/shares/${token}/credentials`)).credentials;
    assert.ok(Math.abs(Date.parse(old.expires_at) - Date.now() - 3_600_000) < 60_000, old.expires_at);
    assert.equal(fresh.expires_at, null);
    await click(page, 'button', 'I have kept it');
    await gone(page, 'It is shown now');

    await click(page, 'button', `Actions for the credential that ends in ${fresh.suffix}`);
    await click(page, 'menuitem', 'Switch off');
    await reads(page, 'Links that it signs are refused now.');
    await click(page, 'button', `Actions for the credential that ends in ${fresh.suffix}`);
    await click(page, 'menuitem', 'Note and end…');
    await fill(page, 'Note', 'not in use');
    await page.locator('dialog .primary').click();
    await reads(page, 'not in use');
    const edited = (await lab.api('GET', `/shares/${token}/credentials`)).credentials.find(one => one.id === fresh.id);
    assert.deepEqual([edited.disabled, edited.note], [true, 'not in use']);
    await click(page, 'button', `Actions for the credential that ends in ${fresh.suffix}`);
    await click(page, 'menuitem', 'Delete');
    await click(page, 'button', 'Delete for good');
    await reads(page, 'The credential is deleted.');
    await gone(page, 'not in use');
    await click(page, 'button', 'Add');
    await fill(page, 'Note', 'for the mobile app');
    await page.locator('dialog .primary').click();
    await reads(page, 'for the mobile app');
  });

  test('All shares stand in a list with their last opening, searched and filtered', async () => {
    await page.goto(`${lab.origin}/console/shares`);
    await reads(page, '3 shares');
    await page.waitForFunction(() => [...document.querySelectorAll('.list tbody tr')].some(
      row => row.innerText.includes('Boston') && row.querySelector('time')));
    await looksRight(page, 'shares');
    await searchFor(page, 'boston');
    await reads(page, '1 of 3 shares');
    await searchFor(page, '');
    await choose('Status', 'paused');
    await heading(page, 'Nothing matches');
    await choose('Status', 'active');
    await reads(page, '3 shares');
  });

  test('The list is put in order by its last opening, its name and its sharer', async () => {
    await page.goto(`${lab.origin}/console/shares`);
    const names = () => page.$$eval('main .row-link', links => links.map(link => link.textContent.trim()));
    const ordered = async order => {
      await choose('Order', order);
      await page.waitForFunction(value => (new URLSearchParams(location.search).get('order') ?? 'made') === value, {}, order);
      return names();
    };
    await page.waitForSelector('main .row-link');
    const { shares } = await lab.api('GET', '/shares');
    const title = one => one.title || one.dashboard.title;
    const byName = await ordered('name');
    assert.deepEqual(byName, shares.map(title).sort((a, b) => a.localeCompare(b)));
    const opened = await ordered('opened');
    const wanted = shares.filter(one => one.last_accessed !== null)
      .sort((a, b) => b.last_accessed.localeCompare(a.last_accessed)).map(title);
    assert.ok(wanted.length > 0, 'one of them was opened');
    assert.deepEqual(opened.slice(0, wanted.length), wanted);
    const bySharer = await ordered('sharer');
    const owned = shares.filter(one => one.sharer !== null).length;
    assert.ok(owned > 0 && owned < shares.length, 'some have a sharer');
    const owners = bySharer.map(name => shares.find(one => title(one) === name).sharer);
    assert.ok(owners.slice(0, owned).every(one => one !== null) && owners.slice(owned).every(one => one === null));
    await page.reload();
    await page.waitForSelector('main .row-link');
    assert.deepEqual(await names(), bySharer, 'the address keeps the order');
  });

  test('A share is deleted only with its name typed', async () => {
    await click(page, 'link', 'Departures for Boston');
    await heading(page, 'Departures for Boston');
    await click(page, 'button', 'Delete');
    await reads(page, 'Delete this share for good?');
    assert.equal(await page.$eval('dialog .primary', button => button.disabled), true);
    await page.locator('dialog input').fill('Departures for Boston');
    await looksRight(page, 'confirm');
    await click(page, 'button', 'Delete for good');
    await heading(page, 'Shares');
    await reads(page, '2 shares');
    await lab.api('GET', `/shares/${token}`, undefined, 404);
  });

  test('No script, style or policy was broken on the way', () => {
    assert.deepEqual(browser.faults, []);
  });
});
