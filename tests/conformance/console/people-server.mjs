// A server whose first Admin is signed in, with a second organization beside his.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import {
  addOrganization,
  casementBinary,
  createCredentials,
  startCasement,
} from "../../support/casement.mjs";
import { api, Browser } from "./browser.mjs";

export const password = "correct horse battery";
export const ada = { handle: "ada@example.org", name: "Ada", role: "Admin" };

export class PeopleServer {
  static async start(args = []) {
    const it = new PeopleServer();
    it.dataDir = await mkdtemp(join(tmpdir(), "casement-people-"));
    it.server = await startCasement({
      dataDir: it.dataDir,
      args,
      env: { CASEMENT_SERVER_TRUSTED_PROXIES: "127.0.0.1" },
    });
    await it.server.end();
    addOrganization(it.dataDir);
    const user = [
      "--handle",
      ada.handle,
      "--name",
      ada.name,
      "--role",
      "Admin",
    ];
    execFileSync(
      casementBinary(),
      [
        "admin",
        "create-user",
        "--data",
        it.dataDir,
        ...user,
        "--password-stdin",
      ],
      { input: password },
    );
    it.keys = {
      admin: it.server.credentials,
      editor: await createCredentials(it.dataDir, "Editor"),
      viewer: await createCredentials(it.dataDir, "Viewer"),
      other: await createCredentials(it.dataDir, "Admin", 2),
    };
    await it.server.start();
    it.ada = await it.signIn(ada.handle);
    return it;
  }

  async stop() {
    await this.server.stop();
    await rm(this.dataDir, { recursive: true, force: true });
  }

  browser() {
    return new Browser(this.server.url);
  }

  async signIn(handle, secret = password) {
    const browser = this.browser();
    const answer = await browser.call("POST", "/sign-in", {
      handle,
      password: secret,
    });
    assert.equal(answer.status, 200, answer.text);
    return browser;
  }

  /** By key, as programs call. */
  byKey(who, method, path, body) {
    return this.browser().send(method, `${api}${path}`, body, {
      Authorization: `Bearer ${this.keys[who].service_token}`,
    });
  }

  /** What the signed-in Admin's page calls; throws unless it went well. */
  async ask(method, path, body) {
    const answer = await this.ada.call(method, path, body);
    assert.ok(
      answer.status < 300,
      `${method} ${path}: ${answer.status} ${answer.text}`,
    );
    return answer.body;
  }

  async invite(handle, role = "Viewer", name = handle) {
    const made = await this.ask("POST", "/invitations", { handle, name, role });
    return { ...made, secret: new URL(made.url).hash.slice(1) };
  }

  /** Invited and joined: the user, and the browser that he is signed in with. */
  async join(handle, role = "Viewer") {
    const { secret } = await this.invite(handle, role);
    const browser = this.browser();
    const answer = await browser.call("POST", "/invitation/accept", {
      secret,
      password,
    });
    assert.equal(answer.status, 200, answer.text);
    const { users } = await this.ask(
      "GET",
      `/users?search=${encodeURIComponent(handle)}`,
    );
    return { user: users.find((one) => one.handle === handle), browser };
  }

  async audit(action) {
    const { rows } = await this.ask("GET", "/audit?limit=1000");
    return rows.filter((row) => row.action === action);
  }
}
