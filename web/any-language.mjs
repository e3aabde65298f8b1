// uPlot hands the browser's language to Intl as it is. WebKit on Linux calls it "C" where the system's is
// unset, which is no tag of a language: no chart would load. Without one, Intl takes the same language,
// or what stands in for it.
import { readFileSync } from 'node:fs';

const kGiven = "new Intl.NumberFormat(domEnv ? nav.language : 'en-US')";

export const anyLanguage = () => ({
  name: 'any-language',
  setup(build) {
    build.onLoad({ filter: /[\\/]uPlot\.esm\.js$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      if (!text.includes(kGiven)) throw new Error(`${path} does not say any more: ${kGiven}`);
      return { contents: text.replace(kGiven, 'new Intl.NumberFormat()'), loader: 'js' };
    });
  },
});
