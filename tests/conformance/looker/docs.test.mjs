// docs/looker.md names every reason for which a link is refused, with the status that it has.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const read = (path) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
const statusOf = { invalid: '400', unauthenticated: '401', forbidden: '403', gone: '410' };

test("docs/looker.md has the reasons of the server's own table", () => {
  const names = Object.fromEntries(
    [...read('src/dialects/looker/reasons.h').matchAll(/string_view (k\w+) = "(\w+)"/g)].map(
      ([, constant, code]) => [constant, code],
    ),
  );
  const rows = [
    ...read('src/dialects/looker/reasons.cpp').matchAll(/\{(k\w+), ErrorKind::(\w+),/g),
  ];
  assert.equal(rows.length, Object.keys(names).length);
  const page = read('docs/looker.md');
  for (const [, constant, kind] of rows) {
    const line = page
      .split('\n')
      .find((one) => one.startsWith('| `') && one.includes(`\`${names[constant]}\``));
    assert.ok(line, `${names[constant]} is not in the page`);
    assert.equal(line.split('|')[2].trim(), statusOf[kind], names[constant]);
  }
});
