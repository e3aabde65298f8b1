import type { Theme } from '../../common/messages';
import { kStorageKey, theme } from '../state/theme';

/** Kept for later visits where there is storage, else as long as the page lasts. */
export function chooseTheme(value: Theme): void {
  theme.value = value;
  try {
    localStorage.setItem(kStorageKey, value);
  } catch {
    // Without storage the choice lasts as long as the page.
  }
}
