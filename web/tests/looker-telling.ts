// What the events of the tests' dashboard say.
import { lookerFrame, type LookerFrame } from './looker-frame';
import { kFrameOrigin, kTarget } from './looker-server';

export async function opened(prepare?: (frame: LookerFrame) => void): Promise<LookerFrame> {
  const frame = lookerFrame();
  prepare?.(frame);
  await frame.open();
  return frame;
}

export function detail(
  target = kTarget,
  change: Record<string, unknown> = {},
): Record<string, unknown> {
  const component = (id: string, row: number) => ({
    id,
    dashboard_layout_id: '1',
    dashboard_element_id: id,
    row,
    column: 0,
    width: 12,
    height: 8,
    deleted: false,
  });
  const element = (id: number) => ({
    title: `Tile ${id}`,
    title_hidden: false,
    vis_config: { type: 'timeseries', stack: true },
  });
  return {
    id: '42',
    title: 'Content 42',
    canEdit: false,
    dashboard_filters: { state: 'CA', carrier: 'AA,DL', place: 'ATL' },
    url: target,
    absoluteUrl: kFrameOrigin + target,
    options: {
      elements: { 1: element(1), 2: element(2) },
      layouts: [
        {
          id: '1',
          dashboard_id: '42',
          type: 'newspaper',
          active: true,
          column_width: 24,
          width: null,
          deleted: false,
          dashboard_layout_components: [component('1', 0), component('2', 8)],
        },
      ],
    },
    ...change,
  };
}

/** What binds the frame to its host page, in every address. */
export const kDress = 'embed_domain=https://app.example&sdk=3';

export const kPageChanged = {
  type: 'page:changed',
  page: {
    type: 'dashboard',
    url: kTarget,
    absoluteUrl: kFrameOrigin + kTarget,
    lookerVersion: '26.12.0',
  },
};
