// How many values become one.
import { choice } from '../option';

export const kReducers = [
  'last=Last value',
  'first=First value',
  'mean=Mean',
  'min=Least',
  'max=Greatest',
  'sum=Sum',
  'count=Number of values',
  'median=Median',
  'range=Range',
  'diff=Difference',
  'diffperc=Difference in percent',
  'delta=Increase',
  'step=Least step',
  'stdDev=Standard deviation',
  'variance=Variance',
  'p50=50th percentile',
  'p75=75th percentile',
  'p90=90th percentile',
  'p95=95th percentile',
  'p99=99th percentile',
  'logmin=Least above zero',
  'countAll=Number of rows',
  'changeCount=Number of changes',
  'distinctCount=Number of different values',
  'lastNotNull=Last value that is there',
  'firstNotNull=First value that is there',
  'allIsZero=All are zero',
  'allIsNull=All are missing',
  'allValues=All values',
  'uniqueValues=Different values',
] as const;

export const reducer = (otherwise: string) => choice(otherwise, ...kReducers);
