// A server with the flights example, links of all three dialects, and people of two organizations.
import { createHmac, randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";

import {
  addOrganization,
  casement,
  createCredentials,
  startCasement,
} from "../../support/casement.mjs";
import { api, Browser } from "./browser.mjs";

const flights = fileURLToPath(
  new URL("../../../examples/flights/", import.meta.url),
);
export const ada = {
  handle: "ada@example.org",
  password: "correct horse battery",
};
export const eve = {
  handle: "eve@example.org",
  password: "battery staple horse",
};

export class Watched {
  static async start() {
    const self = new Watched();
    self.server = await startCasement({
      args: ["--provision", flights],
      env: {
        CASEMENT_ALIYUN_API_KEY_SHARE: "true",
        CASEMENT_DATA_CACHE_SECONDS: "600",
        CASEMENT_ALIYUN_API_KEY_SHARE_VERSION: "v1,v2,v3",
        FLIGHTS_ATL_CREDENTIAL: "atlanta-credential-of-the-tests-0123456789ab",
        FLIGHTS_ORD_CREDENTIAL: "chicago-credential-of-the-tests-0123456789ab",
      },
    });
    const { dataDir } = self.server;
    addOrganization(dataDir);
    const token = async (org, role) =>
      (await createCredentials(dataDir, role, org)).service_token;
    self.admin = self.server.credentials.service_token;
    // Who asks too often about links has to wait, so several ask.
    self.askers = [self.admin];
    while (self.askers.length < 4)
      self.askers.push(await token(1, "Admin"));
    self.editor = await token(1, "Editor");
    self.viewer = await token(1, "Viewer");
    self.stranger = await token(2, "Admin");
    for (const person of [ada, eve]) {
      const child = casement([
        ..."admin create-user --role Admin --password-stdin".split(" "),
        ...["--name", person.handle, "--handle", person.handle],
        ...["--data", dataDir],
      ]);
      child.child.stdin.end(`${person.password}\n`);
      await child;
    }
    // Keys were made beside the server, which hears of them within a second.
    await self.until(() => self.call("GET", "/organization", self.stranger));
    return self;
  }

  async until(ask) {
    for (let tries = 0; tries < 400; ++tries) {
      const answer = await ask();
      if (answer.status === 200) return answer;
      await new Promise((done) => setTimeout(done, 25));
    }
    throw new Error("it did not come true");
  }

  get url() {
    return this.server.url;
  }

  stop() {
    return this.server.stop();
  }

  /** The native API by a key: {status, body, text, code}. */
  async call(method, path, token = this.admin, body = undefined) {
    return this.ask(method, `${api}${path}`, token, body);
  }

  async ask(method, path, token, body) {
    const answer = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    let parsed = null;
    try {
      parsed = JSON.parse(text);
    } catch {
      // Not every answer is JSON.
    }
    return {
      status: answer.status,
      text,
      body: parsed,
      code: parsed?.error?.code,
    };
  }

  async signedIn({ handle, password }) {
    const browser = new Browser(this.url);
    const answer = await browser.call("POST", "/sign-in", { handle, password });
    if (answer.status !== 200)
      throw new Error(`${answer.status} ${answer.text}`);
    return browser;
  }

  async explain(url, token = this.nextAsker()) {
    return this.call("POST", "/links/validate", token, { url });
  }

  nextAsker() {
    this.askers.push(this.askers.shift());
    return this.askers[0];
  }

  // -- links ----------------------------------------------------------------------------------

  /** A Datadog link; each part may be given. */
  datadog({
    credential = "atlanta-credential-of-the-tests-0123456789ab",
    share = "flights-atl-demo",
    nonce = randomBytes(16).toString("hex"),
    ts = Math.floor(Date.now() / 1000),
    text = `${nonce}|${ts}`,
    token = createHmac("sha256", credential).update(text).digest("hex"),
  } = {}) {
    return `${this.url}/sb/secure-embed/${share}?token=${token}&nonce=${nonce}&ts=${ts}`;
  }

  async makeEmbedSecret() {
    const { client_id, client_secret } = this.server.credentials.looker;
    const login = await fetch(`${this.url}/api/4.0/login`, {
      method: "POST",
      body: new URLSearchParams({ client_id, client_secret }),
    });
    const { access_token } = await login.json();
    const made = await fetch(`${this.url}/api/4.0/embed_config/secrets`, {
      method: "POST",
      headers: {
        Authorization: `token ${access_token}`,
        "Content-Type": "application/json",
      },
      body: "{}",
    });
    this.embedSecret = (await made.json()).secret;
    return this.embedSecret;
  }

  async looker(
    secret = this.embedSecret,
    target = "/embed/dashboards/flights",
    more = [],
  ) {
    const { stdout } = await casement(
      [
        ...["sign", "looker", "--url", this.url, "--target", target],
        ...["--user", "u1", "--permission", "access_data"],
        ...["--permission", "see_looks", "--permission", "see_user_dashboards"],
        ...["--model", "flights", ...more],
      ],
      { env: { ...process.env, CASEMENT_EMBED_SECRET: secret } },
    );
    return stdout.trim();
  }

  async makeKey() {
    const admin = this.server.credentials.grafana.service_account_token;
    const account = await this.ask("POST", "/api/serviceaccounts", admin, {
      name: "embedding",
      role: "Viewer",
    });
    const token = await this.ask(
      "POST",
      `/api/serviceaccounts/${account.body.id}/tokens`,
      admin,
      { name: "embed" },
    );
    this.key = token.body.key;
    this.keyId = token.body.id;
    return this.key;
  }

  async grafana(version, more = [], key = this.key, uid = "flights") {
    const { stdout } = await casement(
      [
        ...["sign", "grafana", "--version", String(version)],
        ...["--url", `${this.url}/d/${uid}/flights`, "--name", "embed", ...more],
      ],
      { env: { ...process.env, CASEMENT_GRAFANA_KEY: key } },
    );
    return stdout.trim();
  }

  /** Opens a link as a browser's frame does. */
  async open(link) {
    const { pathname, search } = new URL(link);
    return fetch(`${this.url}${api}/sessions`, {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        Origin: this.url,
        "Sec-Fetch-Site": "same-origin",
      },
      body: JSON.stringify({
        link: pathname + search,
        secret: randomBytes(32).toString("base64url"),
        data: false,
      }),
    }).then(async (answer) => ({
      status: answer.status,
      text: await answer.text(),
    }));
  }
}

/** The check of this name. */
export const check = (answer, name) =>
  answer.body.checks.find((one) => one.name === name);
export const firstWrong = (answer) =>
  answer.body.checks.find((one) => one.state === "wrong");
