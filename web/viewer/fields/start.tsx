// The part "fields": options of single columns, transformations, and the pictures that know them.
import { setRichUnits } from '../format/numbers';
import { richUnits } from '../format/units';
import type { PanelPart } from '../state/parts';
import { Prepared } from './around';
import { LinkList } from './link-list';
import { RichStat } from './stat';
import { RichTable } from './table';
import { RichTimeSeries } from './timeseries';

setRichUnits(richUnits);

export const pictures: NonNullable<PanelPart['pictures']> = {
  timeseries: RichTimeSeries,
  stat: RichStat,
  table: RichTable,
};

export const around: NonNullable<PanelPart['around']> = Prepared;

export const links: NonNullable<PanelPart['links']> = LinkList;
