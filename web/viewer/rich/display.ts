// How a value is written and coloured: the one place that knows the options for it.
import type { Panel } from '../api/wire';
import type { Options } from '../data/options';
import * as read from '../data/options';
import { formatNumber } from '../format/numbers';
import { numberStyle } from '../panels/common';
import { namedColor } from '../state/theme';
import { bandsOf, type Band, type Scale } from './scale';
import type { Item } from './singles';

export interface Shown {
  text: string;
  /** Absent where the options give none: the picture takes its own. */
  color?: string;
}

/** `text`: of a value that is not a number. */
export type Display = (value: number | null, text?: string) => Shown;

export function makeDisplay(options: Options, isDark: boolean): Display {
  const style = numberStyle(options);
  const thresholds = read.thresholds(options);
  return (value, text) => {
    if (text !== undefined) return { text };
    const reached = read.thresholdColor(thresholds, value);
    const written = formatNumber(value, style);
    return reached === undefined
      ? { text: written }
      : { text: written, color: namedColor(reached, isDark) };
  };
}

/** As its column says, where that has options of its own; else as the panel's. */
export function shownItem({ column, row, value, text }: Item, display: Display): Shown {
  const own = column?.field?.show(text ?? value, row);
  if (!own) return display(value, text);
  return own.color === undefined ? { text: own.text } : { text: own.text, color: own.color };
}

/** Colours that the author gave the series; those of columns do not count for rows. */
export function ownColors(panel: Panel): string[] {
  return read.texts(panel.options ?? {}, 'colors') ?? [];
}

/** The stretches of the scale, each in its threshold's colour. */
export function paintedBands(options: Options, scale: Scale, isDark: boolean): Band[] {
  return bandsOf(options, scale).map((band) => ({
    ...band,
    color: namedColor(band.color, isDark),
  }));
}
