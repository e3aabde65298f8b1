// Names that every query can say, whatever the dashboard's variables are.
export type QueryLanguage = 'sql' | 'promql';

export interface KnownName {
  /** Without the dollar sign. */
  name: string;
  detail: string;
}

const kSqlNames: KnownName[] = [
  { name: 'from', detail: 'start of the time range' },
  { name: 'to', detail: 'end of the time range, not part of it' },
  { name: 'interval', detail: 'a bucket that suits the picture' },
  { name: 'timezone', detail: 'time zone of the dashboard or its viewer' },
];

const kPromqlNames: KnownName[] = [
  { name: '__rate_interval', detail: 'the range that is right for rate()' },
  { name: '__interval', detail: 'the step' },
  { name: '__interval_ms', detail: 'the step, in milliseconds' },
  { name: '__range', detail: 'length of the time range' },
  { name: '__range_s', detail: 'length of the time range, in seconds' },
  { name: '__range_ms', detail: 'length of the time range, in milliseconds' },
  { name: '__from', detail: 'start of the time range, in milliseconds' },
  { name: '__to', detail: 'end of the time range, in milliseconds' },
  { name: 'from', detail: 'start of the time range, in seconds' },
  { name: 'to', detail: 'end of the time range, in seconds' },
  { name: 'interval', detail: 'the bucket, as a duration' },
];

export const builtInNames = (language: QueryLanguage): KnownName[] =>
  language === 'sql' ? kSqlNames : kPromqlNames;

/** The dashboard's own names are not these. */
export const kReserved = ['from', 'to', 'interval', 'timezone'];

/** What a query can name: the dashboard's variables, then what is always there. */
export function namesFor(language: QueryLanguage, variables: readonly string[]): KnownName[] {
  return [
    ...variables.map((name) => ({ name, detail: 'variable' })),
    ...builtInNames(language).filter(({ name }) => !variables.includes(name)),
  ];
}

export interface Relation {
  name: string;
  columns: { name: string; type: string }[];
}

/** What is known of a source: relations with their columns, or metrics and labels. */
export interface Schema {
  relations: Relation[];
  labels: string[];
}

export const kNoSchema: Schema = { relations: [], labels: [] };

export interface Candidate {
  label: string;
  kind: 'relation' | 'column' | 'name' | 'keyword' | 'function' | 'label' | 'duration';
  detail?: string;
  /** Written in the place of the label. */
  apply?: string;
}

export interface Candidates {
  /** Where what has been typed of it begins. */
  from: number;
  options: Candidate[];
}
