// A server with a mail server beside it and one dashboard to share; the calls of the tests of shares.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";

import { createCredentials, startCasement } from "../../support/casement.mjs";
import {
  freePort,
  mailSettings,
  startMailServer,
} from "../../support/mail.mjs";

export const api = "/api/casement/v1";
export const day = 86_400_000;

export let mail, server, admin, editor, viewer;

/** What a program with this key gets: {status, body}. */
export async function call(key, method, path, body) {
  const response = await fetch(`${server.url}${api}${path}`, {
    method,
    headers: {
      ...(key ? { Authorization: `Bearer ${key}` } : {}),
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: text.startsWith("{") ? JSON.parse(text.split("\n")[0]) : null,
    code: /"code":"(\w+)"/.exec(text)?.[1],
  };
}

/** As the page does: the link that it was loaded with, for the browser that has this secret. */
export function open(url, secret = randomBytes(32).toString("base64url")) {
  const { pathname, search } = new URL(url);
  return call(null, "POST", "/sessions", { link: pathname + search, secret });
}
export const query = (session) =>
  call(session.body.access_token, "POST", "/query", { panels: [1] });
export const page = (url, headers = {}) => fetch(url, { headers });

export async function share(type, more = {}) {
  const made = await call(admin, "POST", "/dashboards/board/shares", {
    type,
    ...more,
  });
  assert.equal(made.status, 201, made.text);
  return made.body.share;
}
export const change = (one, body) =>
  call(admin, "PATCH", `/shares/${one.token}`, body);
export const sharing = (body) =>
  call(admin, "PATCH", "/organization", { sharing: body });

export async function startShares() {
  mail = await startMailServer();
  const port = await freePort();
  server = await startCasement({
    listen: `127.0.0.1:${port}`,
    env: mailSettings(mail, {
      CASEMENT_SERVER_PUBLIC_URL: `http://127.0.0.1:${port}`,
      CASEMENT_SERVER_TRUSTED_PROXIES: "127.0.0.1",
    }),
  });
  admin = server.credentials.service_token;
  editor = (await createCredentials(server.dataDir, "Editor")).service_token;
  viewer = (await createCredentials(server.dataDir, "Viewer")).service_token;
  const made = await call(admin, "POST", "/dashboards", {
    document: {
      uid: "board",
      title: "Board",
      panels: [
        {
          id: 1,
          type: "text",
          title: "Hello",
          grid: { x: 0, y: 0, w: 12, h: 4 },
          markdown: "Hello",
        },
      ],
    },
  });
  assert.equal(made.status, 201, made.text);
}

export async function stopShares() {
  await server?.stop();
  await mail?.stop();
}
