// A Casement whose dashboards are opened for persons, and an application on another site that embeds
// them with the vendor's own SDK: its page, its signing endpoint, its cookieless endpoints.
import { createHmac, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { startLab } from './lab.mjs';
import { hostPage } from './looker-page.mjs';

const SDK = readFileSync(createRequire(import.meta.url).resolve('@looker/embed-sdk/dist/main.js'));
const SIGNED = ['nonce', 'time', 'session_length', 'external_user_id', 'permissions', 'models',
  'group_ids', 'external_group_id', 'user_attributes', 'access_filters'];
const LOOK_AND_DOWNLOAD = ['access_data', 'see_looks', 'see_user_dashboards', 'see_lookml_dashboards',
  'see_drill_overlay', 'clear_cache_refresh', 'download_without_limit', 'embed_browse_spaces'];

const MODELS = ['orders', 'counting'];

/** What the application says of its persons; a test may add to them. */
const persons = () => ({
  ada: { external_user_id: 'ada', first_name: 'Ada', last_name: 'Lovelace' },
  bob: { external_user_id: 'bob', first_name: 'Bob', last_name: 'Ross' },
});

/** The signed form of an address: parameters as JSON texts, signed line by line. */
export function signLink(secret, host, src, person, { clockShift = 0, ...more } = {}) {
  const values = {
    nonce: randomBytes(16).toString('hex'),
    time: Math.floor(Date.now() / 1000) + clockShift,
    session_length: 900,
    permissions: LOOK_AND_DOWNLOAD,
    models: MODELS,
    access_filters: {},
    force_logout_login: true,
    ...person,
    ...more,
  };
  const texts = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, JSON.stringify(value)]));
  const path = `/login/embed/${encodeURIComponent(src)}`;
  const lines = [host, path, ...SIGNED.filter(name => name in texts).map(name => texts[name])];
  const signature = createHmac('sha256', secret).update(lines.join('\n')).digest('base64');
  return `https://${host}${path}?${Object.entries({ ...texts, signature })
    .map(([name, text]) => `${name}=${encodeURIComponent(text)}`).join('&')}`;
}

function readBody(request) {
  return new Promise(done => {
    let text = '';
    request.on('data', chunk => { text += chunk; });
    request.on('end', () => done(text));
  });
}

/** Options go to startLab; `settings` are PATCHed as the vendor's clients do. */
export async function startLookerLab({ settings = {}, ...options } = {}) {
  const app = new Application();
  const lab = await startLab({ ...options, routes: (request, response) => app.answer(request, response) });
  try {
    await app.start(lab, settings);
  } catch (error) {
    await lab.close();
    throw error;
  }
  return Object.assign(lab, { app, looker: app.api.bind(app), page: app.page.bind(app),
    sign: app.sign.bind(app) });
}

class Application {
  persons = persons();
  /** What its endpoints were asked, in order. */
  asked = [];
  clockShift = 0;
  /** While set, /looker/generate answers with this status and nothing else. */
  broken = null;
  #references = new Map();

  async start(lab, settings) {
    this.lab = lab;
    this.host = new URL(lab.origin).host;
    const allowed = settings.domain_allowlist ?? ['host.test', 'other.test'].map(name => lab.host.origin(name));
    await this.api('PATCH', '/setting', { embed_config: { embed_cookieless_v2: true, sso_auth_enabled: true,
      ...settings, domain_allowlist: allowed } });
    this.key = (await this.api('POST', '/embed_config/secrets', {})).secret;
  }

  async #token() {
    const answer = await this.lab.call('POST', '/api/4.0/login', {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(this.lab.credentials.looker).toString(),
    });
    return JSON.parse(answer.text).access_token;
  }

  /** One call as the vendor's clients make it. */
  async api(method, path, body, headers = {}) {
    this.token ??= await this.#token();
    const answer = await this.lab.call(method, `/api/4.0${path}`, {
      headers: { authorization: `token ${this.token}`, 'content-type': 'application/json', ...headers },
      body: body && JSON.stringify(body),
    });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.text ? JSON.parse(answer.text) : null;
  }

  sign(src, person = 'ada', more = {}) {
    return signLink(this.key, this.host, src, this.persons[person], { clockShift: this.clockShift, ...more });
  }

  /** The application's page on `site`; what it embeds is told to it by the test. */
  page(site = 'host.test') {
    return `${this.lab.host.origin(site)}/looker`;
  }

  /** Answers whether the request was for this application. */
  answer(request, response) {
    const url = new URL(request.url, 'http://host');
    const person = url.searchParams.get('user') ?? 'ada';
    const send = (status, type, body) => {
      response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' });
      response.end(body);
    };
    const json = (status, body) => send(status, 'application/json', JSON.stringify(body));
    const agent = { 'user-agent': request.headers['user-agent'] };
    const say = work => work.then(body => json(200, body), error => json(500, { message: error.message }));
    if (url.pathname === '/looker') {
      send(200, 'text/html; charset=utf-8', hostPage(this.host));
    } else if (url.pathname === '/looker/sdk.js') {
      send(200, 'text/javascript; charset=utf-8', SDK);
    } else if (url.pathname === '/looker/auth') {
      this.asked.push({ kind: 'auth', person });
      json(200, { url: this.sign(url.searchParams.get('src'), person) });
    } else if (url.pathname === '/looker/acquire') {
      this.asked.push({ kind: 'acquire', person });
      say(this.#acquire(person, agent));
    } else if (url.pathname === '/looker/generate') {
      this.asked.push({ kind: 'generate', person });
      if (this.broken) json(this.broken, {});
      else say(readBody(request).then(text => this.#generate(person, JSON.parse(text), agent)));
    } else {
      return false;
    }
    return true;
  }

  async #acquire(person, agent) {
    const { session_reference_token: reference, ...tokens } = await this.api('POST',
      '/embed/cookieless_session/acquire', {
        session_length: 900, permissions: LOOK_AND_DOWNLOAD, models: MODELS, force_logout_login: true,
        ...this.persons[person], session_reference_token: this.#references.get(person),
      }, agent);
    this.#references.set(person, reference);
    return tokens;
  }

  async #generate(person, { api_token, navigation_token }, agent) {
    const { session_reference_token: _kept, ...tokens } = await this.api('PUT',
      '/embed/cookieless_session/generate_tokens',
      { session_reference_token: this.#references.get(person), api_token, navigation_token }, agent);
    return tokens;
  }

  /** Ends a person's cookieless session, as a logout of the application would. */
  async logOut(person) {
    await this.api('DELETE', `/embed/cookieless_session/${encodeURIComponent(this.#references.get(person))}`);
  }
}
