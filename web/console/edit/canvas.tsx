// The grid with its panels, drawn live. They are moved and made larger by the pointer or by keyboard;
// the arithmetic is in layout.ts.
import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { JsonObject } from '../api/types';
import { idOf, itemsOf, nameOf, panelsOf, typeOf, withItems } from './document';
import type { DraftViewer } from './draft-viewer';
import {
  folded,
  inOrder,
  kColumns,
  moved,
  nudged,
  resized,
  rowOf,
  unfolded,
  type Direction,
  type Item,
} from './layout';
import type { PanelKind } from './panel-kinds';
import { Tile } from './tile';

export interface CanvasProps {
  document: JsonObject;
  viewer: DraftViewer;
  /** Faults by the panel's id. */
  faultOf: (id: number) => string | null;
  onChange: (document: JsonObject, label: string, group?: string) => void;
  onEdit: (id: number) => void;
  onCopy: (id: number) => void;
  onDelete: (id: number) => void;
}

type Grip = 'move' | 'size';

interface Drag {
  id: number;
  grip: Grip;
  /** Where the pointer began, in the page. */
  fromX: number;
  fromY: number;
  /** Of one step of the grid. */
  stepX: number;
  stepY: number;
  x: number;
  y: number;
}

const kEdge = 60;
const kScroll = 14;
const kArrows: Record<string, Direction | undefined> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
};

export function Canvas(props: CanvasProps) {
  const { document, viewer, onChange } = props;
  const grid = useRef<HTMLDivElement>(null);
  const [drag, setDrag] = useState<Drag | null>(null);
  const [said, setSaid] = useState('');
  const rows = viewer.folded.value;
  const { shown, hidden } = useMemo(() => folded(itemsOf(document), rows), [document, rows]);
  const laid = useMemo(() => (drag ? dragged(shown, drag) : shown), [shown, drag]);
  const panels = useMemo(
    () => new Map(panelsOf(document).map((panel) => [idOf(panel), panel])),
    [document],
  );

  const commit = (items: readonly Item[], id: number, how: string, group?: string): void => {
    const name = nameOf(panels.get(id) ?? {});
    const item = items.find((one) => one.id === id);
    const next = withItems(document, unfolded(items, hidden));
    // What is moved into a folded row would be out of sight.
    const row = rowOf(items, id);
    if (row && rows.has(row.id)) viewer.toggleRow(row.id);
    if (item) setSaid(`${name}: ${placeWords(item)}`);
    onChange(next, `${how} “${name}”`, group);
  };

  const byKey = (event: KeyboardEvent, id: number): void => {
    const direction = kArrows[event.key];
    if (direction === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const item = shown.find((one) => one.id === id);
    if (!item) return;
    if (event.shiftKey) {
      if (item.isRow) {
        setSaid('A row is as wide as the page.');
        return;
      }
      const w = item.w + (direction === 'right' ? 1 : direction === 'left' ? -1 : 0);
      const h = item.h + (direction === 'down' ? 1 : direction === 'up' ? -1 : 0);
      commit(resized(shown, id, w, h), id, 'Resized', `size ${id}`);
      return;
    }
    const next = nudged(shown, id, direction);
    if (next) commit(next, id, 'Moved', `move ${id}`);
    else setSaid(`${nameOf(panels.get(id) ?? {})} is at the edge.`);
  };

  const begin = (event: PointerEvent, id: number, grip: Grip): void => {
    const box = grid.current;
    // Where panels stand one below the other there is nothing to drag over.
    if (event.button !== 0 || !box || columnsIn(box) === 1) return;
    const style = getComputedStyle(box);
    const gap = parseFloat(style.columnGap);
    setDrag({
      id,
      grip,
      fromX: event.pageX,
      fromY: event.pageY,
      stepX: (box.clientWidth + gap) / kColumns,
      stepY: parseFloat(style.gridAutoRows) + gap,
      x: 0,
      y: 0,
    });
  };

  const latest = useRef({ drag, shown, commit });
  latest.current = { drag, shown, commit };
  const isDragging = drag !== null;
  // With the drawing and not after it: what follows the press at once is heard too.
  useLayoutEffect(() => {
    if (!isDragging) return;
    const over = (event: PointerEvent): void => {
      const lower = window.innerHeight - kEdge;
      if (event.clientY < kEdge) window.scrollBy(0, -kScroll);
      else if (event.clientY > lower) window.scrollBy(0, kScroll);
      setDrag((old) => old && { ...old, x: event.pageX - old.fromX, y: event.pageY - old.fromY });
    };
    const up = (): void => {
      const { drag: last, shown: items, commit: keep } = latest.current;
      setDrag(null);
      if (!last || (last.x === 0 && last.y === 0)) return;
      keep(dragged(items, last), last.id, last.grip === 'move' ? 'Moved' : 'Resized');
    };
    const away = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') setDrag(null);
    };
    const cancel = (): void => setDrag(null);
    window.addEventListener('pointermove', over);
    window.addEventListener('pointerup', up);
    window.addEventListener('pointercancel', cancel);
    window.addEventListener('keydown', away);
    return () => {
      window.removeEventListener('pointermove', over);
      window.removeEventListener('pointerup', up);
      window.removeEventListener('pointercancel', cancel);
      window.removeEventListener('keydown', away);
    };
  }, [isDragging]);

  return (
    <>
      <p id="tile-help" class="visually-hidden">
        Arrows move the panel, arrows with Shift change its size, Enter opens it, Delete takes it
        away.
      </p>
      <p class="visually-hidden" role="status">
        {said}
      </p>
      <div
        ref={grid}
        class={isDragging ? 'grid edit-grid dragging' : 'grid edit-grid'}
        role="list"
        aria-label="Panels"
      >
        {inOrder(laid).map((item) => {
          const panel = panels.get(item.id);
          if (!panel) return null;
          return (
            <Tile
              key={item.id}
              panel={panel}
              kind={typeOf(panel) as PanelKind}
              item={item}
              viewer={viewer}
              fault={props.faultOf(item.id)}
              isHeld={drag?.id === item.id}
              hidden={hidden.get(item.id)?.length ?? 0}
              onKey={(event) => byKey(event, item.id)}
              onGrip={(event, grip) => begin(event, item.id, grip)}
              onStep={(direction) => {
                const next = nudged(shown, item.id, direction);
                if (next) commit(next, item.id, 'Moved', `move ${item.id}`);
              }}
              onEdit={() => props.onEdit(item.id)}
              onCopy={() => props.onCopy(item.id)}
              onDelete={() => props.onDelete(item.id)}
            />
          );
        })}
      </div>
    </>
  );
}

function dragged(items: readonly Item[], drag: Drag): Item[] {
  const item = items.find((one) => one.id === drag.id);
  if (!item) return [...items];
  const x = Math.round(drag.x / drag.stepX);
  const y = Math.round(drag.y / drag.stepY);
  if (x === 0 && y === 0) return [...items];
  return drag.grip === 'move'
    ? moved(items, drag.id, item.x + x, item.y + y)
    : resized(items, drag.id, item.w + x, item.h + y);
}

function columnsIn(grid: HTMLElement): number {
  return getComputedStyle(grid).gridTemplateColumns.split(' ').length;
}

/** "column 1, row 4, 6 wide, 4 high". */
function placeWords({ x, y, w, h }: Item): string {
  return `column ${x + 1}, row ${y + 1}, ${w} wide, ${h} high`;
}
