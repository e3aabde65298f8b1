// The code of examples/hosts for the console: the files that the conformance tests run, with the
// place where the address of a share goes.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const kAddressMark = 'EMBED_URL_OF_THE_SHARE';

/** `address`: how the file asks its environment for the address, and the same with a literal. */
const kHosts = [
  {
    name: 'python',
    label: 'Python',
    file: 'host.py',
    run: 'python3 host.py',
    address: ['os.environ.get("CASEMENT_EMBED_URL")', `"${kAddressMark}"`],
  },
  {
    name: 'javascript',
    label: 'JavaScript (Node.js)',
    file: 'host.mjs',
    run: 'node host.mjs',
    address: ['CASEMENT_EMBED_URL: embedUrl,', `CASEMENT_EMBED_URL: embedUrl = '${kAddressMark}',`],
  },
  {
    name: 'ruby',
    label: 'Ruby',
    file: 'host.rb',
    run: 'ruby host.rb',
    address: ['ENV["CASEMENT_EMBED_URL"]', `"${kAddressMark}"`],
  },
  {
    name: 'go',
    label: 'Go',
    file: 'host.go',
    run: 'go run host.go',
    address: ['os.Getenv("CASEMENT_EMBED_URL")', `"${kAddressMark}"`],
  },
  {
    name: 'php',
    label: 'PHP',
    file: 'host.php',
    run: 'php -S 127.0.0.1:5000 host.php',
    address: ["getenv('CASEMENT_EMBED_URL')", `'${kAddressMark}'`],
  },
  {
    name: 'java',
    label: 'Java',
    file: 'Host.java',
    run: 'java Host.java',
    address: ['System.getenv("CASEMENT_EMBED_URL")', `"${kAddressMark}"`],
  },
  {
    name: 'cpp',
    label: 'C++',
    file: 'host.cpp',
    run: './host',
    address: ['environment("CASEMENT_EMBED_URL")', `"${kAddressMark}"`],
  },
];

function readHost(root, { name, label, file, run, address: [asked, literal] }) {
  const path = join(root, '../examples/hosts', name, file);
  const text = readFileSync(path, 'utf8');
  if (text.split(asked).length !== 2) throw new Error(`${path} does not have ${asked} once.`);
  const lines = text.split('\n');
  const begin = lines.findIndex((line) => /\bsign: begin$/.test(line));
  const end = lines.findIndex((line) => /\bsign: end$/.test(line));
  if (begin < 0 || end < begin) throw new Error(`${path} has no "sign: begin" … "sign: end".`);
  const body = lines.slice(begin + 1, end);
  const indent = Math.min(
    ...body.filter((line) => line.trim() !== '').map((line) => line.search(/\S/)),
  );
  const whole = lines
    .filter((_, at) => at !== begin && at !== end)
    .join('\n')
    .replace(asked, literal);
  const signing = body.map((line) => line.slice(indent)).join('\n');
  return { name, label, file, run, signing: `${signing.trim()}\n`, whole };
}

/** For esbuild: `import { kExamples } from 'host-examples'`. */
export function hostExamples(root) {
  return {
    name: 'host-examples',
    setup(build) {
      build.onResolve({ filter: /^host-examples$/ }, () => ({
        path: 'host-examples',
        namespace: 'host-examples',
      }));
      build.onLoad({ filter: /.*/, namespace: 'host-examples' }, () => ({
        loader: 'js',
        contents: `export const kAddressMark = ${JSON.stringify(kAddressMark)};
export const kExamples = ${JSON.stringify(kHosts.map((host) => readHost(root, host)))};`,
      }));
    },
  };
}
