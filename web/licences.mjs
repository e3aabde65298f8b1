// The npm packages whose code ended up in a bundle, with the texts of their licences.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const kPackage = /node_modules\/((?:@[^/]+\/)?[^/]+)\//g;

export class Licences {
  #root;
  #names = new Set();

  constructor(root) {
    this.#root = root;
  }

  /** What one run of the bundler put together. */
  note(metafile) {
    for (const { inputs } of Object.values(metafile.outputs)) {
      for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
        const name = bytesInOutput > 0 ? [...path.matchAll(kPackage)].at(-1)?.[1] : undefined;
        if (name !== undefined) this.#names.add(name);
      }
    }
  }

  add(name) {
    this.#names.add(name);
  }

  toJson() {
    return `${JSON.stringify(
      [...this.#names].sort().map((name) => this.#licenceOf(name)),
      null,
      2,
    )}\n`;
  }

  #licenceOf(name) {
    const folder = join(this.#root, 'node_modules', name);
    const { version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const files = existsSync(folder) ? readdirSync(folder) : [];
    // Some say it in NOTICE beside the licence, which then belongs to it.
    const texts = files
      .filter((file) => /^(licen[cs]e|copying|notice)(\.|-|$)/i.test(file))
      .sort()
      .map((file) => readFileSync(join(folder, file), 'utf8'));
    return {
      name,
      version,
      licence: typeof license === 'string' ? license : 'see the text',
      text: texts.length > 0 ? texts.join('\n\n') : `${name} is under the licence ${license}.\n`,
    };
  }
}
