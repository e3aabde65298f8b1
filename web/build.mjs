// Bundles the viewer and the SDK into dist/, with a manifest that the server's build embeds.
//
//   node build.mjs            dist/ and dist/manifest.json
//   node build.mjs --tests    dist-tests/, for node's test runner
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { build as esbuild } from 'esbuild';
import { anyLanguage } from './any-language.mjs';
import { firstBundle } from './first-bundle.mjs';
import { hostExamples } from './host-examples.mjs';
import { Licences } from './licences.mjs';
import { ownNames, sharedFromViewer, viewerEntry } from './shared.mjs';
import { worldOutline } from './world-outline.mjs';

const root = dirname(fileURLToPath(import.meta.url));

// What is in the bundles, for the page that says whose work the pages are.
const licences = new Licences(root);

async function build(options) {
  const result = await esbuild({ ...options, metafile: true });
  licences.note(result.metafile);
  return result;
}

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

/** The parts that only some panels need, and their most bytes; each is built when it is there. */
const kPanelParts = { rich: 45_000, fields: 34_000, variables: 15_000, menus: 15_000 };

function entryOf(part) {
  return ['start.ts', 'start.tsx']
    .map((file) => `viewer/${part}/${file}`)
    .find((file) => existsSync(join(root, file)));
}

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
    plugins: [hostExamples(root)],
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
  const plot = await bundle('viewer/plot/plot.ts', { format: 'esm', plugins: [anyLanguage()] });
  const plotPath = emit('plot.js', plot, javascript);
  // The map under places is asked for by the part that draws them, and by nothing else.
  const world = await bundle('viewer/rich/world.ts', {
    format: 'esm',
    plugins: [worldOutline(root)],
  });
  const worldPath = emit('world.js', world, javascript);
  // The viewer loads the part of a dialect by its name, and that imports what they share from the
  // viewer by its own: so all of them carry one hash, over all of them together.
  const kHash = '############';
  const viewerPath = `/assets/viewer-${kHash}.js`;
  const main = await bundleWithInputs(null, {
    stdin: { contents: viewerEntry(), resolveDir: root, loader: 'ts' },
    format: 'esm',
    define: { PLOT_PATH: JSON.stringify(plotPath), JOINT_HASH: JSON.stringify(kHash) },
    external: [plotPath],
    mangleProps: ownNames(root),
    // Handed on: all bundles speak of the same objects.
    mangleCache: {},
  });
  const bundlePart = async (name, entry, options = {}) => {
    const part = await bundleWithInputs(entry, {
      format: 'esm',
      mangleProps: ownNames(root),
      mangleCache: main.mangleCache,
      plugins: [sharedFromViewer(root, viewerPath)],
      ...options,
      external: [viewerPath, ...(options.external ?? [])],
    });
    // A module in both bundles would be two modules with two states.
    const twice = part.inputs.filter((input) => main.inputs.includes(input));
    if (twice.length > 0) {
      throw new Error(
        `In the viewer and in its ${name} part: ${twice.join(', ')}. List it in shared.mjs.`,
      );
    }
    return part.contents;
  };
  const parts = [];
  for (const dialect of ['looker', 'grafana', 'shared']) {
    const css = await bundle(`viewer/${dialect}/${dialect}.css`, {});
    const cssPath = emit(`${dialect}.css`, css, 'text/css; charset=utf-8');
    const contents = await bundlePart(dialect, `viewer/${dialect}/start.tsx`, {
      define: { [`${dialect.toUpperCase()}_CSS_PATH`]: JSON.stringify(cssPath) },
    });
    parts.push({ name: dialect, css, contents });
  }
  // Those of panels (viewer/state/parts.ts) are asked for together with their style sheet, by name.
  for (const name of Object.keys(kPanelParts).filter((name) => entryOf(name))) {
    const css = await bundle(`viewer/${name}/${name}.css`, {});
    const contents = await bundlePart(name, entryOf(name), {
      define: { WORLD_PATH: JSON.stringify(worldPath) },
      external: [worldPath],
    });
    parts.push({ name, css, contents, isJoint: true });
  }
  const joint = hashOf(
    Buffer.concat([
      main.contents,
      ...parts.flatMap(({ contents, css, isJoint }) => (isJoint ? [contents, css] : [contents])),
    ]),
  );
  const named = (contents) => Buffer.from(contents.toString().replaceAll(kHash, joint));
  const viewer = named(main.contents);
  emit('viewer.js', viewer, javascript, undefined, joint);
  for (const part of parts) {
    part.contents = named(part.contents);
    emit(`${part.name}.js`, part.contents, javascript, undefined, joint);
    if (part.isJoint) {
      emit(`${part.name}.css`, part.css, 'text/css; charset=utf-8', undefined, joint);
    }
  }
  const css = await bundle('viewer/styles/viewer.css', {});
  emit('viewer.css', css, 'text/css; charset=utf-8');

  const sdk = await bundle('sdk/casement.ts', { format: 'iife', globalName: 'Casement' });
  emit('sdk.js', sdk, javascript, '/sdk/casement.js');
  const sdkModule = await bundle('sdk/casement.ts', { format: 'esm' });
  emit('sdk.mjs', sdkModule, javascript, '/sdk/casement.mjs');

  const consoleSize = await buildConsole(dist, manifest, emit, { plotPath, worldPath });

  writeFileSync(join(dist, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  // The outline of the world is data of a package that no bundle imports.
  licences.add('world-atlas');
  writeFileSync(join(dist, 'licences.json'), licences.toJson());

  // What loads before the first chart, and what a host page loads: the build keeps to its figures.
  const size = (contents) => brotliCompressSync(contents).length;
  hold('viewer', size(viewer) + size(plot) + size(css), 57_000);
  const most = { looker: 20_000, grafana: 5000, shared: 3000, ...kPanelParts };
  for (const { name, contents, css: own } of parts) {
    hold(`${name}, beside it`, size(contents) + size(own), most[name]);
  }
  hold('world, beside rich', size(world), 45_000);
  hold('sdk', size(sdk), 3000);
  hold('console, before a page', consoleSize, 45_000);
}

/**
 * The console: a bundle of its own, whose heavy pages come in parts. Names of parts are made of their
 * bytes; the server hands out what the manifest lists and knows only console.js and console.css.
 * Answers how much comes before the first page can be drawn.
 */
async function buildConsole(dist, manifest, emit, { plotPath, worldPath }) {
  const { outputFiles, metafile } = await build({
    ...common,
    entryPoints: ['console/main.tsx'],
    entryNames: 'console-[hash]',
    chunkNames: 'console-[name]-[hash]',
    outdir: 'dist',
    format: 'esm',
    splitting: true,
    minify: true,
    write: false,
    metafile: true,
    plugins: [firstBundle(root, 'console/main.tsx'), hostExamples(root)],
    // The viewer's own modules draw panels here too, and take what is a bundle of its own from there.
    define: { PLOT_PATH: JSON.stringify(plotPath), WORLD_PATH: JSON.stringify(worldPath) },
    external: [plotPath, worldPath],
  });
  const contents = new Map(outputFiles.map((file) => [basename(file.path), file.contents]));
  const outputs = Object.entries(metafile.outputs);
  const [first, { imports }] = outputs.find(
    ([, { inputs }]) => inputs['console/main.tsx']?.bytesInOutput > 0,
  );
  if (imports.some(({ kind, external }) => kind === 'import-statement' && !external)) {
    throw new Error('The first page of the console comes in more than one file.');
  }
  for (const [path, { entryPoint }] of outputs) {
    // What stands for the entry only asks for the file that holds it.
    if (entryPoint === 'console/main.tsx' && path !== first) continue;
    const file = basename(path);
    writeFileSync(join(dist, file), contents.get(file));
    manifest.push({
      logical: path === first ? 'console.js' : file,
      path: `/assets/${file}`,
      file,
      content_type: 'text/javascript; charset=utf-8',
      immutable: true,
    });
  }
  const css = await build({
    ...common,
    entryPoints: ['console/styles/console.css'],
    outdir: 'dist',
    minify: true,
    write: false,
  });
  const style = Buffer.from(css.outputFiles[0].contents);
  emit('console.css', style, 'text/css; charset=utf-8');
  return (
    brotliCompressSync(contents.get(basename(first))).length + brotliCompressSync(style).length
  );
}

function hold(name, bytes, most) {
  console.log(`${name}: ${bytes} bytes compressed (at most ${most})`);
  if (bytes > most) {
    throw new Error(`${name} has become too large: ${bytes} bytes, ${most} allowed.`);
  }
}
