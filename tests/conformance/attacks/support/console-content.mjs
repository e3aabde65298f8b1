// One of everything that the console can make, made by the Admin of a console target.
import assert from "node:assert/strict";
import { join } from "node:path";

import { linkIn } from "../../../support/mail.mjs";
import { boardOf, imported, plainOf } from "./console-documents.mjs";
import { link } from "./links.mjs";

/** In the settings of a source. */
export const settingCanary = "canary-setting-51d8f0";

/**
 * Fills the organization. Sets `made`, what later tests speak of; `names`, what the parts of a path are
 * called, by the first part of the path; and adds to `secrets`.
 */
export async function fill(it) {
  const made = {};
  const keep = (name, text) => {
    assert.equal(typeof text, "string", name);
    it.secrets[name] = text;
    return text;
  };
  // Sources and models.
  keep("source's password", "canary-source-password-0d77");
  await it.ask("POST", "/sources", {
    name: "orders",
    type: "duckdb",
    settings: { tables: { orders: join(it.files, "orders.csv") } },
  });
  await it.ask("POST", "/sources", {
    name: "shop",
    type: "postgres",
    settings: {
      host: "127.0.0.1",
      port: 9,
      database: settingCanary,
      user: "reader",
      ssl_mode: "disable",
      connect_timeout: 1,
    },
    secret: it.secrets["source's password"],
  });
  made.model = {
    source: "orders",
    relations: { orders: { row_filters: [{ column: "tenant", attribute: "tenant" }] } },
  };
  await it.ask("PUT", "/models/orders", made.model);
  // Content.
  const folder = await it.ask("POST", "/folders", { name: "Folder" });
  made.document = boardOf("board");
  await it.ask("POST", "/dashboards", { document: made.document });
  await it.ask("PUT", "/dashboards/board", {
    document: { ...made.document, description: "Changed" },
  });
  await it.ask("POST", "/dashboards", { document: plainOf("plain") });
  await it.ask("POST", "/dashboards/move", { dashboards: ["plain"], folder: folder.uid });
  await it.ask("POST", "/dashboards/import", { document: imported });
  await it.ask("PUT", "/me/stars/board");
  await it.ask("POST", "/me/seen", { dashboard: "board" });
  const snapshot = await it.ask("POST", "/dashboards/plain/snapshots", { name: "Monday" });
  // Shares, a session, and a mail.
  made.shares = {};
  for (const [type, more] of Object.entries({
    secure_embed: { selectable_template_vars: [{ name: "tenant", default_values: ["acme"] }] },
    open: {},
    embed: { allowed_origins: ["https://app.example"] },
    invite: { invitees: [{ email: "anna@example.com" }] },
  })) {
    const dashboard = type === "secure_embed" ? "board" : "plain";
    const { share, credential } = await it.ask("POST", `/dashboards/${dashboard}/shares`, {
      type,
      title: `A share of type ${type}`,
      ...more,
    });
    made.shares[type] = {
      ...share,
      credential: credential?.secret,
      credentialId: credential?.id,
    };
  }
  const { secure_embed: signed, invite } = made.shares;
  keep("share's credential", signed.credential);
  const mailed = it.mail.next((one) => one.to.includes("anna@example.com"));
  await it.ask("POST", `/shares/${invite.token}/invitations`, { emails: ["anna@example.com"] });
  made.guestLink = linkIn(await mailed);
  keep("guest's code", new URL(made.guestLink).searchParams.get("invitation"));
  const session = await it.open(link(signed));
  assert.equal(session.status, 201, session.text);
  keep("frame's secret", session.secret);
  keep("frame's access token", session.accessToken);
  made.session = session;
  // Keys.
  const account = await it.ask("POST", "/service-accounts", { name: "Robot", role: "Viewer" });
  const token = await it.ask("POST", `/service-accounts/${account.id}/tokens`, { name: "its" });
  keep("service account's token", token.key);
  const accountKey = await it.ask("POST", "/account-keys", {
    name: "ours-for-links",
    role: "Viewer",
  });
  keep("account's key", accountKey.key);
  const key = await it.ask("POST", "/keys", { kind: "service_token", name: "n", role: "Viewer" });
  keep("key of a program", key.secret);
  const embedSecret = await it.ask("POST", "/embed-secrets", {});
  keep("embed secret", embedSecret.secret);
  await it.ask("PATCH", "/embed-settings", { enabled: true, signed_links: true });
  await it.ask("POST", "/embed-settings/domains", { origin: "https://app.example" });
  // People.
  const set = await it.ask("POST", "/permission-sets", {
    name: "Reads",
    permissions: ["access_data", "see_looks", "see_user_dashboards"],
  });
  const models = await it.ask("POST", "/model-sets", { name: "Orders", models: ["orders"] });
  const role = await it.ask("POST", "/roles", {
    name: "Reader",
    permission_set: set.id,
    model_set: models.id,
  });
  const group = await it.ask("POST", "/groups", { name: "Tenants" });
  const attribute = await it.ask("POST", "/user-attributes", {
    name: "tenant",
    label: "Tenant",
    type: "string",
  });
  const { users } = await it.ask("GET", "/users");
  const idOf = (who) => users.find(({ handle }) => handle === it.handleOf(who)).id;
  made.users = { editor: idOf("editor"), viewer: idOf("viewer"), admin: idOf("admin") };
  await it.ask("PUT", `/groups/${group.id}/members/${made.users.viewer}`);
  await it.ask("PUT", `/users/${made.users.viewer}/attributes/${attribute.id}`, {
    value: "globex",
  });
  const invited = await it.ask("POST", "/invitations", {
    handle: "new@example.org",
    name: "New",
    role: "Viewer",
  });
  keep("user's invitation", new URL(invited.url).hash.slice(1));
  const { secret: totp } = await it.ask("POST", "/me/totp", undefined, "editor");
  keep("second factor's secret", totp);
  const { url } = await it.ask("POST", "/embed-urls", {
    target_url: `${it.url}/embed/dashboards/board`,
    external_user_id: "anna",
    permissions: ["access_data", "see_looks", "see_user_dashboards"],
    models: ["orders"],
    user_attributes: { tenant: "acme" },
    session_length: 900,
  });
  keep("embed URL's signature", new URL(url).searchParams.get("signature"));
  const embedded = await it.open(url);
  assert.equal(embedded.status, 201, embedded.text);
  const { people: external } = await it.ask("GET", "/embed-users?search=anna");
  const own = await it.signIn("admin");
  const mine = (await own.call("GET", "/me/sessions")).body.sessions;
  made.own = own;
  it.made = made;
  it.names = {
    me: { sessions: mine.find(({ current }) => current).id, stars: "board" },
    sessions: { id: session.id },
    shares: { token: signed.token, id: String(signed.credentialId) },
    dashboards: { id: "board", revision: "1" },
    models: { name: "orders" },
    sources: { name: "orders" },
    users: { id: made.users.editor, attribute: attribute.id },
    invitations: { id: invited.invitation.id },
    groups: { id: group.id, person: made.users.viewer },
    roles: { id: role.id },
    "permission-sets": { id: set.id },
    "model-sets": { id: models.id },
    "user-attributes": { id: attribute.id },
    "embed-users": { id: external[0].id },
    keys: { id: key.key.id },
    "embed-secrets": { id: embedSecret.embed_secret.id },
    folders: { uid: folder.uid },
    about: { id: 1 },
    snapshots: { key: snapshot.key },
    "account-keys": { id: accountKey.id },
    "service-accounts": { id: account.id },
  };
}
