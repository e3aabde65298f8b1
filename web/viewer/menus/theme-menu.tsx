import type { Theme } from '../../common/messages';
import { theme } from '../state/theme';
import { Glyph, type IconName } from '../ui/icons';
import { chooseTheme } from './choose-theme';

const kThemes: { value: Theme; label: string; icon: IconName }[] = [
  { value: 'system', label: 'As the system', icon: 'screen' },
  { value: 'light', label: 'Light', icon: 'sun' },
  { value: 'dark', label: 'Dark', icon: 'moon' },
];

export function ThemeMenu({ close }: { close: () => void }) {
  return (
    <>
      {kThemes.map((item) => (
        <button
          key={item.value}
          type="button"
          role="menuitemradio"
          aria-checked={item.value === theme.value}
          class="option"
          onClick={() => {
            chooseTheme(item.value);
            close();
          }}
        >
          <Glyph name={item.icon} />
          {item.label}
        </button>
      ))}
    </>
  );
}
