// The server under attack: tenants of one source, kept apart by an attribute that each link says.
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { onlyOf, withoutSaid } from '../../attacks/support/witness.mjs';
import { Viewer, allPermissions, newSecret, signLink, startLooker } from '../support.mjs';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));

export async function startTarget(options = {}) {
  const fixture = mkdtempSync(join(tmpdir(), 'casement-looker-attacks-'));
  try {
    cpSync(at('fixture'), fixture, { recursive: true });
    const canary = 'canary-path-5d02c1';
    cpSync(at(`../../attacks/fixture/${canary}`), join(fixture, canary), { recursive: true });
    return await startLooker({ ...options, fixture });
  } finally {
    rmSync(fixture, { recursive: true, force: true });
  }
}

let people = 0;
export const tenantOf = (tenant, more = {}) => ({
  external_user_id: `${tenant}-${(people += 1)}`,
  permissions: [
    ...allPermissions,
    'download_without_limit',
    'see_drill_overlay',
    'clear_cache_refresh',
  ],
  models: ['orders'],
  user_attributes: { tenant },
  ...more,
});

/** An answer without what the page's own URL said: that comes back. */
export function withoutUrl(text) {
  return text
    .split('\n')
    .map((line) => {
      if (!line.includes('"embed":')) return line;
      const {
        embed: { target, filters, ...embed },
        ...rest
      } = JSON.parse(line);
      return JSON.stringify({ embed, ...rest });
    })
    .join('\n');
}

/** A session of one tenant, each of whose answers is looked through for what is another's. */
export class Witness extends Viewer {
  constructor(looker, opened, tenant) {
    super(looker, opened);
    this.tenant = tenant;
    onlyOf(tenant, withoutUrl(this.text), 'the answer that opens the session');
  }
  async call(path, body, headers) {
    const answer = await super.call(path, body, headers);
    const said = withoutSaid(withoutUrl(answer.text), JSON.stringify(body ?? null));
    onlyOf(this.tenant, said, `${path} ${JSON.stringify(body)}`.slice(0, 300));
    return answer;
  }
}

export async function witness(looker, tenant, { more, target = '/embed/dashboards/locked' } = {}) {
  const key = await looker.key();
  const opened = await looker.open(signLink(key, tenantOf(tenant, more), { target }), {
    secret: newSecret(),
  });
  assert.equal(opened.status, 201, opened.text);
  return new Witness(looker, opened, tenant);
}

/** Every operation of the vendor's own SDK: {method, path}, with "1" for each part of a path. */
export function sdkOperations() {
  const text = readFileSync(at('../node_modules/@looker/sdk/lib/4.0/methods.js'), 'utf8');
  const calls = text.matchAll(
    /_this\d*\.(get|post|put|patch|delete)\((['"])(\/[^'"]*)\2((?:\.concat\([^()]*\))*)/g,
  );
  return [...calls].map(([, method, , head, rest]) => {
    const parts = [...rest.matchAll(/\.concat\(([^()]*)\)/g)].flatMap(([, inner]) =>
      inner.split(/, ?(?=["'])/).map((part) => (/["']\//.test(part) ? part.slice(1, -1) : '1')),
    );
    return { method: method.toUpperCase(), path: `${head}${parts.join('')}` };
  });
}
