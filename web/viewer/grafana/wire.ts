// What the server adds to its answers for the sessions of keys.
import type { FirstLine, QueryBody } from '../api/wire';

export interface Content {
  type: 'dashboard';
  /** The dashboard's uid. */
  id: string;
  title: string;
  url: string;
}

/** How the address wants the page to look. */
export interface PageLook {
  /** Only this panel. */
  panel: number | null;
  /** The panel fills the frame, with nothing around it. */
  solo: boolean;
  kiosk: 'off' | 'tv' | 'full';
  /** Seconds; 0 switches it off, null leaves it to the dashboard. */
  refresh: number | null;
  hide: { time: boolean; variables: boolean; links: boolean; logo: boolean };
  /** All panels fit into the frame's height. */
  fit: boolean;
}

export interface Sharable {
  /** Path and query of what is shown, without any proof. */
  target: string;
  /** Seconds that the session still has. */
  session_ttl?: number;
  page?: PageLook;
}

export interface KeyFirstLine extends FirstLine {
  content?: Content;
  sharable?: Sharable;
}

export interface KeyQueryBody extends QueryBody {
  /** "dashboards/<uid>" */
  content: string;
  /** A zone that wins over the dashboard's own. */
  query_timezone?: string;
}

/** As a variable's value: every choice at once. */
export const kAll = '*';

export const kPlainLook: PageLook = {
  panel: null,
  solo: false,
  kiosk: 'off',
  refresh: null,
  hide: { time: false, variables: false, links: false, logo: false },
  fit: false,
};
