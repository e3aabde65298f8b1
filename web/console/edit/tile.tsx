// One panel on the grid, with what moves, opens and copies it.
import { useMemo } from 'preact/hooks';
import { PanelCard } from '../../viewer/panels/panel';
import type { Panel } from '../../viewer/api/wire';
import type { JsonObject } from '../api/types';
import { Glyph } from '../ui/icons';
import { nameOf, textOf } from './document';
import type { DraftViewer } from './draft-viewer';
import type { Direction, Item } from './layout';
import { KindIcon } from './kind-picker';
import { kKinds, type PanelKind } from './panel-kinds';

export interface TileProps {
  panel: JsonObject;
  kind: PanelKind;
  item: Item;
  viewer: DraftViewer;
  fault: string | null;
  isHeld: boolean;
  /** Panels that a folded row hides. */
  hidden: number;
  onKey: (event: KeyboardEvent) => void;
  onGrip: (event: PointerEvent, grip: 'move' | 'size') => void;
  onStep: (direction: Direction) => void;
  onEdit: () => void;
  onCopy: () => void;
  onDelete: () => void;
}

export function Tile(props: TileProps) {
  const { panel, kind, item, viewer, fault, isHeld } = props;
  const name = nameOf(panel);
  const isRow = kind === 'row';
  const classes = [
    'edit-tile',
    isRow ? 'edit-row' : '',
    isHeld ? 'held' : '',
    fault ? 'wrong' : '',
  ];
  return (
    <div
      class={classes.filter(Boolean).join(' ')}
      role="listitem"
      data-panel={item.id}
      style={{
        '--x': String(item.x + 1),
        '--y': String(item.y + 1),
        '--w': String(item.w),
        '--h': String(item.h),
      }}
    >
      {isRow ? (
        <RowFace {...props} />
      ) : (
        <Picture panel={panel} kind={kind} viewer={viewer} id={item.id} fault={fault} />
      )}
      <button
        type="button"
        class="tile-grip"
        aria-label={`${name}, ${kKinds[kind].label.toLowerCase()}`}
        aria-describedby="tile-help"
        onPointerDown={(event) => props.onGrip(event, 'move')}
        onDblClick={props.onEdit}
        onKeyDown={(event) => {
          if (event.key === 'Enter') {
            event.preventDefault();
            props.onEdit();
          } else if (event.key === 'Delete') {
            props.onDelete();
          } else {
            props.onKey(event);
          }
        }}
      />
      <div class="tile-top">
        <div class="tile-tools">
          <span class="tile-steps">
            <button
              type="button"
              class="button quiet icon-only"
              aria-label={`Move ${name} up`}
              onClick={() => props.onStep('up')}
            >
              <Glyph name="up" />
            </button>
            <button
              type="button"
              class="button quiet icon-only"
              aria-label={`Move ${name} down`}
              onClick={() => props.onStep('down')}
            >
              <Glyph name="down" />
            </button>
          </span>
          <button
            type="button"
            class="button quiet icon-only"
            aria-label={`Edit ${name}`}
            title="Edit"
            onClick={props.onEdit}
          >
            <Glyph name="gear" />
          </button>
          <button
            type="button"
            class="button quiet icon-only"
            aria-label={`Duplicate ${name}`}
            title="Duplicate"
            onClick={props.onCopy}
          >
            <Glyph name="copy" />
          </button>
          <button
            type="button"
            class="button quiet icon-only"
            aria-label={`Delete ${name}`}
            title="Delete"
            onClick={props.onDelete}
          >
            <Glyph name="bin" />
          </button>
        </div>
      </div>
      {!isRow && (
        // By keyboard it is Shift with the arrows.
        <span
          class="tile-corner"
          aria-hidden="true"
          onPointerDown={(event) => props.onGrip(event, 'size')}
        />
      )}
    </div>
  );
}

function RowFace({ panel, item, viewer, hidden }: TileProps) {
  const isFolded = viewer.folded.value.has(item.id);
  return (
    <div class="edit-row-face">
      <button
        type="button"
        class="edit-row-fold"
        aria-expanded={!isFolded}
        aria-label={`${isFolded ? 'Unfold' : 'Fold'} ${nameOf(panel)}`}
        onClick={() => viewer.toggleRow(item.id)}
      >
        <Glyph name="chevron" />
      </button>
      <span class="truncate">{textOf(panel['title']) || 'Row'}</span>
      {hidden > 0 && <span class="muted small">{hidden} folded away</span>}
    </div>
  );
}

/** As the viewer draws it, at once with what the page itself knows of it. */
export function Picture({
  panel,
  kind,
  viewer,
  id,
  fault,
  waits = null,
}: {
  panel: JsonObject;
  kind: PanelKind;
  viewer: DraftViewer;
  id: number;
  fault: string | null;
  /** What it takes to be drawn, where it cannot be yet. */
  waits?: string | null;
}) {
  const drawn = viewer.pictureOf(id);
  const title = textOf(panel['title']);
  const description = textOf(panel['description']);
  const isBare = panel['transparent'] === true;
  const card = useMemo(() => {
    if (!drawn || drawn.type !== kind) return null;
    const { transparent: _transparent, description: _description, ...rest } = drawn;
    const shown: Panel = {
      ...rest,
      title,
      ...(description === '' ? {} : { description }),
      ...(isBare ? { transparent: true } : {}),
    };
    return <PanelCard panel={shown} viewer={viewer} />;
  }, [drawn, kind, title, description, isBare, viewer]);
  if (card && fault === null) return card;
  return (
    <div class="panel tile-waiting">
      <div class="panel-head">
        <h2 class="truncate">{title || kKinds[kind].label}</h2>
      </div>
      <div class="tile-state">
        <KindIcon kind={kind} />
        {fault === null ? (
          <p class="muted">{waits ?? waitsFor(viewer)}</p>
        ) : (
          <p class="field-error">{fault}</p>
        )}
      </div>
    </div>
  );
}

/** The editor says above its panels why nothing is drawn now. */
function waitsFor(viewer: DraftViewer): string {
  const isHalted = viewer.trouble.value !== null && !viewer.isDrawing.value;
  return isHalted ? 'Not drawn yet.' : 'Drawing…';
}
