// The viewer's parts inside the console: from the console's own bundle, each loaded when it is first
// needed. Their style sheets are in console.css.
// Some of its icons are the console's too, from the first page on.
import '../../viewer/menus/icons';
import { parts, type PanelPart, type PartName } from '../../viewer/state/parts';

const kParts: Record<PartName, () => Promise<PanelPart>> = {
  fields: () => import('../../viewer/fields/start'),
  menus: () => import('../../viewer/menus/start'),
  rich: () => import('../../viewer/rich/start'),
  variables: () => import('../../viewer/variables/start'),
};

/** Before anything is drawn that opens a menu or a panel. */
export function carryViewerParts(): void {
  parts.load = (name) => kParts[name]();
}
