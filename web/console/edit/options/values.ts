// What every column or series may say: unit, colour, thresholds, words, links.
import {
  choice,
  colour,
  colours,
  list,
  number,
  object,
  onOff,
  sortedList,
  suggested,
  text,
  whole,
  type Option,
} from '../option';
import { is } from './groups';

const kColorModes = [
  'palette=One by one from the palette',
  'palette-by-name=From the palette, by name',
  'fixed=One colour',
  'shades=Shades of one colour',
  'thresholds=Of the thresholds',
  'continuous-GrYlRd=Green, yellow, red',
  'continuous-RdYlGr=Red, yellow, green',
  'continuous-BlYlRd=Blue, yellow, red',
  'continuous-YlRd=Yellow, red',
  'continuous-BlPu=Blue, purple',
  'continuous-YlBl=Yellow, blue',
  'continuous-blues=Blues',
  'continuous-reds=Reds',
  'continuous-greens=Greens',
  'continuous-purples=Purples',
  'continuous-viridis=Viridis',
  'continuous-magma=Magma',
  'continuous-plasma=Plasma',
  'continuous-inferno=Inferno',
  'continuous-cividis=Cividis',
];

export const kThresholds = sortedList(
  'threshold',
  'value',
  { value: 0, color: 'red' },
  number(undefined, undefined, 'the start')('value', 'From', { emptied: null }),
  colour('color', 'Colour', { emptied: 'green' }),
)('thresholds', 'Thresholds', {
  hint: 'From each value on its colour counts. Without a value it is the colour at the start.',
});

export const kMappings = list(
  'mapping',
  { type: 'value', value: '', text: '' },
  choice(
    'value',
    'value=A value',
    'range=A range',
    'regex=A pattern',
    'special=Missing and the like',
  )('type', 'What', { emptied: 'value' }),
  text('', 256)('value', 'Value', { when: is('type', 'value') }),
  number(undefined, undefined, 'no lower end')('from', 'From', { when: is('type', 'range') }),
  number(undefined, undefined, 'no upper end')('to', 'To', { when: is('type', 'range') }),
  text('^web-(.*)$', 256)('pattern', 'Pattern', { when: is('type', 'regex') }),
  choice(
    'null',
    'null=Missing',
    'nan=Not a number',
    'null+nan=Missing or not a number',
    'empty=Empty text',
    'true=True',
    'false=False',
  )('match', 'Which', { when: is('type', 'special') }),
  text('', 256)('text', 'Shown as'),
  colour('color', 'Colour'),
)('mappings', 'Words for values', { hint: 'The first that fits gives text and colour.' });

export const kFieldLinks = list(
  'link',
  { title: '', url: '' },
  text('', 200)('title', 'Title', { emptied: '' }),
  text('https://…/${__value.raw}')('url', 'Address', { emptied: '' }),
  onOff(false)('new_tab', 'In a new tab'),
)('links', 'Links of values', {
  hint: 'May hold ${__value.raw}, ${__field.name}, ${__data.fields.x}, ${__from} and variables.',
});

export const kValue: Option[] = [
  suggested('units', 'none')('unit', 'Unit', {
    hint: 'short, percent, bytes, ms, s, usd, eur and many more; any other text stands behind the number.',
  }),
  whole(0, 10, 'as needed')('decimals', 'Decimals'),
  number(undefined, undefined, 'the data’s')('min', 'Least'),
  number(undefined, undefined, 'the data’s')('max', 'Greatest'),
  text('the column’s name', 256)('display_name', 'Name', {
    hint: 'May hold ${__field.labels.x}, ${__field.name} and ${__series.name}.',
  }),
  text('–', 64)('no_value', 'Where there is no value'),
];

export const kColor = object(
  'Choose where colours come from',
  { mode: 'fixed', color: 'blue' },
  choice('palette', ...kColorModes)('mode', 'Colours', { emptied: 'palette' }),
  colour('color', 'Colour', { when: is('mode', 'fixed', 'shades') }),
  choice(
    'last',
    'last=The last',
    'min=The least',
    'max=The greatest',
  )('by', 'Value that colours a series'),
)('color', 'Colour');

export const kThresholdsMode = choice(
  'absolute',
  'absolute=Values',
  'percentage=Percent of the way from least to greatest',
)('thresholds_mode', 'Thresholds are');

export const kSeriesColors = colours('colors', 'Colours of the series', {
  hint: 'In their order.',
});
export const kLegendShown = onOff(true)('legend', 'Legend');

/** Of each column or series; overrides say them for some. */
export const kFieldOptions: Option[] = [
  ...kValue,
  kColor,
  kThresholds,
  kThresholdsMode,
  kMappings,
  kFieldLinks,
];

/** All panels but text and rows take these. */
export const kCommon: Option[] = [...kFieldOptions, kLegendShown, kSeriesColors];
