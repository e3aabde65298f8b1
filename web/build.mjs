// Bundles the viewer and the SDK into dist/, with a manifest that the server's build embeds.
//
//   node build.mjs            dist/ and dist/manifest.json
//   node build.mjs --tests    dist-tests/, for node's test runner
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { build } from 'esbuild';
import { ownNames, sharedFromViewer, viewerEntry } from './shared.mjs';

const root = dirname(fileURLToPath(import.meta.url));

const common = {
  absWorkingDir: root,
  bundle: true,
  // What Safari 15.4, Firefox 100 and Chromium 100 understand.
  target: 'es2021',
  jsx: 'automatic',
  jsxImportSource: 'preact',
  logLevel: 'warning',
  legalComments: 'none',
};

if (process.argv.includes('--tests')) {
  rmSync(join(root, 'dist-tests'), { recursive: true, force: true });
  await build({
    ...common,
    entryPoints: readdirSync(join(root, 'tests'))
      .filter((name) => name.endsWith('.test.ts') || name.endsWith('.test.tsx'))
      .map((name) => `tests/${name}`),
    outdir: 'dist-tests',
    outExtension: { '.js': '.mjs' },
    format: 'esm',
    platform: 'node',
    sourcemap: 'inline',
    // The vendor's own code, run as it was published.
    external: ['@looker/chatty'],
  });
} else {
  await buildPages();
}

async function buildPages() {
  const dist = join(root, 'dist');
  rmSync(dist, { recursive: true, force: true });
  mkdirSync(dist, { recursive: true });
  const manifest = [];

  const bundleWithInputs = async (entry, options) => {
    const result = await build({
      ...common,
      ...(entry === null ? {} : { entryPoints: [entry] }),
      outdir: 'dist',
      minify: true,
      write: false,
      metafile: true,
      ...options,
    });
    return {
      contents: Buffer.from(result.outputFiles[0].contents),
      inputs: Object.keys(result.metafile.inputs),
      mangleCache: result.mangleCache,
    };
  };
  const bundle = async (entry, options) => (await bundleWithInputs(entry, options)).contents;
  // The name of a hashed file never means other bytes: it is cached for ever.
  const hashOf = (contents) => createHash('sha256').update(contents).digest('hex').slice(0, 12);
  const emit = (logical, contents, contentType, stablePath, hash = hashOf(contents)) => {
    const [name, extension] = logical.split('.');
    const file = stablePath ? logical : `${name}-${hash}.${extension}`;
    const path = stablePath ?? `/assets/${file}`;
    writeFileSync(join(dist, file), contents);
    manifest.push({ logical, path, file, content_type: contentType, immutable: !stablePath });
    return path;
  };

  const javascript = 'text/javascript; charset=utf-8';
  // The chart library is a bundle of its own without shared chunks, and the viewer knows its
  // address from the build: both are asked for at once, and neither waits for a third.
  const plot = await bundle('viewer/plot/plot.ts', { format: 'esm' });
  const plotPath = emit('plot.js', plot, javascript);
  // The viewer loads the Looker part by its name, and that imports what they share from the viewer
  // by its own: so both carry one hash, over the two together.
  const lookerCss = await bundle('viewer/looker/looker.css', {});
  const lookerCssPath = emit('looker.css', lookerCss, 'text/css; charset=utf-8');
  const paths = {
    viewer: '/assets/viewer-############.js',
    looker: '/assets/looker-############.js',
  };
  const main = await bundleWithInputs(null, {
    stdin: { contents: viewerEntry(), resolveDir: root, loader: 'ts' },
    format: 'esm',
    define: { PLOT_PATH: JSON.stringify(plotPath), LOOKER_PATH: JSON.stringify(paths.looker) },
    external: [plotPath, paths.looker],
    mangleProps: ownNames(root),
    // Handed on: both bundles speak of the same objects.
    mangleCache: {},
  });
  const part = await bundleWithInputs('viewer/looker/start.tsx', {
    format: 'esm',
    define: { LOOKER_CSS_PATH: JSON.stringify(lookerCssPath) },
    external: [paths.viewer],
    mangleProps: ownNames(root),
    mangleCache: main.mangleCache,
    plugins: [sharedFromViewer(root, paths.viewer)],
  });
  // A module in both bundles would be two modules with two states.
  const twice = part.inputs.filter((input) => main.inputs.includes(input));
  if (twice.length > 0) {
    throw new Error(
      `In the viewer and in its Looker part: ${twice.join(', ')}. List it in shared.mjs.`,
    );
  }
  const joint = hashOf(Buffer.concat([main.contents, part.contents]));
  const named = ({ contents }) =>
    Buffer.from(contents.toString().replaceAll('############', joint));
  const viewer = named(main);
  emit('viewer.js', viewer, javascript, undefined, joint);
  const looker = named(part);
  emit('looker.js', looker, javascript, undefined, joint);
  const css = await bundle('viewer/styles/viewer.css', {});
  emit('viewer.css', css, 'text/css; charset=utf-8');

  const sdk = await bundle('sdk/casement.ts', { format: 'iife', globalName: 'Casement' });
  emit('sdk.js', sdk, javascript, '/sdk/casement.js');
  const sdkModule = await bundle('sdk/casement.ts', { format: 'esm' });
  emit('sdk.mjs', sdkModule, javascript, '/sdk/casement.mjs');

  writeFileSync(join(dist, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);

  // What loads before the first chart, and what a host page loads: the build keeps to its figures.
  const size = (contents) => brotliCompressSync(contents).length;
  hold('viewer', size(viewer) + size(plot) + size(css), 59_000);
  hold('looker, beside it', size(looker) + size(lookerCss), 20_000);
  hold('sdk', size(sdk), 3000);
}

function hold(name, bytes, most) {
  console.log(`${name}: ${bytes} bytes compressed (at most ${most})`);
  if (bytes > most) {
    throw new Error(`${name} has become too large: ${bytes} bytes, ${most} allowed.`);
  }
}
