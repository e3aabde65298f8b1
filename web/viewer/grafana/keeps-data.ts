// Whether a frame can keep what brings its session back.

const kProbe = 'casement:probe';

/** False where the browser is set to keep nothing for this page; the getter may throw then. */
export function keepsData(get: () => Storage): boolean {
  try {
    get().setItem(kProbe, '');
    get().removeItem(kProbe);
    return true;
  } catch {
    return false;
  }
}
