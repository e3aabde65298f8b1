// Links to dashboards: their addresses, and what one types beside them.

export interface NamedValue {
  name: string;
  value: string;
}

/** "name=value" lines; the line that is none of these is said. */
export function namedValues(text: string): { values: NamedValue[]; fault: string | null } {
  const values: NamedValue[] = [];
  for (const line of text.split('\n')) {
    const trimmed = line.trim();
    if (trimmed === '') continue;
    const at = trimmed.indexOf('=');
    if (at < 1) {
      return { values, fault: `“${trimmed}” is not name=value. Write one of these a line.` };
    }
    values.push({ name: trimmed.slice(0, at).trim(), value: trimmed.slice(at + 1).trim() });
  }
  return { values, fault: null };
}

export interface DashboardLink {
  origin: string;
  uid: string;
  title: string;
  organization: number;
  /** One panel alone. */
  panel?: string;
  variables: NamedValue[];
}

/** The address that Grafana has for it. */
export function dashboardUrl(link: DashboardLink): string {
  const slug =
    link.title
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '') || 'dashboard';
  const page = link.panel === undefined ? 'd' : 'd-solo';
  const query = new URLSearchParams({ orgId: String(link.organization) });
  if (link.panel !== undefined) query.set('panelId', link.panel);
  for (const { name, value } of link.variables) query.append(`var-${name}`, value);
  return `${link.origin}/${page}/${encodeURIComponent(link.uid)}/${slug}?${query.toString()}`;
}

/** A link of version 1: the key itself stands in it. */
export function urlWithKey(url: string, key: string): string {
  return `${url}&aliyun_api_key=${encodeURIComponent(key.trim())}`;
}

/** A sentence when a pasted text is no key; what it is is not asked of anybody. */
export function keyFault(text: string): string | null {
  const key = text.trim();
  if (key === '') return 'Paste the key.';
  if (/^glsa_[0-9A-Za-z]{32}_[0-9a-f]{8}$/.test(key)) return null;
  if (key.startsWith('gl')) return 'This is not a whole token. Copy it from glsa_ to its end.';
  try {
    const told: unknown = JSON.parse(atob(key));
    if (typeof told === 'object' && told !== null && 'k' in told && 'n' in told) return null;
  } catch {
    // Said below.
  }
  return 'This is neither an API key (it begins with eyJr) nor a token (glsa_…).';
}
