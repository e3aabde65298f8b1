// What the tests of this folder share: the vendor's client pointed at a casement, raw calls beside
// it, and links signed as the vendor's samples do.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { createHmac, randomBytes } from 'node:crypto';

const { client, logger, v1, v2 } = createRequire(import.meta.url)('@datadog/datadog-api-client');

// It warns of every preview operation, a thousand times here.
logger.setLevel('error');

const kUnstable = [
  'createDashboardSecureEmbed',
  'getDashboardSecureEmbed',
  'updateDashboardSecureEmbed',
  'deleteDashboardSecureEmbed',
  'listSharedDashboardsByDashboardId',
];

/** The vendor's APIs with these keys: `{api_key, app_key}` or `{bearer}`. */
export function vendorClient(url, keys) {
  const configuration = client.createConfiguration({
    baseServer: new client.BaseServerConfiguration(url, {}),
    authMethods: keys.bearer
      ? { AuthZ: { accessToken: keys.bearer } }
      : { apiKeyAuth: keys.api_key, appKeyAuth: keys.app_key },
  });
  for (const operation of kUnstable) configuration.unstableOperations[`v2.${operation}`] = true;
  return {
    dashboards: new v1.DashboardsApi(configuration),
    authentication: new v1.AuthenticationApi(configuration),
    embeds: new v2.DashboardSecureEmbedApi(configuration),
    sharing: new v2.DashboardSharingApi(configuration),
  };
}

/** A call that the client would not let through: {status, headers, body}. */
export async function raw(url, method, path, { keys, body, headers = {} } = {}) {
  const all = { ...headers };
  if (keys) {
    all['DD-API-KEY'] = keys.api_key;
    all['DD-APPLICATION-KEY'] = keys.app_key;
  }
  if (body !== undefined && !all['Content-Type']) all['Content-Type'] = 'application/json';
  const response = await fetch(url + path, {
    method,
    headers: all,
    body: body === undefined || typeof body === 'string' ? body : JSON.stringify(body),
  });
  const text = await response.text();
  let json = null;
  try {
    json = JSON.parse(text);
  } catch {
    // Not every answer is JSON; the test that wants one fails on null.
  }
  return { status: response.status, headers: response.headers, text, json };
}

/** The vendor's JavaScript sample, with a clock that can be moved. */
export function signLink(baseUrl, credential, { age = 0, nonce } = {}) {
  const used = nonce ?? randomBytes(16).toString('hex');
  const ts = Math.floor(Date.now() / 1000) - age;
  const token = createHmac('sha256', credential).update(`${used}|${ts}`).digest('hex');
  return `${baseUrl}?token=${token}&nonce=${used}&ts=${ts}`;
}

/** As the page in the frame does: redeems the link that it was loaded with. */
export async function openSession(url, link, secret = randomBytes(32).toString('base64url')) {
  const parsed = new URL(link);
  const response = await fetch(`${url}/api/casement/v1/sessions`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ link: parsed.pathname + parsed.search, secret }),
  });
  const text = await response.text();
  const lines = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
  return {
    status: response.status,
    lines,
    secret,
    token: lines[0]?.access_token,
  };
}

export async function query(url, token, body = { panels: [1] }) {
  const response = await fetch(`${url}/api/casement/v1/query`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      Authorization: `Bearer ${token}`,
    },
    body: JSON.stringify(body),
  });
  return { status: response.status, text: await response.text() };
}

export const embedAttributes = {
  title: 'Acme',
  status: 'active',
  globalTime: { liveSpan: '1h' },
  globalTimeSelectable: true,
  selectableTemplateVars: [
    {
      name: 'org',
      prefix: 'org',
      defaultValues: ['acme'],
      visibleTags: ['acme', 'globex'],
    },
  ],
  viewingPreferences: { highDensity: false, theme: 'system' },
};

export function createBody(attributes = {}) {
  return {
    body: {
      data: {
        type: 'secure_embed_request',
        attributes: { ...embedAttributes, ...attributes },
      },
    },
  };
}

export const note = (content) => ({ definition: { type: 'note', content } });

export function newDashboard(more = {}) {
  return {
    body: {
      title: 'Conformance',
      layoutType: 'ordered',
      widgets: [note('# Hello')],
      templateVariables: [{ name: 'org', prefix: 'org', defaults: ['acme'] }],
      ...more,
    },
  };
}

/** Expects the client's own exception for this status, and hands it over. */
export async function fails(call, code) {
  let failure;
  await assert.rejects(call, (error) => {
    failure = error;
    return true;
  });
  assert.equal(failure.code, code, String(failure.stack ?? failure));
  return failure;
}

export function assertJsonApiError(body, status) {
  assert.equal(body.errors.length, 1);
  assert.equal(body.errors[0].status, String(status));
  assert.equal(typeof body.errors[0].title, 'string');
  assert.equal(typeof body.errors[0].detail, 'string');
}
