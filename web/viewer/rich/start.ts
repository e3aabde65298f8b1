// The part "rich": panel types beyond the viewer's own.
import type { PanelPart } from '../state/parts';

export const pictures: NonNullable<PanelPart['pictures']> = {};
