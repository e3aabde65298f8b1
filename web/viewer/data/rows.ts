import type { Panel } from '../api/wire';

/** From top to bottom, without what is folded away; what is below a folded row moves up. */
export function unfolded(all: readonly Panel[], folded: ReadonlySet<number>): Panel[] {
  const panels: Panel[] = [];
  let row: Panel | null = null;
  let lift = 0;
  const sorted = [...all].sort((a, b) => a.grid.y - b.grid.y || a.grid.x - b.grid.x || a.id - b.id);
  for (const panel of sorted) {
    const { grid } = panel;
    const isFolded: boolean = row !== null && folded.has(row.id);
    if (panel.type === 'row') {
      if (row && isFolded) lift += grid.y - row.grid.y - 1;
      row = panel;
    } else if (isFolded) continue;
    panels.push(lift > 0 ? { ...panel, grid: { ...grid, y: grid.y - lift } } : panel);
  }
  return panels;
}
