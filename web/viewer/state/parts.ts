// Parts of the viewer that only some panels need. Each is a bundle of its own with a style sheet,
// loaded once, as soon as the first such panel is known and beside its data.
import { signal, type Signal } from '@preact/signals';
import type { ComponentType } from 'preact';
import type { Link, Panel } from '../api/wire';
import type { Menus } from '../menus/start';
import type { PictureProps } from '../panels/common';
import type { PickerProps } from '../ui/header';

/** Set by the build: the hash in the names of the viewer's bundle and of its parts. */
declare const JOINT_HASH: string;

export interface LinkListProps {
  links: Link[];
  from: number;
  to: number;
  variables: Record<string, string[]>;
}

/** What a part's `start.ts` exports: the folder of that name under `viewer/`, with `NAME.css`. */
export interface PanelPart {
  /** By the panel's type; they stand before the viewer's own. */
  pictures?: Record<string, ComponentType<PictureProps>>;
  /** Stands around the picture of a panel that needs this part, and may change its props. */
  around?: ComponentType<PictureProps & { Picture: ComponentType<PictureProps> }>;
  links?: ComponentType<LinkListProps>;
  /** By the variable's type. */
  pickers?: Record<string, ComponentType<PickerProps>>;
  /** What popovers show when they are open. */
  menus?: Menus;
}

export type PartName = 'rich' | 'fields' | 'variables' | 'menus';

const kRichTypes =
  /^(?:gauge|bargauge|piechart|heatmap|histogram|logs|state-timeline|status-history|geomap)$/;

const kNeeds: Record<PartName, (panel: Panel) => boolean> = {
  rich: (panel) => kRichTypes.test(panel.type),
  fields: (panel) => panel.fields === true,
  variables: () => false,
  menus: () => false,
};

export function partsOf(panel: Panel): PartName[] {
  return (Object.keys(kNeeds) as PartName[]).filter((name) => kNeeds[name](panel));
}

export type PartState = 'loading' | 'failed' | PanelPart;

export class Parts {
  private readonly states = new Map<PartName, Signal<PartState>>();
  private attempts = 0;

  /**
   * `load` with `attempt` 0 for the first; browsers may keep a failed address as failed. An
   * application that carries the parts in its own bundle sets its own, before it draws.
   */
  constructor(public load: (name: PartName, attempt: number) => Promise<PanelPart>) {}

  /** Begins to load what nobody has asked for yet. */
  get(name: PartName): PartState {
    const known = this.states.get(name);
    if (known) return known.value;
    const state = signal<PartState>('loading');
    this.states.set(name, state);
    this.begin(name, state);
    return state.value;
  }

  retry(name: PartName): void {
    const state = this.states.get(name);
    if (state?.value !== 'failed') return;
    this.attempts++;
    state.value = 'loading';
    this.begin(name, state);
  }

  private begin(name: PartName, state: Signal<PartState>): void {
    this.load(name, this.attempts).then(
      (part) => {
        state.value = part;
      },
      () => {
        state.value = 'failed';
      },
    );
  }
}

export const parts = new Parts(async (name, attempt) => {
  const path = `/assets/${name}-${JOINT_HASH}`;
  const again = attempt > 0 ? `?${attempt}` : '';
  const [part] = await Promise.all([
    import(`${path}.js${again}`) as Promise<PanelPart>,
    loadStyle(`${path}.css${again}`),
  ]);
  return part;
});

/** Resolves when it counts: a picture must not be measured without its style. */
function loadStyle(path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const link = document.createElement('link');
    link.rel = 'stylesheet';
    link.onload = () => resolve();
    link.onerror = () => {
      link.remove();
      reject(new Error(path));
    };
    link.href = path;
    document.head.append(link);
  });
}
