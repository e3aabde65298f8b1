// Transformations that bring together what stands in several tables or fit something to it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Cell, Column, Frame, Transformation } from '../viewer/api/wire';
import { applyTransformations } from '../viewer/fields/transformations/apply';
import { done, frame, number, one, text, time } from './transformed';

const labelled = (name: string, labels: Record<string, string>, ...values: Cell[]): Column => ({
  ...number(name, ...values),
  labels,
});

test('joinByLabels makes one row of what has the same labels but one', () => {
  const pods = [
    frame('A', time(1), labelled('Value', { pod: 'x', what: 'cpu' }, 10)),
    frame('B', time(1), labelled('Value', { pod: 'x', what: 'memory' }, 20)),
    frame('C', time(1), labelled('Value', { pod: 'y', what: 'cpu' }, 30)),
  ];
  assert.deepEqual(done(pods, one('joinByLabels', { value: 'what' })), [
    { pod: ['x', 'y'], cpu: [10, 30], memory: [20, null] },
  ]);
});

test('joinByLabels takes the labels that are chosen, and all values below one another', () => {
  const rooms = [
    frame('A', time(1, 2), labelled('v', { house: 'h', room: '1', what: 'warm' }, 1, 2)),
    frame('B', time(1), labelled('v', { house: 'h', room: '2', what: 'warm' }, 3)),
    frame('C', time(1), labelled('v', { what: 'wet' }, 9)),
  ];
  assert.deepEqual(done(rooms, one('joinByLabels', { value: 'what', join: ['house'] })), [
    { house: ['h', 'h', 'h', null], warm: [1, 2, 3, null], wet: [null, null, null, 9] },
  ]);
});

test('joinByLabels says which label is missing', () => {
  const [made] = done(
    [frame('A', time(1), number('v', 1))],
    one('joinByLabels', { value: 'what' }),
  );
  assert.deepEqual(made, { Error: ['No series has the label “what”.'] });
});

const close = (values: Cell[] | undefined, wanted: number[]): void => {
  assert.equal(values?.length, wanted.length);
  values.forEach((value, at) => {
    const difference = Math.abs(Number(value) - (wanted[at] ?? NaN));
    assert.ok(difference < 1e-6, `${value} is not ${wanted[at]}`);
  });
};

test('regression finds the line through the points, also over times, and keeps the points', () => {
  const start = Date.UTC(2026, 0, 1);
  const made = done(
    [frame('A', time(start, start + 1000, start + 2000), number('v', 1, null, 5))],
    one('regression', { xFieldName: 'Time', yFieldName: 'v', predictionCount: 4 }),
  );
  assert.equal(made.length, 2);
  assert.deepEqual(made[0]?.v, [1, null, 5]);
  assert.deepEqual(made[1]?.Time, [start, start + 500, start + 1000, start + 2000]);
  close(made[1]['v predicted'], [1, 2, 3, 5]);
});

test('regression takes the line that is nearest where none goes through', () => {
  const [, made] = done(
    [frame('A', number('x', 0, 1, 2, 3), number('y', 0, 2, 1, 3))],
    one('regression', { xFieldName: 'x', yFieldName: 'y', predictionCount: 3 }),
  );
  // By hand: y = 0.3 + 0.8 x.
  close(made?.['y predicted'], [0.3, 1.1, 2.7]);
});

test('regression finds a curve of the degree that is asked for', () => {
  const x = [0, 1, 2, 3, 4, 5];
  const [, made] = done(
    [frame('A', number('x', ...x), number('y', ...x.map((at) => at ** 3 - 2 * at)))],
    one('regression', {
      modelType: 'polynomial',
      degree: 3,
      xFieldName: 'x',
      yFieldName: 'y',
      predictionCount: 5,
    }),
  );
  close(made?.['y predicted'], [0, -1, 4, 21, 115]);
});

test('regression without enough points predicts nothing, and needs both in one table', () => {
  const [, made] = done(
    [frame('A', number('x', 1), number('y', 2))],
    one('regression', { xFieldName: 'x', yFieldName: 'y', predictionCount: 2 }),
  );
  assert.deepEqual(made?.['y predicted'], [null, null]);
  const apart = [frame('A', number('x', 1)), frame('B', number('y', 2))];
  const options = { xFieldName: 'x', yFieldName: 'y' };
  assert.equal(applyTransformations(apart, [one('regression', options)]).trouble, 'regression');
});

const configs = (frames: Frame[], list: Transformation): unknown[] => {
  const { frames: made, trouble } = applyTransformations(frames, [list]);
  assert.equal(trouble, null);
  return made.map(({ columns }) => columns.map(({ config }) => config));
};

test('configFromData takes units, ends and limits from another query', () => {
  const settings = frame(
    'config',
    number('max', 50, 90),
    text('unit', 'bytes', 'celsius'),
    number('limit', 70, 80),
    number('decimals', 1.5, 99),
    text('color', 'green', 'url(https://elsewhere.example)'),
  );
  const mappings = [
    {
      fieldName: 'limit',
      handlerKey: 'threshold1',
      handlerArguments: { threshold: { color: '#aa0000' } },
    },
    { fieldName: 'max', handlerKey: 'max', reducerId: 'first' },
  ];
  assert.deepEqual(
    configs(
      [settings, frame('A', time(1), number('v', 1))],
      one('configFromData', { configRefId: 'config', mappings }),
    ),
    [
      [
        undefined,
        {
          max: 50,
          unit: 'celsius',
          thresholds: [
            { value: null, color: '#aa0000' },
            { value: 80, color: '#aa0000' },
          ],
        },
      ],
    ],
  );
});

test('configFromData makes mappings of columns, for the columns that are chosen', () => {
  const settings = frame(
    'B',
    text('code', 'up', 'down'),
    text('says', 'Running', null),
    text('shade', 'green', '#FF0000'),
  );
  const mappings = [
    { fieldName: 'code', handlerKey: 'mappings.value' },
    { fieldName: 'says', handlerKey: 'mappings.text' },
    { fieldName: 'shade', handlerKey: 'mappings.color' },
  ];
  assert.deepEqual(
    configs(
      [frame('A', text('state', 'up'), text('other', 'up')), settings],
      one('configFromData', {
        configRefId: 'B',
        mappings,
        applyTo: { id: 'byName', options: 'state' },
      }),
    ),
    [
      [
        {
          mappings: [
            { type: 'value', value: 'up', text: 'Running', color: 'green' },
            { type: 'value', value: 'down', color: '#FF0000' },
          ],
        },
        undefined,
      ],
    ],
  );
});

test('rowsToFields gives each field the settings that stand in its row', () => {
  assert.deepEqual(
    configs(
      [
        frame(
          'A',
          text('name', 'a', 'b'),
          text('unit', 's', 'bytes'),
          number('max', 5, 6),
          number('v', 1, 2),
        ),
      ],
      one('rowsToFields', {}),
    ),
    [
      [
        { unit: 's', max: 5 },
        { unit: 'bytes', max: 6 },
      ],
    ],
  );
});
