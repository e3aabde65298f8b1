// What happens in the viewer, for whoever tells the host page of it.
import type { Detail } from './channel';
import type { EmbedPanel } from './wire';

export type RunStatus = 'complete' | 'error' | 'stopped';

/** What happened, for whoever tells the host page. */
export type Happening =
  | { kind: 'shown' }
  | { kind: 'run-start' }
  | { kind: 'run-end'; status: RunStatus; panels: number[] }
  | { kind: 'tile-start' | 'tile-end' | 'tile-download' | 'drill-download'; panel: EmbedPanel }
  | { kind: 'dialog'; isOpen: boolean };

export type Travel = 'push' | 'replace' | 'none';

/** The host page's side, as far as the viewer asks for it. */
export interface HostPage {
  happened: (happening: Happening) => void;
  isCancelled: (name: string, detail: Detail) => Promise<boolean>;
}

/** No host page that may be talked to. */
export const kNobody: HostPage = {
  happened: () => undefined,
  isCancelled: () => Promise.resolve(false),
};
