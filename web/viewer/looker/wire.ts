// What the server adds to its answers for content that a person's grant opens.
import type { Dashboard, ExportBody, FirstLine, Panel, QueryBody } from '../api/wire';

export type ContentType = 'dashboard' | 'look' | 'folder' | 'preload';

export interface Content {
  type: ContentType;
  id: string;
  title: string;
  url: string;
}

export interface Permissions {
  drill?: boolean;
  download?: boolean;
  fresh?: boolean;
  browse?: boolean;
  sql?: boolean;
}

export interface EmbedDetails {
  /** Path and query of what is shown, without tokens and signature. */
  target: string;
  /** Whose session it is: a number among embed users, or among the server's own where ordinary. */
  user?: number;
  ordinary?: boolean;
  cookieless?: boolean;
  /** Goes back with every data call of this content. */
  query_timezone?: string;
  /** Seconds that the session still has. */
  session_ttl?: number;
  permissions?: Permissions;
  hidden_filters?: string[];
}

export interface FolderItem {
  type: 'dashboard' | 'look';
  id: string;
  title: string;
  url: string;
}

export interface FolderLink {
  id: string;
  title: string;
  url: string;
}

export interface Folder {
  id: string;
  title: string;
  parent?: Omit<FolderLink, 'title'> | null;
  folders?: FolderLink[];
  items?: FolderItem[];
}

export interface Appearance {
  background_color?: string;
  text_color?: string;
  tile_background_color?: string;
  tile_text_color?: string;
  primary_color?: string;
  font_family?: string;
  show_title?: boolean;
  show_filters?: boolean;
  tile_shadow?: boolean;
}

export interface EmbedDashboard extends Dashboard {
  appearance?: Appearance;
}

export interface EmbedPanel extends Panel {
  /** Query texts by the query's name, where the grant shows them. */
  sql?: Record<string, string>;
}

export interface EmbedFirstLine extends Omit<FirstLine, 'dashboard'> {
  /** Absent for a folder and for the page that only waits. */
  dashboard?: EmbedDashboard;
  folder?: Folder;
  appearance?: Appearance;
  embed?: EmbedDetails;
  content?: Content;
}

export interface EmbedQueryBody extends QueryBody {
  content: string;
  query_timezone?: string;
  /** Past the result cache. */
  fresh?: true;
}

export interface EmbedExportBody extends ExportBody {
  content: string;
  query_timezone?: string;
}

/** The short form that data calls use: "dashboards/42". */
export function contentPath(content: Content): string {
  return `${content.type}s/${content.id}`;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
