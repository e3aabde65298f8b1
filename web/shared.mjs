// What the parts of single dialects and panels take from the viewer's bundle instead of holding a copy: a second
// Preact, or a second set of signals, would not know the first.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const kShared = {
  preact: ['render'],
  'preact/hooks': ['useEffect', 'useId', 'useLayoutEffect', 'useMemo', 'useRef', 'useState'],
  'preact/jsx-runtime': ['Fragment', 'jsx', 'jsxs'],
  '@preact/signals': ['batch', 'effect', 'signal'],
  './viewer/session/session': ['Refusal', 'Session', 'Unreachable', 'endOf', 'kApi', 'refusalOf'],
  './viewer/session/clones': ['wireId'],
  './viewer/session/slots': ['SlotKeeper', 'browserStores', 'slotName'],
  './viewer/session/browser-session': [
    'browserSession',
    'browserZone',
    'makeSecret',
    'webLocks',
    'withLock',
  ],
  './viewer/data/frames': [
    'compareDecimals',
    'isEmpty',
    'isOutside',
    'niceTicks',
    'reduce',
    'sortedRows',
    'timeColumn',
    'toTimeSeries',
  ],
  './viewer/data/interaction': ['movedIndex', 'nextSort', 'toggleHidden'],
  './viewer/data/options': [
    'choice',
    'flag',
    'initialSort',
    'number',
    'tableColumns',
    'text',
    'texts',
    'thresholdColor',
    'thresholds',
  ],
  './viewer/format/dates': [
    'formatClock',
    'formatDay',
    'formatInstant',
    'formatRange',
    'instantFormat',
    'spanLabel',
    'timeTicks',
    'wallTime',
    'zoneOf',
  ],
  './viewer/format/numbers': [
    'decimalsOf',
    'formatNumber',
    'formatTick',
    'setRichUnits',
    'stepsOf',
  ],
  './viewer/data/variables': ['kAll'],
  './viewer/data/sparkline': ['kHeight', 'kWidth', 'sparklinePath'],
  './viewer/panels/common': ['Legend', 'Quiet', 'Tooltip', 'kNoData', 'numberStyle'],
  './viewer/panels/text-width': ['fitText', 'kFont', 'textWidth'],
  './viewer/ui/use-size': ['useSize'],
  './viewer/page': ['startPage'],
  './viewer/state/viewer': ['Viewer'],
  './viewer/state/chart-width': ['chartWidth'],
  './viewer/state/theme': [
    'applyDashboardTheme',
    'chartColors',
    'isDark',
    'kStorageKey',
    'namedColor',
    'seriesColor',
    'theme',
  ],
  './viewer/panels/table': ['TablePicture'],
  './viewer/panels/timeseries': ['plotModule'],
  './viewer/ui/app': ['App'],
  './viewer/ui/fullscreen': ['fullscreen', 'toggleFullscreen'],
  './viewer/ui/icons': ['Glyph', 'Mark', 'addIcons'],
  './viewer/ui/message-page': ['MessagePage', 'kMessages'],
  './viewer/ui/popover': ['Popover'],
};

/** Exported under one or two letters: their names would weigh on every page. */
function shortName(index) {
  const letters = 'abcdefghijklmnopqrstuvwxyz';
  return index < 26 ? letters[index] : letters[Math.floor(index / 26) - 1] + letters[index % 26];
}

const kExports = Object.entries(kShared)
  .flatMap(([module, names]) => names.map((name) => ({ module, name })))
  .map((item, index) => ({ ...item, short: shortName(index) }));

/** The viewer's entry: its page, and what the other parts take from it. */
export function viewerEntry() {
  const lines = kExports.map(
    ({ module, name, short }) => `export { ${name} as ${short} } from '${module}';`,
  );
  return ["import './viewer/main';", ...lines].join('\n');
}

/** Resolves the shared modules to the viewer's bundle at `path`. */
export function sharedFromViewer(root, path) {
  const modules = new Map(
    Object.keys(kShared).map((name) => [name.startsWith('.') ? resolve(root, name) : name, name]),
  );
  return {
    name: 'shared-from-viewer',
    setup(build) {
      build.onResolve({ filter: /.*/ }, ({ path: wanted, resolveDir, namespace }) => {
        if (namespace === 'shared') return { path, external: true };
        const name = modules.get(wanted.startsWith('.') ? resolve(resolveDir, wanted) : wanted);
        return name === undefined ? undefined : { path: name, namespace: 'shared' };
      });
      build.onLoad({ filter: /.*/, namespace: 'shared' }, ({ path: module }) => {
        const names = kExports
          .filter((item) => item.module === module)
          .map(({ name, short }) => `${short} as ${name}`);
        return { contents: `export { ${names.join(', ')} } from '${path}';`, loader: 'js' };
      });
    },
  };
}

/**
 * Members of the viewer's own classes and states that the build shortens, as minifying does with
 * local names. None of them may be a word of the server's JSON, of the messages to host pages, of
 * the chart bundle's interface, or of the browser.
 */
const kOwnNames = [
  ...['afterConflict', 'authorized', 'dropSecret', 'dropSession', 'dropWhere', 'exportCsv'],
  ...['fetchToken', 'firstLine', 'keeper', 'keepToken', 'makeSecret', 'onlyPanels', 'openWith'],
  ...['preferCookie', 'renewIn', 'renewing', 'sessionId', 'tokenEnds', 'underLock', 'wallClock'],
  ...['beside', 'browserZone', 'canRetry', 'changeable', 'downloadCsv', 'failures', 'isFatal'],
  ...['isLoading', 'isOffline', 'isPending', 'lastUpdated', 'panelActions', 'queried', 'queryBody'],
  ...['refreshIfOpen', 'refreshTimer', 'renewTimer', 'scheduleRenewal'],
  ...['setTime', 'setVariable', 'wasCut', 'asTable', 'barColor', 'buttonClass'],
  ...['isFullscreen', 'labelType', 'onChoose', 'onFullscreen', 'onRetry', 'onTable', 'shownColors'],
];
const kOthersWords = [
  'common/messages.ts',
  'viewer/api/wire.ts',
  'viewer/grafana/wire.ts',
  'viewer/looker/wire.ts',
  'viewer/plot/plot.ts',
  'viewer/plot/spec.ts',
];

/** For esbuild's `mangleProps`. */
export function ownNames(root) {
  for (const file of kOthersWords) {
    const text = readFileSync(join(root, file), 'utf8');
    const taken = kOwnNames.filter((name) => new RegExp(`\\b${name}\\b`).test(text));
    if (taken.length > 0) {
      throw new Error(`${file} uses ${taken.join(', ')}: take it out of kOwnNames in shared.mjs.`);
    }
  }
  return new RegExp(`^(?:${kOwnNames.join('|')})$`);
}
