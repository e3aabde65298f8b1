// The part "variables": pickers that few dashboards have.
import type { PanelPart } from '../state/parts';
import { FilterPicker } from './filter-picker';

export const pickers: NonNullable<PanelPart['pickers']> = { filters: FilterPicker };
