// Addresses below /console, taken apart and put together.

export const kBase = '/console';

export interface Place {
  /** Below /console, without a slash at its end: "" is the home. */
  path: string;
  query: URLSearchParams;
}

export function placeOf(pathname: string, search: string): Place {
  const inside = pathname.startsWith(kBase) ? pathname.slice(kBase.length) : pathname;
  return { path: inside.replace(/\/+$/, ''), query: new URLSearchParams(search) };
}

export function partsOf(path: string): string[] {
  return path
    .split('/')
    .filter((part) => part !== '')
    .map((part) => {
      try {
        return decodeURIComponent(part);
      } catch {
        return '\uFFFD';
      }
    });
}

/** An address in the console: to('shares', token), to('dashboards') + '?q=x'. */
export function to(...segments: (string | number)[]): string {
  return `${kBase}/${segments.map((segment) => encodeURIComponent(segment)).join('/')}`;
}
