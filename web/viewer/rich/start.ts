// The part "rich": panel types beyond the viewer's own.
import type { PanelPart } from '../state/parts';
import { BarGaugePicture } from './bargauge';
import { GaugePicture } from './gauge';
import { GeomapPicture } from './geomap';
import { HeatmapPicture } from './heatmap';
import { HistogramPicture } from './histogram';
import { LogsPicture } from './logs';
import { PieChartPicture } from './piechart';
import { StateTimelinePicture, StatusHistoryPicture } from './state-pictures';

export const pictures: NonNullable<PanelPart['pictures']> = {
  gauge: GaugePicture,
  bargauge: BarGaugePicture,
  piechart: PieChartPicture,
  heatmap: HeatmapPicture,
  histogram: HistogramPicture,
  logs: LogsPicture,
  'state-timeline': StateTimelinePicture,
  'status-history': StatusHistoryPicture,
  geomap: GeomapPicture,
};
