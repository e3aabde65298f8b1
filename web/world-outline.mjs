// The module 'world-outline': coasts and borders of Natural Earth at 1:110 million, from world-atlas,
// on a grid of fiftieths of a degree.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const kGrid = 50;

function outline(root) {
  const file = join(root, 'node_modules/world-atlas/countries-110m.json');
  const { transform, arcs, objects } = JSON.parse(readFileSync(file, 'utf8'));
  const rounded = arcs.map((arc) => {
    let [x, y] = [0, 0];
    let last = null;
    const flat = [];
    arc.forEach(([dx, dy], index) => {
      x += dx;
      y += dy;
      const point = [
        Math.round((x * transform.scale[0] + transform.translate[0]) * kGrid),
        Math.round((y * transform.scale[1] + transform.translate[1]) * kGrid),
      ];
      if (last && point[0] === last[0] && point[1] === last[1] && index < arc.length - 1) return;
      flat.push(point[0] - (last?.[0] ?? 0), point[1] - (last?.[1] ?? 0));
      last = point;
    });
    return flat;
  });
  const rings = objects.countries.geometries.flatMap(({ type, arcs: own }) =>
    type === 'Polygon' ? own : own.flat(),
  );
  // One island lies on both ends of the map: its outline would run across all of it.
  const runsAcross = (ring) =>
    ring.some((index) => {
      let y = 0;
      return rounded[index < 0 ? ~index : index].some((step, at) => {
        if (at % 2 === 1) y += step;
        return at > 1 && at % 2 === 0 && Math.abs(step) > 180 * kGrid && y > -60 * kGrid;
      });
    });
  const drawn = rings.filter((ring) => !runsAcross(ring));
  return `export const arcs = ${JSON.stringify(rounded)};\nexport const rings = ${JSON.stringify(drawn)};\n`;
}

/** For esbuild. */
export function worldOutline(root) {
  return {
    name: 'world-outline',
    setup(build) {
      build.onResolve({ filter: /^world-outline$/ }, ({ path }) => ({
        path,
        namespace: 'outline',
      }));
      build.onLoad({ filter: /.*/, namespace: 'outline' }, () => ({
        contents: outline(root),
        loader: 'js',
      }));
    },
  };
}
