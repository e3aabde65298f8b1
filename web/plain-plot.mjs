// Takes out of uPlot what no chart here has: its own legend (ours are lists of buttons), its templates
// of dates (our labels come from Intl), and times in seconds. The library is one large function, which
// the bundler cannot see through. Every cut must find its place, so that another version of the
// library fails the build instead of a chart.
import { readFileSync } from 'node:fs';

/** Each once: what stands in the library, from its first words to its last, and what takes its place. */
const kCuts = [
  // Times are in milliseconds.
  ['const [ timeIncrsS,', 'genTimeStuffs(1e-3);', ''],
  [
    '(ms == 1 ? timeAxisSplitsMs(_tzDate)',
    'timeAxisSplitsS(_tzDate));',
    'timeAxisSplitsMs(_tzDate);',
  ],
  ['(ms == 1 ? timeIncrsMs', 'timeIncrsS)', 'timeIncrsMs'],
  // Templates of dates.
  ['	const _timeAxisStamps = [', '];', ''],
  ['		_timeAxisStamps,', '\n', ''],
  ['const [ timeIncrsMs, _timeAxisStampsMs,', '', 'const [ timeIncrsMs,'],
  ['	const _fmtDate =', ';', ''],
  ['	const _timeAxisVals   =', ';', ''],
  ['	const _timeSeriesVal  =', ';', ''],
  ['				isTime ? (', ') : av || numAxisVals', '				av || numAxisVals'],
  ['	uPlot.fmtDate = fmtDate;', '', ''],
  // The legend.
  ['			let sv = s.value;', 'numSeriesVal;', ''],
  ['			s.label = s.label ||', ';', ''],
  ['assign({}, legendOpts, opts.legend)', '', '{show: false}'],
  ['	const showLegend =', ';', '	const showLegend = false;'],
  ['	const markers    =', ';', ''],
  ['		markers.width  =', 'fnOrSelf(markers.fill);', ''],
  ['\n	if (legend.live) {', '= LEGEND_DISP;\n	}', ''],
  ['	function initLegendRow(s, i) {', 'return [row, cells];\n	}', ''],
  ['			let rowCells = initLegendRow', 'legend.values.push(null);', ''],
  ['		if (legend.show && legend.live', ')', '		if (false)'],
  ['	function syncLegend() {', '\n	}\n', ''],
  ['		if (showLegend && legend.live) {\n			for (let sidx', 'syncLegend();\n		}', ''],
  ['	function setLegendValues(sidx, idx) {', '\n	}\n', ''],
  ['\n			if (legend.live) {', '}', ''],
  ['		legendTable?.remove();', '', ''],
];

export function plainPlot() {
  return {
    name: 'plain-plot',
    setup(build) {
      build.onLoad({ filter: /uPlot\.esm\.js$/ }, ({ path }) => {
        let text = readFileSync(path, 'utf8').replaceAll('\r\n', '\n');
        for (const [first, last, instead] of kCuts) {
          const from = text.indexOf(first);
          const to = from < 0 ? -1 : text.indexOf(last, from + first.length);
          if (to < 0 || text.indexOf(first, from + 1) >= 0) {
            throw new Error(
              `${path} has not “${first.trim()}” once: look at plain-plot.mjs again.`,
            );
          }
          text = text.slice(0, from) + instead + text.slice(to + last.length);
        }
        return { contents: text, loader: 'js' };
      });
    },
  };
}
