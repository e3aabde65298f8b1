// For esbuild's splitting: what the first page needs stays in one file.
//
// Splitting makes a file of its own for each set of pages that share some module, so the first page would
// come in dozens of small ones. Here every part that is loaded later names the entry as well: then all of
// what the entry needs is shared by the same set, that of all, and comes together.
import { join } from 'node:path';

/** `entry`: its path, from `root`. The parts export by name only. */
export function firstBundle(root, entry) {
  return {
    name: 'first-bundle',
    setup(build) {
      build.onResolve(
        { filter: /^\./ },
        async ({ kind, path, importer, resolveDir, pluginData }) => {
          if (kind !== 'dynamic-import' || pluginData?.isPart) return undefined;
          const found = await build.resolve(path, {
            kind,
            importer,
            resolveDir,
            pluginData: { isPart: true },
          });
          return found.errors.length > 0 ? found : { path: found.path, namespace: 'part' };
        },
      );
      build.onLoad({ filter: /.*/, namespace: 'part' }, ({ path }) => ({
        contents: `import ${JSON.stringify(join(root, entry))}; export * from ${JSON.stringify(path)};`,
        resolveDir: root,
      }));
    },
  };
}
