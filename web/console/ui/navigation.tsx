// Where one can go: only what there is, and what the person may see.
import type { Permission } from '../api/types';
import { may } from '../state/app';
import { parts, to } from '../state/router';
import { Glyph, type IconName } from './icons';
import { Link } from './link';

export interface Section {
  label: string;
  href: string;
  /** First part of the address. */
  name: string;
  icon: IconName;
  /** After "g". */
  key: string;
  needs: Permission | null;
}

const kSections: Section[] = [
  section('Dashboards', 'dashboards', 'grid', 'd', 'dashboards_read'),
  section('Explore', 'explore', 'compass', 'x', 'dashboards_write'),
  section('Shares', 'shares', 'share', 's', 'dashboards_read'),
  section('Sessions', 'sessions', 'people', 'l', 'sessions_read'),
  section('People', 'people', 'person', 'p', 'org_manage'),
  section('Sources & models', 'sources', 'data', 'm', 'dashboards_write'),
  section('Keys', 'keys', 'key', 'k', 'org_manage'),
  section('Check a link', 'links', 'magnifier', 'c', 'org_manage'),
  section('Usage', 'usage', 'bars', 'u', 'audit_read'),
  section('Audit', 'audit', 'log', 'a', 'audit_read'),
  section('Server', 'server', 'pulse', 'v', 'org_manage'),
  section('Settings', 'settings', 'gear', 'e', 'org_manage'),
];

/** Pages that belong to a section of another name. */
const kBelow: Record<string, string> = {
  models: 'sources',
  'new-source': 'sources',
  'new-model': 'sources',
  proofs: 'sources',
};

function section(
  label: string,
  name: string,
  icon: IconName,
  key: string,
  needs: Permission | null,
): Section {
  return { label, name, icon, key, needs, href: to(name) };
}

export function sections(): Section[] {
  return kSections.filter(({ needs }) => needs === null || may(needs));
}

/** Whether somebody may see what the first part of an address leads to; what is no section, yes. */
export function maySee(part: string): boolean {
  const needs = kSections.find(({ name }) => name === (kBelow[part] ?? part))?.needs ?? null;
  return needs === null || may(needs);
}

export function Navigation({ onFollow }: { onFollow?: () => void }) {
  const [part = 'dashboards'] = parts.value;
  const first = kBelow[part] ?? part;
  return (
    <ul class="nav">
      {sections().map(({ label, href, name, icon }) => (
        <li key={name}>
          <Link
            href={href}
            current={name === first ? 'page' : undefined}
            {...(onFollow ? { onFollow } : {})}
          >
            <Glyph name={icon} />
            {label}
          </Link>
        </li>
      ))}
    </ul>
  );
}
