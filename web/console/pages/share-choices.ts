// What the forms of shares offer.
import { kSpans } from '../data/shares';

export const themeChoices = [
  { value: 'system', label: 'As the viewer’s system' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
] as const;

export type Theme = (typeof themeChoices)[number]['value'];

export const spanChoices = [
  { value: '', label: 'As the dashboard says' },
  ...Object.entries(kSpans).map(([value, label]) => ({ value, label })),
];
