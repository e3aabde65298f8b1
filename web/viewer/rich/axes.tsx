// Axes around the pictures that are not uPlot's.
import { timeTicks } from '../format/dates';
import { timeMarks } from './time-marks';

/** Room below a picture for an axis of times: two lines. */
export const kTimeFoot = 30;

export interface TimeAxisProps {
  from: number;
  to: number;
  left: number;
  right: number;
  /** Where the picture ends. */
  bottom: number;
  zone: string | undefined;
}

export function TimeAxis({ from, to, left, right, bottom, zone }: TimeAxisProps) {
  const width = right - left;
  if (width < 40 || to <= from) return null;
  const { marks, step } = timeMarks(from, to, Math.max(1, width / 92), zone);
  const labels = timeTicks(marks, step, zone);
  return (
    <g class="axis">
      {marks.map((mark, index) => {
        const x = left + ((mark - from) / (to - from)) * width;
        const [line, below] = (labels[index] ?? '').split('\n');
        // Near an edge a label stands inside, so that nothing is cut.
        const anchor = x - left < 24 && left < 24 ? 'start' : right - x < 24 ? 'end' : 'middle';
        return (
          <g key={mark}>
            <line class="axis-tick" x1={x} x2={x} y1={bottom} y2={bottom + 4} />
            <text x={x} y={bottom + 15} text-anchor={anchor}>
              {line}
            </text>
            {below !== undefined && (
              <text x={x} y={bottom + 27} text-anchor={anchor} class="axis-above">
                {below}
              </text>
            )}
          </g>
        );
      })}
    </g>
  );
}
