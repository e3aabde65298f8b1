// Every picture of a panel with field options stands in here: the data is prepared once, and what
// could not be done is said instead of showing something else.
import type { ComponentType } from 'preact';
import { useMemo } from 'preact/hooks';
import type { Frame } from '../api/wire';
import { isEmpty } from '../data/frames';
import type { Options } from '../data/options';
import { kNoData, Quiet, type PictureProps } from '../panels/common';
import { prepare } from './prepare';

export interface AroundProps extends PictureProps {
  Picture: ComponentType<PictureProps>;
}

export function Prepared({ Picture, ...props }: AroundProps) {
  const { panel, frames, from, to, zone, isDark, options } = props;
  const variables = props.variables ?? {};
  const prepared = useMemo(
    () => prepare(panel, frames, { from, to, zone, isDark, variables }),
    [panel, frames, from, to, zone, isDark, variables],
  );
  const own = useMemo(() => renamed(options, prepared.frames), [options, prepared]);
  if (prepared.trouble !== null) {
    return (
      <Quiet>
        This panel changes its data with “{prepared.trouble}”, which is not supported here.
      </Quiet>
    );
  }
  if (isEmpty(prepared.frames)) return <Quiet>{kNoData}</Quiet>;
  return <Picture {...props} options={own} frames={prepared.frames} />;
}

/** Options that name columns follow them to their new names; series keep the colours settled. */
function renamed(options: Options, frames: readonly Frame[]): Options {
  const columns = frames.flatMap((frame) => frame.columns);
  const newName = (name: unknown): unknown =>
    columns.find((one) => one.field?.source === name)?.name ?? name;
  const changed: Options = { ...options };
  for (const name of ['label_column', 'time_column', 'series_column', 'value_column']) {
    if (name in changed) changed[name] = newName(changed[name]);
  }
  if (Array.isArray(changed.value_columns)) {
    changed.value_columns = changed.value_columns.map(newName);
  }
  const colors = columns
    .filter((one) => one.type === 'number')
    .map((one) => one.field?.color ?? '');
  if (colors.length > 0) changed.colors = colors;
  return changed;
}
