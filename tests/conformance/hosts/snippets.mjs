// docs/signing.md shows the signing function of every example host; this keeps the two equal.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { languages, root } from './languages.mjs';

/** The lines between `sign: begin` and `sign: end`, without their common indentation. */
function signingFunction(path) {
  const lines = readFileSync(join(root, path), 'utf8').split('\n');
  const begin = lines.findIndex((line) => /\bsign: begin$/.test(line));
  const end = lines.findIndex((line) => /\bsign: end$/.test(line));
  assert.ok(begin >= 0 && end > begin, `${path} has no "sign: begin" … "sign: end"`);
  const body = lines.slice(begin + 1, end);
  const indents = body.filter((line) => line.trim()).map((line) => line.search(/\S/));
  const indent = Math.min(...indents);
  return body.map((line) => line.slice(indent)).join('\n').trim();
}

export function checkSnippets() {
  const page = readFileSync(join(root, 'docs/signing.md'), 'utf8');
  const blocks = [...page.matchAll(/<!-- (examples\/hosts\/\S+) -->\n```\w+\n([\s\S]*?)\n```/g)];
  const shown = blocks.map(([, path]) => path.split('/')[2]);
  assert.deepEqual([...shown].sort(), languages.map((language) => language.name).sort());
  for (const [, path, text] of blocks) {
    assert.equal(text.trim(), signingFunction(path), `docs/signing.md differs from ${path}`);
  }
}
