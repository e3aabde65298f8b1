// What stands around every page once somebody is signed in.
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { chooseTheme } from '../../viewer/menus/choose-theme';
import { theme } from '../../viewer/state/theme';
import { Mark } from '../../viewer/ui/icons';
import { Popover } from '../../viewer/ui/popover';
import { chooseOrganization, signOut } from '../api/calls';
import { wordsOf } from '../api/client';
import type { Me } from '../api/types';
import { enter, isOffline, leave, lookAgain, me } from '../state/app';
import { journey, kBase, navigate, to } from '../state/router';
import { toast } from '../state/toasts';
import { Confirming } from './dialog';
import { Glyph, type IconName } from './icons';
import { Link } from './link';
import { Navigation } from './navigation';
import { lazy } from './lazy';
import { isHelpOpen, useShortcuts } from './shortcuts';
import { Toasts } from './toasts';

const ShortcutsHelp = lazy(() => import('./shortcuts-help').then((part) => part.ShortcutsHelp));

export function Frame({ children }: { children: ComponentChildren }) {
  const who = me.value;
  const [isNavOpen, setNavOpen] = useState(false);
  const travelled = journey.value;
  useShortcuts();
  useEffect(() => setNavOpen(false), [travelled]);
  const main = useRef<HTMLElement>(null);
  if (!who) return null;
  return (
    <div class={isNavOpen ? 'frame nav-open' : 'frame'}>
      <a
        class="skip"
        href="#main"
        onClick={(event) => {
          event.preventDefault();
          main.current?.focus();
        }}
      >
        Skip to the page
      </a>
      <header class="bar">
        <button
          type="button"
          class="button quiet icon-only nav-button"
          aria-label="Menu"
          aria-expanded={isNavOpen}
          aria-controls="navigation"
          onClick={() => setNavOpen(!isNavOpen)}
        >
          <Glyph name={isNavOpen ? 'close' : 'menu'} />
        </button>
        <Link href={kBase} class="brand" label="Casement, to the dashboards">
          <Mark />
          <span>Casement</span>
        </Link>
        <span class="organization truncate" title="Organization">
          {who.organization.name}
        </span>
        <UserMenu who={who} />
      </header>
      <nav
        id="navigation"
        class="side"
        aria-label="Main"
        onKeyDown={(event) => {
          if (event.key === 'Escape') setNavOpen(false);
        }}
      >
        <Navigation onFollow={() => setNavOpen(false)} />
      </nav>
      <main id="main" ref={main} tabIndex={-1}>
        <Offline />
        {children}
      </main>
      <Toasts />
      <Confirming />
      {isHelpOpen.value && <ShortcutsHelp />}
    </div>
  );
}

export function Offline() {
  return (
    <div aria-live="polite">
      {isOffline.value && (
        <p class="notice">
          <Glyph name="offline" />
          <span>
            The server cannot be reached. What you see may be out of date; it is loaded again as
            soon as the connection is back.
          </span>
          <button type="button" class="button quiet" onClick={() => void lookAgain()}>
            Try now
          </button>
        </p>
      )}
    </div>
  );
}

const kThemes = [
  { value: 'light', label: 'Light', icon: 'sun' },
  { value: 'dark', label: 'Dark', icon: 'moon' },
  { value: 'system', label: 'As the system', icon: 'screen' },
] as const;

function UserMenu({ who }: { who: Me }) {
  const others = who.organizations.filter(({ id }) => id !== who.organization.id);
  const name = who.user !== null && who.user.name !== '' ? who.user.name : who.handle;
  return (
    <Popover
      label={`Your account: ${name}`}
      kind="menu"
      buttonClass="button quiet user-button"
      face={
        <>
          <Glyph name="person" />
          <span class="truncate">{name}</span>
          <Glyph name="chevron" />
        </>
      }
    >
      {(close) => (
        <>
          <div class="menu-who" role="presentation">
            <strong class="truncate">{name}</strong>
            <span class="muted truncate">{who.handle}</span>
          </div>
          <MenuItem
            icon="shield"
            label="Security and sessions"
            onChoose={() => {
              close();
              void navigate(to('account'));
            }}
          />
          {others.map((organization) => (
            <MenuItem
              key={organization.id}
              icon="swap"
              label={`Switch to ${organization.name}`}
              onChoose={() => {
                close();
                void switchTo(organization.id, organization.name);
              }}
            />
          ))}
          <hr class="menu-line" />
          <div role="group" aria-label="Theme">
            {kThemes.map(({ value, label, icon }) => (
              <MenuItem
                key={value}
                icon={icon}
                label={label}
                isChecked={theme.value === value}
                onChoose={() => {
                  chooseTheme(value);
                  close();
                }}
              />
            ))}
          </div>
          <hr class="menu-line" />
          <MenuItem
            icon="keyboard"
            label="Keyboard shortcuts"
            onChoose={() => {
              close();
              isHelpOpen.value = true;
            }}
          />
          <MenuItem
            icon="out"
            label="Sign out"
            onChoose={() => {
              close();
              void goOut();
            }}
          />
        </>
      )}
    </Popover>
  );
}

export function MenuItem({
  icon,
  label,
  isChecked,
  tone,
  onChoose,
}: {
  icon: IconName;
  label: string;
  isChecked?: boolean;
  tone?: 'danger';
  onChoose: () => void;
}) {
  return (
    <button
      type="button"
      class={tone === 'danger' ? 'option danger' : 'option'}
      role={isChecked === undefined ? 'menuitem' : 'menuitemradio'}
      aria-checked={isChecked}
      onClick={onChoose}
    >
      <Glyph name={icon} />
      <span class="option-label">{label}</span>
      {isChecked && <Glyph name="check" />}
    </button>
  );
}

async function switchTo(id: number, name: string): Promise<void> {
  try {
    enter(await chooseOrganization(id));
    await navigate(kBase);
    toast(`You are in ${name} now.`);
  } catch (error) {
    toast(wordsOf(error), 'bad');
  }
}

async function goOut(): Promise<void> {
  try {
    await signOut();
    leave('left');
  } catch (error) {
    toast(wordsOf(error), 'bad');
  }
}
