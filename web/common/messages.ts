// What frame and host page say to each other. Codes only: never data, never a secret.

export type Theme = 'system' | 'light' | 'dark';

export type FrameMessage = { source: 'casement' } & (
  | { type: 'ready' }
  | { type: 'denied'; code: string }
  | { type: 'session-expired'; code: string }
  | { type: 'height'; height: number }
);

export type HostMessage = { source: 'casement-host' } & (
  { type: 'theme'; theme: Theme } | { type: 'refresh' } | { type: 'renew'; url: string }
);
