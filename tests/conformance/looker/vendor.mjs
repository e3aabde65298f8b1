// The vendor's own client, and what its error bodies must be.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';

const { LookerNodeSDK, NodeSettings } = createRequire(import.meta.url)('@looker/sdk-node');

/** The vendor's client, as it comes but for where it calls; logs in by itself. */
export function sdkFor(url, { client_id, client_secret }) {
  const values = { base_url: url, client_id, client_secret, timeout: 30 };
  const settings = new NodeSettings('CONFORMANCE', values);
  settings.readConfig = () => values;
  return LookerNodeSDK.init40(settings);
}

/** Expects the vendor's own exception, and hands it over. */
export async function sdkFails(promise) {
  const result = await promise;
  assert.equal(result.ok, false, `it went well: ${JSON.stringify(result.value)}`);
  return result.error;
}

/** The vendor's validation error: "field:code" of what is wrong first. */
export async function refusal(promise) {
  const error = await sdkFails(promise);
  const first = error.errors?.[0];
  assert.ok(first, JSON.stringify(error));
  return `${first.field}:${first.code}`;
}

/** What is not there, and what its caller may not see. */
export async function isGone(promise) {
  const error = await sdkFails(promise);
  assert.equal(error.message, 'Not found', JSON.stringify(error));
}

export async function sdkOk(promise) {
  const result = await promise;
  assert.equal(result.ok, true, JSON.stringify(result.error));
  return result.value;
}

/** What every refusal must be for the vendor's clients (looker.md §2.2). */
export function assertErrorBody(json) {
  assert.equal(typeof json?.message, 'string', JSON.stringify(json));
  assert.ok(json.message.length > 0);
  assert.equal(typeof json.documentation_url, 'string', 'Python searches it, null would crash it');
  assert.ok(!/docs\.looker\.com|cloud\.google\.com/.test(json.documentation_url));
  assert.ok(!('error' in json), 'the JavaScript SDK would show this in place of the message');
  if (!('errors' in json)) return;
  assert.ok(Array.isArray(json.errors));
  for (const item of json.errors) {
    for (const name of ['field', 'code', 'message', 'documentation_url']) {
      assert.equal(typeof item[name], 'string', `${name} of ${JSON.stringify(item)}`);
    }
    assert.ok(['missing_field', 'invalid', 'already_exists'].includes(item.code), item.code);
  }
}
