// All units beyond the viewer's own few. Loaded with the part "fields", which hands them to
// numbers.ts; a name that is none of them is written behind the number.
import { durationText } from './durations';
import { patternDate } from './date-patterns';
import { formatInstant } from './dates';
import { decimalsOf, type NumberStyle, type RichUnits } from './numbers';

type Write = (value: number, style: NumberStyle, locale?: string) => string;

interface Unit {
  write: Write;
  /** What one step of an axis is divided by before its decimals are counted; 1 for most. */
  scaleOf?: (value: number) => number;
}

function plain(value: number, style: NumberStyle, locale?: string): string {
  const size = Math.abs(value);
  const most =
    size >= 1000 ? 0 : size >= 100 ? 1 : size >= 1 || size === 0 ? 2 : size >= 0.01 ? 3 : 6;
  return new Intl.NumberFormat(locale, {
    ...(style.decimals === undefined ? {} : { minimumFractionDigits: style.decimals }),
    maximumFractionDigits: style.decimals ?? most,
  }).format(value);
}

function behind(name: string): Unit {
  const text = /^[°%″"]/.test(name) ? name : ` ${name}`;
  return { write: (value, style, locale) => plain(value, style, locale) + text };
}

/** Scaled by thousands (or 1024), `offset` steps away from the unit itself. */
function scaled(names: readonly string[], base: number, offset: number, zero: number): Unit {
  const powerOf = (value: number): number => {
    const size = Math.abs(value);
    if (size === 0 || !Number.isFinite(size)) return 0;
    const power = Math.floor(Math.log(size * (1 + 1e-12)) / Math.log(base));
    return Math.min(Math.max(power, -offset - zero), names.length - 1 - offset - zero);
  };
  return {
    write: (value, style, locale) => {
      const power = powerOf(value);
      const name = names[power + offset + zero] ?? '';
      return `${plain(value / base ** power, style, locale)}${name && ` ${name}`}`;
    },
    scaleOf: (value) => base ** powerOf(value),
  };
}

const kMetric = ['f', 'p', 'n', 'µ', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y'];
const kBinary = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei', 'Zi', 'Yi'];
const kCounts = ['', 'K', 'M', 'B', 'T'];

const metric = (name: string, offset = 0): Unit =>
  scaled(
    kMetric.map((prefix) => prefix + name),
    1000,
    offset,
    5,
  );
/** Bytes and bits have no thousandths. */
const decimal = (name: string, offset = 0): Unit =>
  scaled(
    kMetric.slice(5).map((prefix) => prefix + name),
    1000,
    offset,
    0,
  );
const binary = (name: string, offset = 0): Unit =>
  scaled(
    kBinary.map((prefix) => prefix + name),
    1024,
    offset,
    0,
  );
const count = (name: string): Unit =>
  scaled(
    kCounts.map((prefix) => [prefix, name].filter(Boolean).join(' ')),
    1000,
    0,
    0,
  );

function currency(symbol: string, isBehind = false): Unit {
  const steps = scaled(kCounts, 1000, 0, 0);
  return {
    ...steps,
    write: (value, style, locale) => {
      const text = steps.write(Math.abs(value), style, locale).replace(' ', '');
      const sign = value < 0 ? '-' : '';
      return isBehind ? `${sign}${text} ${symbol}` : sign + symbol + text;
    },
  };
}

function words(yes: string, no: string): Unit {
  return { write: (value) => (value ? yes : no) };
}

const duration = (perSecond: number, kind: Parameters<typeof durationText>[1]): Unit => ({
  write: (value, style, locale) => durationText(value * perSecond, kind, style.decimals, locale),
});

const date = (pattern: string): Unit => ({
  write: (value, style) => patternDate(value, pattern, style.zone),
});

/** `id:name` or `id:name:offset`, parted by `|`. */
function entries(list: string, make: (name: string, offset: number) => Unit): [string, Unit][] {
  return list.split('|').map((entry) => {
    const [id = '', name = '', offset] = entry.split(':');
    return [id, make(name, Number(offset ?? 0))];
  });
}

const kFixed =
  'humidity:%H|dB:dB|candela:cd|pixel:px|accMS2:m/s²|accFS2:ft/s²|accG:g|degree:°|radian:rad|grad:grad|' +
  'arcmin:arcmin|arcsec:arcsec|areaM2:m²|areaF2:ft²|areaMI2:mi²|acres:ac|hectares:ha|ppm:ppm|' +
  'conppb:ppb|conngm3:ng/m³|conngNm3:ng/Nm³|conμgm3:µg/m³|conμgNm3:µg/Nm³|conmgm3:mg/m³|' +
  'conmgNm3:mg/Nm³|congm3:g/m³|congNm3:g/Nm³|conmgdL:mg/dL|conmmolL:mmol/L|Wm2:W/m²|dBm:dBm|' +
  'watthperkg:Wh/kg|lumens:lm|lux:lx|flowgpm:gpm|flowcms:m³/s|flowcfs:ft³/s|flowcfm:ft³/min|litreh:L/h|' +
  'flowlpm:L/min|flowmlpm:mL/min|masslb:lb|lengthin:in|lengthft:ft|lengthmi:mi|pressurembar:mbar|' +
  'pressurehg:″Hg|pressurepsi:psi|rotrpm:rpm|rotrads:rad/s|rotdegs:°/s|celsius:°C|fahrenheit:°F|' +
  'kelvin:K|velocityms:m/s|velocitykmh:km/h|velocitymph:mph|velocityknot:kn|m3:m³|Nm3:Nm³|dm3:dm³|' +
  'gallons:gal|radexpckg:C/kg|locale:';
const kMetrics =
  'sishort:|watt:W|kwatt:W:1|megwatt:W:2|gwatt:W:3|mwatt:W:-1|voltamp:VA|kvoltamp:VA:1|' +
  'voltampreact:var|kvoltampreact:var:1|watth:Wh|kwatth:Wh:1|mwatth:Wh:2|kwattm:W-min:1|amph:Ah|' +
  'kamph:Ah:1|mamph:Ah:-1|joule:J|ev:eV|amp:A|kamp:A:1|mamp:A:-1|volt:V|kvolt:V:1|mvolt:V:-1|' +
  'ohm:Ω|kohm:Ω:1|Mohm:Ω:2|farad:F|µfarad:F:-2|nfarad:F:-3|pfarad:F:-4|ffarad:F:-5|henry:H|' +
  'mhenry:H:-1|µhenry:H:-2|forceNm:N·m|forcekNm:N·m:1|forceN:N|forcekN:N:1|massmg:g:-1|massg:g|' +
  'masskg:g:1|lengthmm:m:-1|lengthm:m|lengthkm:m:1|pressurebar:bar|pressurekbar:bar:1|' +
  'pressurepa:Pa|pressurehpa:hPa|pressurekpa:Pa:1|radbq:Bq|radci:Ci|radgy:Gy|radrad:rad|radsv:Sv|' +
  'radmsv:Sv:-1|radusv:Sv:-2|radrem:rem|radr:R|radsvh:Sv/h|radmsvh:Sv/h:-1|radusvh:Sv/h:-2|' +
  'rothz:Hz|hertz:Hz|mlitre:L:-1|litre:L';
const kDecimals =
  'decbytes:B|decbits:b|deckbytes:B:1|decmbytes:B:2|decgbytes:B:3|dectbytes:B:4|decpbytes:B:5|' +
  'Bps:B/s|bps:b/s|KBs:B/s:1|Kbits:b/s:1|MBs:B/s:2|Mbits:b/s:2|GBs:B/s:3|Gbits:b/s:3|TBs:B/s:4|' +
  'Tbits:b/s:4|PBs:B/s:5|Pbits:b/s:5|pps:p/s|flops:FLOPS|mflops:FLOPS:2|gflops:FLOPS:3|' +
  'tflops:FLOPS:4|pflops:FLOPS:5|eflops:FLOPS:6|zflops:FLOPS:7|yflops:FLOPS:8|Hs:H/s|KHs:H/s:1|' +
  'MHs:H/s:2|GHs:H/s:3|THs:H/s:4|PHs:H/s:5|EHs:H/s:6|masst:t';
const kBinaries =
  'bits:b|kbytes:B:1|mbytes:B:2|gbytes:B:3|tbytes:B:4|pbytes:B:5|binBps:B/s|binbps:b/s|KiBs:B/s:1|' +
  'Kibits:b/s:1|MiBs:B/s:2|Mibits:b/s:2|GiBs:B/s:3|Gibits:b/s:3|TiBs:B/s:4|Tibits:b/s:4|PiBs:B/s:5|' +
  'Pibits:b/s:5';
const kRates =
  'cps:c/s|ops:ops/s|reqps:req/s|rps:rd/s|wps:wr/s|iops:io/s|eps:evt/s|mps:msg/s|recps:rec/s|' +
  'rowsps:rows/s|opm:ops/m|reqpm:req/m|rpm:rd/m|wpm:wr/m|mpm:msg/m|cpm:c/m|epm:evt/m|bpm:bpm';
const kMoney =
  'USD:$|GBP:£|EUR:€|JPY:¥|CNY:¥|RUB:₽|UAH:₴|BRL:R$|BTC:₿|mBTC:m₿|μBTC:µ₿|ZAR:R|INR:₹|KRW:₩|' +
  'IDR:Rp|PHP:₱|VND:₫|TRY:₺|MYR:RM|ILS:₪|PYG:₲|XPF:F|THB:฿|NGN:₦|MXN:$|CAD:$|AUD:$|SGD:$|HKD:$';
const kMoneyBehind =
  'DKK:kr|ISK:kr|NOK:kr|SEK:kr|CZK:Kč|CHF:CHF|PLN:zł|BGN:лв|UYU:UYU|RON:RON|HUF:Ft|AED:AED|SAR:SAR';
const kDates =
  'dateTimeAsIso=YYYY-MM-DD HH:mm:ss|dateTimeAsIsoNoDateIfToday=?YYYY-MM-DD HH:mm:ss|' +
  'dateTimeAsUS=MM/DD/YYYY h:mm:ss a|dateTimeAsUSNoDateIfToday=?MM/DD/YYYY h:mm:ss a';

const local: Unit = { write: (value, style, locale) => formatInstant(value, style.zone, locale) };

const kUnits = new Map<string, Unit>([
  ...entries(kFixed, behind),
  ...entries(kMetrics, metric),
  ...entries(kDecimals, decimal),
  ...entries(kBinaries, binary),
  ...entries(kRates, count),
  ...entries(kMoney, (symbol) => currency(symbol)).map(
    ([id, unit]) => [`currency${id}`, unit] as [string, Unit],
  ),
  ...entries(kMoneyBehind, (symbol) => currency(symbol, true)).map(
    ([id, unit]) => [`currency${id}`, unit] as [string, Unit],
  ),
  ...kDates.split('|').map((entry): [string, Unit] => {
    const [id = '', pattern = ''] = entry.split('=');
    return [id, date(pattern)];
  }),
  ['dateTimeAsLocal', local],
  ['dateTimeAsLocalNoDateIfToday', local],
  ['dateTimeAsSystem', local],
  ['dateTimeFromNow', { write: (value, _, locale) => fromNow(value - Date.now(), locale) }],
  ['ns', duration(1e-9, 'scaled')],
  ['µs', duration(1e-6, 'scaled')],
  ['m', duration(60, 'scaled')],
  ['h', duration(3600, 'scaled')],
  ['d', duration(86_400, 'scaled')],
  ['dtdurationms', duration(1e-3, 'words')],
  ['dtdurations', duration(1, 'words')],
  ['dthms', duration(1, 'hms')],
  ['dtdhms', duration(1, 'dhms')],
  ['timeticks', duration(0.01, 'scaled')],
  ['clockms', duration(1e-3, 'clock')],
  ['clocks', duration(1, 'clock')],
  ['bool', words('True', 'False')],
  ['bool_yes_no', words('Yes', 'No')],
  ['bool_on_off', words('On', 'Off')],
  ['string', { write: (value) => String(value) }],
  ['hex', { write: (value) => Math.trunc(value).toString(16).toUpperCase() }],
  ['hex0x', { write: (value) => `0x${Math.trunc(value).toString(16).toUpperCase()}` }],
  ['sci', { write: (value, style) => value.toExponential(style.decimals ?? 3) }],
]);

const kFromNow: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000_000],
  ['month', 2_592_000_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
];

function fromNow(distance: number, locale?: string): string {
  const [unit, size] = kFromNow.find(([, each]) => Math.abs(distance) >= each) ?? ['second', 1000];
  return new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(
    Math.round(distance / size),
    unit,
  );
}

const kOwn = /^(suffix|prefix|time|si|count|currency|bool):(.*)$/s;

/** `suffix:x`, `prefix:x`, `time:YYYY-MM-DD`, `si:mW` (in thousandths), `count:x`, `bool:yes/no`. */
function ownUnit(id: string): Unit | undefined {
  const [, kind, text = ''] = kOwn.exec(id) ?? [];
  switch (kind) {
    case 'suffix':
      return {
        write: (value, style, locale) => `${plain(value, style, locale)} ${text.trimStart()}`,
      };
    case 'prefix':
      return { write: (value, style, locale) => text + plain(value, style, locale) };
    case 'time':
      return date(text);
    case 'si': {
      const first = text.charAt(0);
      const offset = kMetric.indexOf(first) - 5;
      return text.length > 1 && kMetric.includes(first)
        ? metric(text.slice(1), offset)
        : metric(text);
    }
    case 'count':
      return count(text.trim());
    case 'currency':
      return text.startsWith('financial:') ? currency(text.slice(10)) : currency(text);
    case 'bool': {
      const [yes = 'True', no = 'False'] = text.split('/');
      return words(yes, no);
    }
    default:
      return undefined;
  }
}

const found = new Map<string, Unit | undefined>();

function unitOf(id: string): Unit | undefined {
  const known = kUnits.get(id);
  if (known) return known;
  if (!found.has(id)) found.set(id, ownUnit(id));
  return found.get(id);
}

export const kUnitIds: readonly string[] = [...kUnits.keys()];

export const richUnits: RichUnits = {
  format: (value, style, locale) => unitOf(style.unit ?? '')?.write(value, style, locale),
  tick: (value, step, style, locale) => {
    const unit = unitOf(style.unit ?? '');
    if (!unit) return undefined;
    const scale = unit.scaleOf?.(value) ?? 1;
    const decimals = Math.min(6, decimalsOf(step / scale));
    return unit.write(value, { ...style, decimals: value === 0 ? 0 : decimals }, locale);
  },
  steps: (id) => {
    const isBinary = kBinaries.split('|').some((entry) => entry.split(':')[0] === id);
    return isBinary ? Array.from({ length: 60 }, (_, power) => 2 ** power) : undefined;
  },
};
